"""What one can do with practices, members and their sessions."""

from chalicelib.accounts.service.members import (
    HASH_OF_NOBODY,
    Profile,
    Session,
    add_member,
    default_hasher,
    member,
    profile,
    refresh,
    sign_in,
    sign_up,
    slug_is_taken,
)
from chalicelib.accounts.service.practice import change_tenant, lock_policy, tenant_of

__all__ = [
    "HASH_OF_NOBODY",
    "Profile",
    "Session",
    "add_member",
    "change_tenant",
    "default_hasher",
    "lock_policy",
    "member",
    "profile",
    "refresh",
    "sign_in",
    "sign_up",
    "slug_is_taken",
    "tenant_of",
]
