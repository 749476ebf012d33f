"""AWS usage of each user operation. tests/feature/realtime/test_live_costs.py counts it and fails on drift."""

from dataclasses import dataclass

RATE_LIMIT = "UpdateItem (rate limit)"
_LOOK = ("GetItem", "GetItem", "GetItem")
_UNSUBSCRIBE = ("DeleteItem", "Query")
# The size of a subscriber's row, with keys and names, and of DynamoDB's read unit.
ROW_BYTES, UNIT_BYTES = 400, 4096


@dataclass(frozen=True)
class Invocation:
    """One run of a function, with its calls to DynamoDB."""

    function: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class OperationCost:
    """The cost of an operation, up to its last consequence.

    `invocations` are counted. `write_units` and `read_units` are calculated from the keys of the template, for
    items below 1 KB: an index entry is written with its item (two where its place in the index changes), a
    transaction counts twice, and each read is one unit. `delivers` is true if frames are sent to an audience.
    """

    invocations: tuple[Invocation, ...]
    write_units: float = 0.0
    read_units: float = 0.0
    requests: int = 0
    commands: int = 0
    replies: int = 0
    delivers: bool = False
    timers: int = 0


def _http(*calls: str) -> Invocation:
    return Invocation("api_handler", calls)


def _socket(*calls: str) -> Invocation:
    return Invocation("websocket_message", calls)


def _change(*calls: str) -> Invocation:
    return Invocation("on_change", calls)


def _history(*calls: str) -> Invocation:
    return Invocation("on_history", calls)


CONNECTION_OPERATIONS = {
    "connect": OperationCost(
        (
            _http("PutItem"),
            Invocation("websocket_connect", ("DeleteItem", "PutItem", "GetItem", "Query", "Query")),
        ),
        write_units=4, read_units=3, requests=1, commands=1,
    ),
    "subscribe": OperationCost(
        (_socket("GetItem", *_LOOK, "PutItem", *_LOOK, "Query"),),
        write_units=2, read_units=8, commands=1, replies=1, delivers=True,
    ),
    "unsubscribe": OperationCost(
        (_socket("GetItem", "DeleteItem", "Query"),), write_units=2, read_units=2, commands=1, delivers=True
    ),
    "follow the calendar": OperationCost(
        (_socket("GetItem", "PutItem"),), write_units=2, read_units=1, commands=1, replies=1
    ),
    "ping": OperationCost((_socket(),), commands=1, replies=1),
    "say what one does": OperationCost(
        (_socket("UpdateItem", "Query"),), write_units=1, read_units=1, commands=1, delivers=True
    ),
    "move the pointer": OperationCost((_socket(),), commands=1, delivers=True),
    "move the pointer, first in a second": OperationCost(
        (_socket("Query"),), read_units=0.5, commands=1, delivers=True
    ),
    "disconnect": OperationCost(
        (
            Invocation(
                "websocket_disconnect",
                ("GetItem", "Query", "DeleteItem", "Query", "PutItem", "Query", "GetItem", "Query", *_UNSUBSCRIBE),
            ),
        ),
        write_units=5, read_units=6, delivers=True,
    ),
}  # fmt: skip
EDITING_OPERATIONS = {
    "acquire": OperationCost(
        (
            _http(RATE_LIMIT, "UpdateItem"),
            _change("Query", "GetItem", "GetItem"),
            _history("GetItem", RATE_LIMIT),
            _history("TransactWriteItems"),
        ),
        write_units=13, read_units=4, requests=1, delivers=True, timers=1,
    ),
    "renew": OperationCost(
        (_http("UpdateItem"), _change("Query"), _history()),
        write_units=4, read_units=1, requests=1, delivers=True,
    ),
    "save": OperationCost(
        (_http("TransactWriteItems"), _change("Query", "Query", "Query")),
        write_units=8, read_units=3, requests=1, delivers=True,
    ),
    "keep a draft": OperationCost((_http("UpdateItem"),), write_units=1, requests=1),
    "release": OperationCost(
        (_http("UpdateItem"), _change("Query"), _history("TransactWriteItems", "UpdateItem", "UpdateItem")),
        write_units=13, read_units=1, requests=1, delivers=True,
    ),
    "a timer that finds nothing to do": OperationCost((Invocation("on_deadline", ("GetItem",)),), read_units=1),
    "read an appointment": OperationCost((_http("GetItem"),), read_units=1, requests=1),
    "read the calendar": OperationCost((_http("Query"),), read_units=4, requests=1),
    "refresh the token": OperationCost((_http("TransactGetItems"),), read_units=4, requests=1),
}  # fmt: skip
OPERATIONS = CONNECTION_OPERATIONS | EDITING_OPERATIONS
