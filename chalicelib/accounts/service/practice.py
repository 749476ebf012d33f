"""A practice's own settings: its name, its zone, and what its locks do when two want one."""

from collections.abc import Mapping

from chalicelib.accounts.model import LockPolicy, Tenant
from chalicelib.accounts.store import practices
from chalicelib.core.auth import Principal
from chalicelib.core.errors import Fault, Invalid, Unauthenticated

_GONE = "This practice is no longer there."


def tenant_of(principal: Principal) -> Tenant:
    """The caller's practice.

    Raises:
        Unauthenticated: it is gone.
    """
    tenant = practices.find_tenant(principal.tenant_id)
    if tenant is None:
        raise Unauthenticated(_GONE)
    return tenant


def change_tenant(admin: Principal, changes: Mapping[str, object]) -> Tenant:
    """Change fields of the caller's practice, by their names in `Tenant`. A new name keeps the old slug, since
    patients have that address.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: there is nothing to change.
        Unauthenticated: the practice is gone.
    """
    admin.require_admin()
    if not changes:
        raise Invalid([Fault("body", "must change at least one field")])
    try:
        return practices.change_tenant(admin.tenant_id, changes)
    except practices.NoSuchTenant:
        raise Unauthenticated(_GONE) from None


def lock_policy(tenant_id: str) -> LockPolicy:
    """What a practice wants of its locks; one call. A practice that is gone wants what a new one does."""
    tenant = practices.find_tenant(tenant_id)
    return LockPolicy(tenant.on_control_timeout, tenant.admins_first) if tenant else LockPolicy()


def tenant_by_id(tenant_id: str) -> Tenant | None:
    """A practice, None if it is not there; one call."""
    return practices.find_tenant(tenant_id)


def tenant_id_of_slug(slug: str) -> str | None:
    """The practice that has this name in public addresses, None if there is none; one call."""
    return practices.find_tenant_id(slug)


def tenant_of_slug(slug: str) -> Tenant | None:
    """The practice that has this name in public addresses, None if there is none; two calls."""
    tenant_id = practices.find_tenant_id(slug)
    return practices.find_tenant(tenant_id) if tenant_id else None
