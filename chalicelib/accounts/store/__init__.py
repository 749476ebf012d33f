"""How tenants, members and sign-in accounts are kept."""

from chalicelib.accounts.store.items import TenantItem, deactivation_of
from chalicelib.accounts.store.practices import (
    EmailExists,
    Furnish,
    NoSuchTenant,
    SlugExists,
    add_member,
    change_tenant,
    create_tenant,
    find_account,
    find_tenant,
    find_tenant_id,
    leave_empty,
    load,
)
from chalicelib.accounts.store.staff import (
    NoAdmin,
    NotActive,
    deactivate,
    find_deactivation,
    find_member,
    members,
)

__all__ = [
    "EmailExists",
    "Furnish",
    "NoAdmin",
    "NoSuchTenant",
    "NotActive",
    "SlugExists",
    "TenantItem",
    "add_member",
    "change_tenant",
    "create_tenant",
    "deactivate",
    "deactivation_of",
    "find_account",
    "find_deactivation",
    "find_member",
    "find_tenant",
    "find_tenant_id",
    "leave_empty",
    "load",
    "members",
]
