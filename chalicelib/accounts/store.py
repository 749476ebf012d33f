"""Tenants, members and sign-in accounts as items."""

from collections.abc import Mapping

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.transactions import TransactGet, TransactWrite

from chalicelib.accounts.model import OnTimeout, Tenant, User
from chalicelib.core import keys
from chalicelib.core.auth import Role
from chalicelib.core.table import ConditionFailed, DataItem, conditionally, connection, transact


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
    """A person with an account in a practice."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    user_id = UnicodeAttribute(attr_name="userId")
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    role = UnicodeAttribute()


class AccountItem(DataItem):
    """What signing in needs, found by email alone; keeps an email to one member."""

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    user_id = UnicodeAttribute(attr_name="userId")
    password_hash = UnicodeAttribute(attr_name="passwordHash")


class EmailExists(Exception):
    """Another member has this email."""


class SlugExists(Exception):
    """Another practice has this slug."""


class NoSuchTenant(Exception):
    """There is no practice with this id."""


def create_tenant(tenant: Tenant, admin: User, password_hash: str) -> None:
    """Store a practice with its first member, all or nothing.

    Raises:
        EmailExists, SlugExists: somebody has it already.
    """

    def fill(write: TransactWrite) -> None:
        write.save(_account(admin, password_hash), AccountItem.pk.does_not_exist())
        write.save(SlugItem(keys.slug(tenant.slug), keys.SLUG, tenant_id=tenant.id), SlugItem.pk.does_not_exist())
        write.save(_tenant_item(tenant))
        write.save(_member(admin))

    try:
        transact(fill)
    except ConditionFailed as refusal:
        raise (EmailExists if refusal.failed[0] else SlugExists) from None


def add_member(member: User, password_hash: str) -> None:
    """Store a member of an existing practice.

    Raises:
        EmailExists: another member has this email.
    """

    def fill(write: TransactWrite) -> None:
        write.save(_account(member, password_hash), AccountItem.pk.does_not_exist())
        write.save(_member(member))

    try:
        transact(fill)
    except ConditionFailed:
        raise EmailExists from None


def find_account(email: str) -> AccountItem | None:
    """The account behind an email, in any letter case."""
    return AccountItem.read(keys.email(email), keys.ACCOUNT)


def find_tenant_id(slug: str) -> str | None:
    """The practice that has this slug."""
    item = SlugItem.read(keys.slug(slug), keys.SLUG)
    return item.tenant_id if item else None


def find_tenant(tenant_id: str) -> Tenant | None:
    """A practice, as it was last changed; one call."""
    item = TenantItem.read(keys.tenant(tenant_id), keys.TENANT, consistent=True)
    return _tenant(item) if item else None


def change_tenant(tenant_id: str, changes: Mapping[str, object]) -> Tenant:
    """Write these fields of a practice, by their names in `Tenant`; the whole of it afterwards. One call.

    Raises:
        NoSuchTenant: it is not there.
    """
    item = TenantItem(keys.tenant(tenant_id), keys.TENANT)
    actions = [getattr(TenantItem, name).set(value) for name, value in changes.items()]
    try:
        conditionally(lambda: item.update(actions, TenantItem.pk.exists()))
    except ConditionFailed:
        raise NoSuchTenant from None
    return _tenant(item)


def load(tenant_id: str, user_id: str) -> tuple[User, Tenant] | None:
    """A member and their practice, in one call; None if either is gone."""
    partition = keys.tenant(tenant_id)
    with TransactGet(connection=connection) as read:
        member = read.get(MemberItem, partition, keys.member(user_id))
        tenant = read.get(TenantItem, partition, keys.TENANT)
    try:
        return _user(member.get()), _tenant(tenant.get())
    except (MemberItem.DoesNotExist, TenantItem.DoesNotExist):
        return None


def _account(user: User, password_hash: str) -> AccountItem:
    return AccountItem(
        keys.email(user.email),
        keys.ACCOUNT,
        tenant_id=user.tenant_id,
        user_id=user.id,
        password_hash=password_hash,
    )


def _member(user: User) -> MemberItem:
    return MemberItem(
        keys.tenant(user.tenant_id),
        keys.member(user.id),
        tenant_id=user.tenant_id,
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
    )


def _tenant_item(tenant: Tenant) -> TenantItem:
    return TenantItem(
        keys.tenant(tenant.id),
        keys.TENANT,
        tenant_id=tenant.id,
        name=tenant.name,
        slug=tenant.slug,
        time_zone=tenant.time_zone,
        on_control_timeout=tenant.on_control_timeout,
        admins_first=tenant.admins_first,
    )


def _user(item: MemberItem) -> User:
    role: Role = "admin" if item.role == "admin" else "staff"
    return User(id=item.user_id, tenant_id=item.tenant_id, name=item.name, email=item.email, role=role)


def _tenant(item: TenantItem) -> Tenant:
    on_timeout: OnTimeout = "grant" if item.on_control_timeout == "grant" else "lapse"
    return Tenant(
        id=item.tenant_id,
        name=item.name,
        slug=item.slug,
        time_zone=item.time_zone,
        on_control_timeout=on_timeout,
        admins_first=bool(item.admins_first),
    )
