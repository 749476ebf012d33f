"""The function of `$connect`."""

from http import HTTPStatus

from chalice.app import Response, WebsocketEvent

from chalicelib.core.logging import logger
from chalicelib.realtime.handlers.event_type import event_type
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.service import connections


def connect(event: WebsocketEvent, api: ManagementApi | None = None) -> Response | None:
    """Accept a connection with a valid ticket, and close a member's surplus ones.

    The ticket is in the address: `?ticket=…`.

    Returns:
        A response with status 401 if the ticket is not valid.
    """
    if event_type(event) == "MESSAGE":
        from chalicelib.realtime.handlers.message import message

        message(event, api)
        return None
    query = event.to_dict().get("queryStringParameters") or {}
    surplus = connections.connect(event.connection_id, query.get("ticket"))
    if surplus is None:
        return Response("", status_code=HTTPStatus.UNAUTHORIZED)
    if surplus:
        _close(surplus, api)
    return None


def _close(connection_ids: list[str], api: ManagementApi | None) -> None:
    # Seldom needed, so the start of the function does not wait for it.
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.service.delivery import close_connections

    try:
        close_connections(connection_ids, api or management_api())
    except Exception:  # noqa: BLE001 - the member's next connection tries again
        logger().exception("surplus connections were not closed", connection_ids=connection_ids)
