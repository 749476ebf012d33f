"""Looking at the history."""

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
    """What happened to one appointment's lock, newest first; one call, two if nothing did.

    Raises:
        NotFound: the caller's practice has no such appointment.
        ValidationFailed: the cursor was not issued for this list.
    """
    found = _page(viewer, history.HistoryIndex.of_appointment(viewer.tenant_id, appointment_id), page)
    if not found.items:
        appointments.get(viewer, appointment_id)
    return found


def appointment_statistics(viewer: Principal, appointment_id: str) -> AppointmentStatistics:
    """One appointment's lock in numbers; one call, two if there are none.

    Raises:
        NotFound: the caller's practice has no such appointment.
    """
    tally = counters.read_counters(keys.appointment_statistics_key(viewer.tenant_id, appointment_id))
    if tally is None:
        appointments.get(viewer, appointment_id)
    return AppointmentStatistics(**to_statistics(tally or Counters()), appointment_id=appointment_id)


def member_history(viewer: Principal, member_id: str, page: PageQuery) -> HistoryPage:
    """What happened to one member's holds and requests, newest first; one call, two if nothing did.

    Raises:
        Forbidden: it is another member, and the caller is not an admin.
        NotFound: the caller's practice has no such member.
        ValidationFailed: the cursor was not issued for this list.
    """
    _require_self_or_admin(viewer, member_id)
    found = _page(viewer, history.HistoryIndex.of_member(viewer.tenant_id, member_id), page)
    if not found.items:
        get_member(viewer, member_id)
    return found


def member_statistics(viewer: Principal, member_id: str) -> MemberStatistics:
    """One member's holds and attempts in numbers; one call, two if there are none.

    Raises:
        Forbidden: it is another member, and the caller is not an admin.
        NotFound: the caller's practice has no such member.
    """
    _require_self_or_admin(viewer, member_id)
    tally = counters.read_counters(keys.member_statistics_key(viewer.tenant_id, member_id))
    if tally is None:
        get_member(viewer, member_id)
    return MemberStatistics(**to_statistics(tally or Counters()), user_id=member_id)


def tenant_history(admin: Principal, page: PageQuery) -> HistoryPage:
    """What happened to all locks of the practice, newest first; one call.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the cursor was not issued for this list.
    """
    admin.require_admin()
    return _page(admin, history.HistoryIndex.of_tenant(admin.tenant_id), page)


def _require_self_or_admin(viewer: Principal, member_id: str) -> None:
    if viewer.member_id != member_id:
        viewer.require_admin()


def _page(viewer: Principal, listing: history.HistoryIndex, page: PageQuery) -> HistoryPage:
    # An index's partition and the table's never have one name, so the partition names the list.
    before = page.position_in(listing.partition)
    entries, last = history.newest_first(listing, before, page.limit)
    shown = [entry.redacted_for(viewer) for entry in entries]
    return HistoryPage(shown, to_cursor(listing.partition, last) if last else None)
