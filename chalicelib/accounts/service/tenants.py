"""A practice's own settings: its name, its zone, and what its locks do when two want one."""

from collections.abc import Mapping

from chalicelib.accounts.model import LockPolicy, Tenant
from chalicelib.accounts.store import tenants
from chalicelib.core.http.errors import FieldError, Unauthenticated, ValidationFailed
from chalicelib.core.security.tokens import Principal

_TENANT_GONE = "This practice is no longer there."


def get_tenant(principal: Principal) -> Tenant:
    """The caller's practice.

    Raises:
        Unauthenticated: it is gone.
    """
    tenant = tenants.find_tenant(principal.tenant_id)
    if tenant is None:
        raise Unauthenticated(_TENANT_GONE)
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
        raise ValidationFailed([FieldError("body", "must change at least one field")])
    try:
        return tenants.change_tenant(admin.tenant_id, changes)
    except tenants.NoSuchTenant:
        raise Unauthenticated(_TENANT_GONE) from None


def get_lock_policy(tenant_id: str) -> LockPolicy:
    """What a practice wants of its locks; one call. A practice that is gone wants what a new one does."""
    tenant = tenants.find_tenant(tenant_id)
    return LockPolicy(tenant.on_control_timeout, tenant.admins_first) if tenant else LockPolicy()


def find_tenant(tenant_id: str) -> Tenant | None:
    """A practice, None if it is not there; one call."""
    return tenants.find_tenant(tenant_id)


def find_tenant_id_by_slug(slug: str) -> str | None:
    """The practice that has this name in public addresses, None if there is none; one call."""
    return tenants.find_tenant_id_by_slug(slug)


def find_tenant_by_slug(slug: str) -> Tenant | None:
    """The practice that has this name in public addresses, None if there is none; two calls."""
    tenant_id = tenants.find_tenant_id_by_slug(slug)
    return tenants.find_tenant(tenant_id) if tenant_id else None
