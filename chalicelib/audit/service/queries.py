"""Read the history and the statistics."""

from chalicelib.accounts.service.members import get_member
from chalicelib.appointments.service import appointments
from chalicelib.audit.model import (
    AppointmentStatistics,
    Counters,
    HistoryPage,
    MemberStatistics,
    to_statistics,
)
from chalicelib.audit.store import counters, history
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.core.security.tokens import Principal


def appointment_history(viewer: Principal, appointment_id: str, page: PageQuery) -> HistoryPage:
    """List the history of one appointment's lock, newest first.

    One call, two without entries.

    Raises:
        NotFound: there is no such appointment.
        ValidationFailed: the cursor was not issued for this list.
    """
    found = _page(viewer, history.HistoryIndex.of_appointment(viewer.tenant_id, appointment_id), page)
    if not found.items:
        appointments.get(viewer, appointment_id)
    return found


def appointment_statistics(viewer: Principal, appointment_id: str) -> AppointmentStatistics:
    """Return the statistics of one appointment's lock; one call, two without counters.

    Raises:
        NotFound: there is no such appointment.
    """
    found = counters.read_counters(keys.appointment_statistics_key(viewer.tenant_id, appointment_id))
    if found is None:
        appointments.get(viewer, appointment_id)
    return AppointmentStatistics(**to_statistics(found or Counters()), appointment_id=appointment_id)


def member_history(viewer: Principal, member_id: str, page: PageQuery) -> HistoryPage:
    """List the history of one member's leases and requests, newest first.

    One call, two without entries.

    Raises:
        Forbidden: the caller is another member and not an admin.
        NotFound: there is no such member.
        ValidationFailed: the cursor was not issued for this list.
    """
    _require_self_or_admin(viewer, member_id)
    found = _page(viewer, history.HistoryIndex.of_member(viewer.tenant_id, member_id), page)
    if not found.items:
        get_member(viewer, member_id)
    return found


def member_statistics(viewer: Principal, member_id: str) -> MemberStatistics:
    """Return the statistics of one member's leases and attempts.

    One call, two without counters.

    Raises:
        Forbidden: the caller is another member and not an admin.
        NotFound: there is no such member.
    """
    _require_self_or_admin(viewer, member_id)
    found = counters.read_counters(keys.member_statistics_key(viewer.tenant_id, member_id))
    if found is None:
        get_member(viewer, member_id)
    return MemberStatistics(**to_statistics(found or Counters()), user_id=member_id)


def tenant_history(admin: Principal, page: PageQuery) -> HistoryPage:
    """List the history of all locks of the tenant, newest first; one call.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the cursor was not issued for this list.
    """
    admin.require_admin()
    return _page(admin, history.HistoryIndex.of_tenant(admin.tenant_id), page)


def _require_self_or_admin(viewer: Principal, member_id: str) -> None:
    if viewer.member_id != member_id:
        viewer.require_admin()


def _page(viewer: Principal, index: history.HistoryIndex, page: PageQuery) -> HistoryPage:
    # The partitions of the table and of the indexes are distinct, so a partition identifies its list.
    before = page.position_in(index.partition)
    entries, last = history.newest_first(index, before, page.limit)
    redacted = [entry.redacted_for(viewer) for entry in entries]
    return HistoryPage(redacted, to_cursor(index.partition, last) if last else None)
