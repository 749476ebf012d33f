"""Items of tenants, members and sign-in accounts; instants are milliseconds since the epoch."""

from datetime import datetime
from typing import NamedTuple, cast

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.accounts.model import Deactivation, Member, MemberDetails, OnTimeout, Tenant
from chalicelib.core.clock import from_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.security.tokens import Principal, Role


class EmailExists(Exception):
    """Another member has this email."""


class TenantItem(DataItem):
    """A tenant; items of the first version get the default lock policy."""

    name = UnicodeAttribute()
    slug = UnicodeAttribute()
    time_zone = UnicodeAttribute(attr_name="timeZone")
    tenant_id = UnicodeAttribute(attr_name="tenantId")
    on_control_timeout = UnicodeAttribute(null=True, attr_name="onControlTimeout")
    admins_first = BooleanAttribute(null=True, attr_name="adminsFirst")


class SlugItem(DataItem):
    """The owner of a slug; it keeps the slug unique."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")


class MemberItem(DataItem):
    """A member of a tenant, and the time and the admin of a deactivation."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    member_id = UnicodeAttribute(attr_name="userId")
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    role = UnicodeAttribute()
    deactivated_at = NumberAttribute(null=True, attr_name="deactivatedAt")
    deactivated_by = UnicodeAttribute(null=True, attr_name="deactivatedBy")
    deactivated_by_name = UnicodeAttribute(null=True, attr_name="deactivatedByName")
    deactivated_by_email = UnicodeAttribute(null=True, attr_name="deactivatedByEmail")


class Credentials(NamedTuple):
    """The member of an email, and the hash of the password."""

    tenant_id: str
    member_id: str
    password_hash: str


class AccountItem(DataItem):
    """The credentials of an email; it keeps the email unique."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    member_id = UnicodeAttribute(attr_name="userId")
    password_hash = UnicodeAttribute(attr_name="passwordHash")
    deactivated_at = NumberAttribute(null=True, attr_name="deactivatedAt")


def account_item(member: Member, password_hash: str) -> AccountItem:
    """Return the item of a new member's credentials."""
    return AccountItem.for_key(
        keys.account_key(member.email),
        tenant_id=member.tenant_id,
        member_id=member.id,
        password_hash=password_hash,
    )


def member_item(member: Member) -> MemberItem:
    """Return the item of a new member."""
    return MemberItem.for_key(
        keys.MemberKey(member.tenant_id, member.id),
        tenant_id=member.tenant_id,
        member_id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
    )


def tenant_item(tenant: Tenant) -> TenantItem:
    """Return the item of a tenant."""
    return TenantItem.for_key(
        keys.tenant_key(tenant.id),
        tenant_id=tenant.id,
        name=tenant.name,
        slug=tenant.slug,
        time_zone=tenant.time_zone,
        on_control_timeout=tenant.on_control_timeout,
        admins_first=tenant.admins_first,
    )


def to_member(item: MemberItem) -> Member:
    """Convert to the view that other members have."""
    return Member(
        id=item.member_id, tenant_id=item.tenant_id, name=item.name, email=item.email, role=_to_role(item.role)
    )


def to_member_details(item: MemberItem) -> MemberDetails:
    """Convert to the view that admins have."""
    return MemberDetails(
        id=item.member_id,
        tenant_id=item.tenant_id,
        name=item.name,
        email=item.email,
        role=_to_role(item.role),
        deactivated_at=deactivated_at(item),
    )


def to_deactivation(item: MemberItem) -> Deactivation | None:
    """Return how a member was deactivated, None if active."""
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
    return Deactivation(item.tenant_id, item.member_id, at, admin)


def deactivated_at(item: MemberItem | AccountItem) -> datetime | None:
    """Return when a member was deactivated, None if active."""
    milliseconds = cast("float | None", item.deactivated_at)
    return None if milliseconds is None else from_ms(milliseconds)


def deactivation_in_image(image: Image) -> Deactivation | None:
    """Return how the member of an image was deactivated, None if active."""
    return to_deactivation(MemberItem.from_image(image))


def to_tenant(item: TenantItem) -> Tenant:
    """Convert to the model."""
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
