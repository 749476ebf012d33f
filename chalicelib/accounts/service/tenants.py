"""A tenant's settings: name, time zone and lock policy."""

from collections.abc import Mapping

from chalicelib.accounts.model import LockPolicy, Tenant
from chalicelib.accounts.store import tenants as store
from chalicelib.accounts.store.tenants import find_tenant_id_by_slug
from chalicelib.core.http.errors import NO_CHANGES, Unauthenticated, ValidationFailed
from chalicelib.core.security.tokens import Principal

__all__ = [
    "change_tenant",
    "find_tenant",
    "find_tenant_by_slug",
    "find_tenant_id_by_slug",
    "get_lock_policy",
    "get_tenant",
]


_TENANT_GONE = "This practice is no longer there."


def get_tenant(principal: Principal) -> Tenant:
    """Return the caller's tenant; one call.

    Raises:
        Unauthenticated: it is gone.
    """
    tenant = store.find_tenant(principal.tenant_id)
    if tenant is None:
        raise Unauthenticated(_TENANT_GONE)
    return tenant


def change_tenant(admin: Principal, changes: Mapping[str, object]) -> Tenant:
    """Change fields of the caller's tenant, by their names in `Tenant`; one call.

    A new name keeps the slug, because patients have the old address.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the update is empty.
        Unauthenticated: the tenant is gone.
    """
    admin.require_admin()
    if not changes:
        raise ValidationFailed([NO_CHANGES])
    try:
        return store.change_tenant(admin.tenant_id, changes)
    except store.NoSuchTenant:
        raise Unauthenticated(_TENANT_GONE) from None


def get_lock_policy(tenant_id: str) -> LockPolicy:
    """Return a tenant's lock policy, the default one if the tenant is gone; one call."""
    tenant = store.find_tenant(tenant_id)
    return LockPolicy(tenant.on_control_timeout, tenant.admins_first) if tenant else LockPolicy()


def find_tenant(tenant_id: str) -> Tenant | None:
    """Return a tenant, None if there is none; one call."""
    return store.find_tenant(tenant_id)


def find_tenant_by_slug(slug: str) -> Tenant | None:
    """Return the tenant with this slug, None if there is none; two calls."""
    tenant_id = store.find_tenant_id_by_slug(slug)
    return store.find_tenant(tenant_id) if tenant_id else None
