"""Wiring only: the routes of the API, and each other function as a delegate.

Chalice wants every function that is not HTTP declared here. A process runs one function and imports what that one
serves: the API by its routes at their first request, the others at their start.
"""

import gc

# Nothing made while a function starts is garbage; searching for garbage takes a fifth of a cold start.
gc.disable()

from collections.abc import Callable
from importlib import import_module
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, SQSEvent, WebsocketEvent

from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.settings import settings

# Replaced by the real ones when the template is merged; Chalice needs some to declare the functions.
PLACEHOLDER_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/placeholder/stream/placeholder"
PLACEHOLDER_QUEUE = "arn:aws:sqs:us-east-1:000000000000:placeholder"
# The handler of each function that is not HTTP.
HANDLERS = {
    "websocket_connect": "chalicelib.realtime.handlers.connect:connect",
    "websocket_message": "chalicelib.realtime.handlers.message:message",
    "websocket_disconnect": "chalicelib.realtime.handlers.disconnect:disconnect",
    "on_change": "chalicelib.stream:on_change",
    "on_history": "chalicelib.audit.handlers:on_history",
    "on_fanout": "chalicelib.realtime.handlers.fanout:fanout",
    "on_notice": "chalicelib.notifications.handlers:send_notifications",
    "on_deadline": "chalicelib.deadlines:on_deadline",
    "sweep": "chalicelib.deadlines:sweep",
}

app = Chalice(app_name="holdfast", configure_logs=False)
app.experimental_feature_flags.update(["WEBSOCKETS"])


def handler_of(function: str) -> Callable[..., Any]:
    """Import and return the handler of a function."""
    module, name = HANDLERS[function].split(":")
    handler: Callable[..., Any] = getattr(import_module(module), name)
    return handler


@app.on_ws_connect(name="websocket_connect")
def websocket_connect(event: WebsocketEvent) -> Any:  # noqa: ANN401 - a response if it is refused
    """Accept a connection that brings a valid ticket."""
    return handler_of("websocket_connect")(event)


@app.on_ws_message(name="websocket_message")
def websocket_message(event: WebsocketEvent) -> None:
    """Serve one frame."""
    handler_of("websocket_message")(event)


@app.on_ws_disconnect(name="websocket_disconnect")
def websocket_disconnect(event: WebsocketEvent) -> None:
    """Forget a connection."""
    handler_of("websocket_disconnect")(event)


@app.on_dynamodb_record(stream_arn=PLACEHOLDER_STREAM, name="on_change")
def on_change(event: DynamoDBEvent) -> Any:  # noqa: ANN401 - here and below: the records or messages that failed
    """Hand each change of the table to those that follow it."""
    return handler_of("on_change")(event)


@app.on_dynamodb_record(stream_arn=PLACEHOLDER_STREAM, name="on_history")
def on_history(event: DynamoDBEvent) -> Any:  # noqa: ANN401
    """Record changes of locks in their history."""
    return handler_of("on_history")(event)


@app.on_sqs_message(queue_arn=PLACEHOLDER_QUEUE, name="on_fanout")
def on_fanout(event: SQSEvent) -> Any:  # noqa: ANN401
    """Deliver frames to a part of a large audience."""
    return handler_of("on_fanout")(event)


@app.on_sqs_message(queue_arn=PLACEHOLDER_QUEUE, name="on_notice")
def on_notice(event: SQSEvent) -> Any:  # noqa: ANN401
    """Mail patients about changes of their appointments."""
    return handler_of("on_notice")(event)


@app.on_sqs_message(queue_arn=PLACEHOLDER_QUEUE, name="on_deadline")
def on_deadline(event: SQSEvent) -> Any:  # noqa: ANN401
    """Expire the locks and holds whose deadlines have passed."""
    return handler_of("on_deadline")(event)


@app.schedule("rate(1 minute)", name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    """Expire the locks and holds whose message was lost."""
    handler_of("sweep")(event)


def _start(function: str) -> None:
    """Prepare the process for its function.

    Tests and `chalice package` name none and need all.
    """
    if function not in HANDLERS:
        from chalicelib.core.http.middleware import register_routes
        from chalicelib.routes import ROUTES

        register_routes(app, ROUTES)
    if not function:
        return
    # While a function starts, Lambda lends it a whole processor.
    connection.open()
    if function in HANDLERS:
        handler_of(function)
    else:
        from chalicelib.core.security.tokens import key_ring

        # A weak or missing key stops the start of the API, not its first request.
        key_ring().newest()


_start(settings().handler.removeprefix("app."))
gc.freeze()
gc.enable()
