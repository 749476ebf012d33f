"""What one can do with practices, members and their sessions."""

from chalicelib.accounts.service.members import (
    HASH_OF_NOBODY,
    Profile,
    Session,
    add_member,
    default_hasher,
    profile,
    refresh,
    sign_in,
    sign_up,
    slug_is_taken,
)
from chalicelib.accounts.service.practice import (
    change_tenant,
    lock_policy,
    tenant_by_id,
    tenant_id_of_slug,
    tenant_of,
    tenant_of_slug,
)
from chalicelib.accounts.service.staff import (
    deactivate,
    deactivated,
    deactivation_of,
    list_members,
    member,
)

__all__ = [
    "HASH_OF_NOBODY",
    "Profile",
    "Session",
    "add_member",
    "change_tenant",
    "deactivate",
    "deactivated",
    "deactivation_of",
    "default_hasher",
    "list_members",
    "lock_policy",
    "member",
    "profile",
    "refresh",
    "sign_in",
    "sign_up",
    "slug_is_taken",
    "tenant_by_id",
    "tenant_id_of_slug",
    "tenant_of",
    "tenant_of_slug",
]
