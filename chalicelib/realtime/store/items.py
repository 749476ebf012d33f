"""Base of the items in the connections table."""

from dataclasses import asdict
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import ConnectionsItem
from chalicelib.core.security.tokens import Principal, Role
from chalicelib.locking.model import Tab


class ViewerItem(ConnectionsItem):
    """An item of a member's tab or, with the tenant alone, of a visitor."""

    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    member_id = UnicodeAttribute(attr_name="userId", null=True)
    name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    role = UnicodeAttribute(null=True)
    tab_id = UnicodeAttribute(attr_name="sessionId", null=True)

    def tab(self) -> Tab | None:
        """Return the member's tab, None for a visitor."""
        return tab_of(self.tenant_id, self.member_id, self.tab_id, self.name, self.email, self.role)


def tab_of(
    tenant_id: str,
    member_id: str | None,
    tab_id: str | None,
    name: str | None,
    email: str | None,
    stored_role: str | None,
) -> Tab | None:
    """Build the tab from stored attributes; None for a visitor."""
    if member_id is None or tab_id is None:
        return None
    role: Role = "admin" if stored_role == "admin" else "staff"
    return Tab(Principal(tenant_id, member_id, email or "", name or "", role), tab_id)


def owner_attributes(tenant_id: str, tab: Tab | None) -> dict[str, Any]:
    """Return the attributes that name the owner of an item."""
    if tab is None:
        return {"tenant_id": tenant_id}
    return {**asdict(tab.principal), "tab_id": tab.tab_id}


def tab_key(tab: Tab) -> keys.Key:
    """Return the key of the marker for a tab that lost its last connection."""
    return keys.tab_key(tab.principal.tenant_id, tab.member_id, tab.tab_id)
