"""Tenants, members and sign-in accounts as items; instants are milliseconds since the epoch."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.accounts.model import Deactivation, Member, OnTimeout, Tenant, User
from chalicelib.core.clock import from_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.security.tokens import Principal, Role


class TenantItem(DataItem):
    """A practice. An older one says nothing of its locks, and has the policy of a new one."""

    name = UnicodeAttribute()
    slug = UnicodeAttribute()
    time_zone = UnicodeAttribute(attr_name="timeZone")
    tenant_id = UnicodeAttribute(attr_name="tenantId")
    on_control_timeout = UnicodeAttribute(null=True, attr_name="onControlTimeout")
    admins_first = BooleanAttribute(null=True, attr_name="adminsFirst")


class SlugItem(DataItem):
    """Keeps a slug to one practice."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")


class MemberItem(DataItem):
    """A person with an account in a practice; of one who was deactivated, also when and by whom."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    user_id = UnicodeAttribute(attr_name="userId")
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    role = UnicodeAttribute()
    deactivated_at = NumberAttribute(null=True, attr_name="deactivatedAt")
    deactivated_by = UnicodeAttribute(null=True, attr_name="deactivatedBy")
    deactivated_by_name = UnicodeAttribute(null=True, attr_name="deactivatedByName")
    deactivated_by_email = UnicodeAttribute(null=True, attr_name="deactivatedByEmail")


class AccountItem(DataItem):
    """What signing in needs, found by email alone; keeps an email to one member."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    user_id = UnicodeAttribute(attr_name="userId")
    password_hash = UnicodeAttribute(attr_name="passwordHash")
    deactivated_at = NumberAttribute(null=True, attr_name="deactivatedAt")


def account_item(member: User, password_hash: str) -> AccountItem:
    """The item that a member signs in by."""
    return AccountItem.for_key(
        keys.account_key(member.email),
        tenant_id=member.tenant_id,
        user_id=member.id,
        password_hash=password_hash,
    )


def member_item(member: User) -> MemberItem:
    """The item of a new member."""
    return MemberItem.for_key(
        keys.MemberKey(member.tenant_id, member.id),
        tenant_id=member.tenant_id,
        user_id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
    )


def tenant_item(tenant: Tenant) -> TenantItem:
    """The item of a practice."""
    return TenantItem.for_key(
        keys.tenant_key(tenant.id),
        tenant_id=tenant.id,
        name=tenant.name,
        slug=tenant.slug,
        time_zone=tenant.time_zone,
        on_control_timeout=tenant.on_control_timeout,
        admins_first=tenant.admins_first,
    )


def to_user(item: MemberItem) -> User:
    """A member as others may see them."""
    return User(
        id=item.user_id, tenant_id=item.tenant_id, name=item.name, email=item.email, role=_to_role(item.role)
    )


def to_member(item: MemberItem) -> Member:
    """A member as admins see them."""
    return Member(
        id=item.user_id,
        tenant_id=item.tenant_id,
        name=item.name,
        email=item.email,
        role=_to_role(item.role),
        deactivated_at=deactivated_at(item),
    )


def to_deactivation(item: MemberItem) -> Deactivation | None:
    """How a member was deactivated, None if they were not."""
    at = deactivated_at(item)
    if at is None:
        return None
    admin = Principal(
        tenant_id=item.tenant_id,
        member_id=item.deactivated_by or "",
        email=item.deactivated_by_email or "",
        name=item.deactivated_by_name or "",
        role="admin",
    )
    return Deactivation(item.tenant_id, item.user_id, at, admin)


def deactivated_at(item: MemberItem | AccountItem) -> datetime | None:
    """When a member was deactivated."""
    milliseconds = cast("float | None", item.deactivated_at)
    return None if milliseconds is None else from_ms(milliseconds)


def deactivation_in_image(image: dict[str, Any]) -> Deactivation | None:
    """How the member of a stream record's image was deactivated, given DynamoDB's own JSON."""
    return to_deactivation(MemberItem.from_image(image))


def to_tenant(item: TenantItem) -> Tenant:
    """The practice that an item holds."""
    on_timeout: OnTimeout = "grant" if item.on_control_timeout == "grant" else "lapse"
    return Tenant(
        id=item.tenant_id,
        name=item.name,
        slug=item.slug,
        time_zone=item.time_zone,
        on_control_timeout=on_timeout,
        admins_first=bool(item.admins_first),
    )


def _to_role(text: str) -> Role:
    return "admin" if text == "admin" else "staff"
