"""Steps that the use cases of doctors, services and resources share."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, cast

from chalicelib.core.http.constraints import Range
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.resource import Resource
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.tenant_schedule import Entry, active
from chalicelib.scheduling.model.validation import MAX_PER_KIND
from chalicelib.scheduling.store import tenant_schedule as store


@dataclass(frozen=True, slots=True)
class ScheduleListQuery(PageQuery):
    """The page to list, by default all on one page.

    `archived` includes archived entries.
    """

    limit: Annotated[int, Range(1, MAX_PER_KIND)] = MAX_PER_KIND
    archived: bool = False


def from_form(entry_type: type[Entry], entry_id: str, form: object) -> Entry:
    """Return a new entry with the fields of a form."""
    values = {field.name: getattr(form, field.name) for field in fields(cast("Any", form))}
    return entry_type(id=entry_id, **values)


def update_entry(
    kind: store.EntryKind[Entry], tenant_id: str, entry_id: str, changes: Mapping[str, object], not_found: str
) -> Entry:
    """Write some fields of an entry and return the whole; one call.

    Raises:
        NotFound: there is no such entry.
    """
    try:
        return store.update_entry(kind, tenant_id, entry_id, changes)
    except store.NotInSchedule:
        raise NotFound(not_found) from None


def list_page(
    kind: store.EntryKind[Entry], tenant_id: str, entries: Mapping[str, Entry], query: ScheduleListQuery
) -> tuple[list[Entry], str | None]:
    """Return one page of entries in order of name, and the next page's cursor.

    The cursor is None on the last page.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
    """
    first_key = kind.key(tenant_id, "")
    list_id = query.list_id(f"{first_key.partition}#{first_key.sort}")
    listed = sorted((entries if query.archived else active(entries)).values(), key=_list_order)
    if after := query.position_in(list_id):
        last_id, _, last_name = after.partition("#")
        listed = [entry for entry in listed if _list_order(entry) > (last_name, last_id)]
    page = listed[: query.limit]
    return page, to_cursor(list_id, _position(page[-1])) if len(listed) > query.limit else None


def _position(entry: Doctor | Service | Resource) -> str:
    # With the name as listed: the next page does not depend on a new name of this entry.
    return f"{entry.id}#{entry.name}"


def _list_order(entry: Doctor | Service | Resource) -> tuple[str, str]:
    return entry.name, entry.id
