"""Consequences of a change for connections: abandoned leases and deactivated members."""

from chalicelib.accounts.model import Deactivation
from chalicelib.accounts.service.members import find_deactivation, new_deactivation
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import MemberKey
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.service import disconnect, eviction
from chalicelib.realtime.events.locks import new_lease_in
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.model import LeaseGranted
from chalicelib.realtime.service.delivery import close_connections
from chalicelib.realtime.store import connections


def follow_up(record: StreamRecord, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """End the lease of a disconnected tab, and all of a deactivated member.

    Idempotent.

    Raises:
        Undelivered: a connection could not be closed; all else was done.
        ExceptionGroup: something else could not be ended; all else was done.
    """
    if lease := new_lease_in(record):
        end_abandoned_lease(lease, clock=clock)
    if isinstance(record.key, MemberKey) and (deactivation := new_deactivation(record.old, record.new)):
        disconnect_member(deactivation, api, clock=clock)


def end_abandoned_lease(lease: LeaseGranted, *, clock: Clock = utc_now) -> None:
    """End a new lease after the grace period if its tab has disconnected.

    At once if its member is deactivated. The tab was on the waitlist, or closed during its request and never got
    the response. A client that uses no WebSocket at all has not disconnected. One read for each of the two.
    """
    tab = lease.tab
    if deactivation := find_deactivation(tab.principal.tenant_id, tab.member_id):
        eviction.evict_member(deactivation, clock=clock)
        return
    has_disconnected = lease.was_disconnected or connections.recently_disconnected(tab, clock())
    if has_disconnected and not connections.is_connected(tab):
        disconnect.disconnect(tab, [lease.appointment_id], clock=clock)


def disconnect_member(deactivation: Deactivation, api: ManagementApi, *, clock: Clock = utc_now) -> None:
    """Close the connections of a deactivated member and end their leases."""
    connection_ids = connections.connection_ids_of(deactivation.tenant_id, deactivation.member_id)
    try:
        close_connections(connection_ids, api, clock=clock)
    finally:
        eviction.evict_member(deactivation, clock=clock)
