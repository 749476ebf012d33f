"""Wiring only: the HTTP endpoints of every package, and each other function as a delegate.

Chalice wants functions that are not HTTP declared here, and the middleware in one place.
"""

import gc

# Nothing made while a function starts is garbage; looking for some takes a fifth of a cold start.
gc.disable()

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Response, SQSEvent, WebsocketEvent

from chalicelib.audit import handlers
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.http.middleware import register_routes
from chalicelib.core.security.tokens import key_ring
from chalicelib.core.settings import settings
from chalicelib.notifications import handlers as due
from chalicelib.realtime import handlers as entry
from chalicelib.routes import ROUTES

# Replaced by the real ones when the template is merged; Chalice wants some to make the functions.
PLACEHOLDER_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/placeholder/stream/placeholder"
PLACEHOLDER_QUEUE = "arn:aws:sqs:us-east-1:000000000000:placeholder"

app = Chalice(app_name="holdfast", configure_logs=False)
app.experimental_feature_flags.update(["WEBSOCKETS"])
register_routes(app, ROUTES)
if settings().aws_lambda_function_name:
    connection.open()
if settings().handler == "app.app":
    # The one function that signs and verifies: a weak or missing key stops its start, not its first request.
    key_ring().newest()
gc.freeze()
gc.enable()


@app.on_ws_connect(name="websocket_connect")
def websocket_connect(event: WebsocketEvent) -> Response | None:
    """Accept a connection that brings a good ticket."""
    return entry.connect(event)


@app.on_ws_message(name="websocket_message")
def websocket_message(event: WebsocketEvent) -> None:
    """Serve one frame."""
    entry.message(event)


@app.on_ws_disconnect(name="websocket_disconnect")
def websocket_disconnect(event: WebsocketEvent) -> None:
    """Forget a connection."""
    entry.disconnect(event)


@app.on_dynamodb_record(stream_arn=PLACEHOLDER_STREAM, name="on_change")
def on_change(event: DynamoDBEvent) -> dict[str, Any]:
    """Turn changes of the table into frames; names the records that failed."""
    return entry.change(event)


@app.on_dynamodb_record(stream_arn=PLACEHOLDER_STREAM, name="on_history")
def on_history(event: DynamoDBEvent) -> dict[str, Any]:
    """Write down what happened to locks; names the records that failed."""
    return handlers.write_history(event)


@app.on_sqs_message(queue_arn=PLACEHOLDER_QUEUE, name="on_fanout")
def on_fanout(event: SQSEvent) -> dict[str, Any]:
    """Tell a part of a big audience; names the messages that failed."""
    return entry.fanout(event)


@app.on_sqs_message(queue_arn=PLACEHOLDER_QUEUE, name="on_notice")
def on_notice(event: SQSEvent) -> dict[str, Any]:
    """Tell patients what became of their appointments; names the messages that failed."""
    return due.send_notifications(event)


@app.on_sqs_message(queue_arn=PLACEHOLDER_QUEUE, name="on_deadline")
def on_deadline(event: SQSEvent) -> dict[str, Any]:
    """Do what has fallen due of locks and holds; names the messages that failed."""
    return due.on_deadline(event)


@app.schedule("rate(1 minute)", name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    """Do what is overdue because its message was lost."""
    due.sweep(event)
