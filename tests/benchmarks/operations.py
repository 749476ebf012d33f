"""AWS usage of each user operation. tests/feature/realtime/test_live_costs.py counts it and fails on drift."""

from dataclasses import dataclass

RATE_LIMIT = "UpdateItem (rate limit)"
_LOOK = ("GetItem", "GetItem", "GetItem")
_UNSUBSCRIBE = ("DeleteItem", "Query")
# Somebody's row in an audience, with its keys and names, and what DynamoDB reads in one unit.
ROW_BYTES, UNIT_BYTES = 400, 4096


@dataclass(frozen=True)
class Run:
    """A function that runs once, and the calls that it makes of DynamoDB."""

    function: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """Something that somebody does, up to its last consequence.

    `runs` are counted. `write_units` and `read_units` are reckoned from the keys of the template, for items below
    1 KB: an item's index entries are written with it (two where its place in the index changes), a transaction
    counts twice, and every look is taken for one unit. `told` is whether a round of frames goes out.
    """

    runs: tuple[Run, ...]
    write_units: float = 0.0
    read_units: float = 0.0
    requests: int = 0
    commands: int = 0
    answers: int = 0
    told: bool = False
    timers: int = 0


def _http(*calls: str) -> Run:
    return Run("api_handler", calls)


def _socket(*calls: str) -> Run:
    return Run("websocket_message", calls)


def _change(*calls: str) -> Run:
    return Run("on_change", calls)


def _history(*calls: str) -> Run:
    return Run("on_history", calls)


CONNECTED = {
    "connect": Act(
        (_http("PutItem"), Run("websocket_connect", ("DeleteItem", "PutItem", "GetItem", "Query", "Query"))),
        write_units=4, read_units=3, requests=1, commands=1,
    ),
    "subscribe": Act(
        (_socket("GetItem", *_LOOK, "PutItem", *_LOOK, "Query"),),
        write_units=2, read_units=8, commands=1, answers=1, told=True,
    ),
    "unsubscribe": Act(
        (_socket("GetItem", "DeleteItem", "Query"),), write_units=2, read_units=2, commands=1, told=True
    ),
    "follow the calendar": Act(
        (_socket("GetItem", "PutItem"),), write_units=2, read_units=1, commands=1, answers=1
    ),
    "ping": Act((_socket(),), commands=1, answers=1),
    "say what one does": Act(
        (_socket("UpdateItem", "Query"),), write_units=1, read_units=1, commands=1, told=True
    ),
    "move the pointer": Act((_socket(),), commands=1, told=True),
    "move the pointer, first in a second": Act((_socket("Query"),), read_units=0.5, commands=1, told=True),
    "disconnect": Act(
        (
            Run(
                "websocket_disconnect",
                ("GetItem", "Query", "DeleteItem", "Query", "PutItem", "Query", "GetItem", "Query", *_UNSUBSCRIBE),
            ),
        ),
        write_units=5, read_units=6, told=True,
    ),
}  # fmt: skip
EDITING = {
    "acquire": Act(
        (
            _http(RATE_LIMIT, "UpdateItem"),
            _change("Query", "GetItem", "GetItem"),
            _history("GetItem", RATE_LIMIT),
            _history("TransactWriteItems"),
        ),
        write_units=13, read_units=4, requests=1, told=True, timers=1,
    ),
    "renew": Act(
        (_http("UpdateItem"), _change("Query"), _history()),
        write_units=4, read_units=1, requests=1, told=True,
    ),
    "save": Act(
        (_http("TransactWriteItems"), _change("Query", "Query", "Query")),
        write_units=8, read_units=3, requests=1, told=True,
    ),
    "keep a draft": Act((_http("UpdateItem"),), write_units=1, requests=1),
    "release": Act(
        (_http("UpdateItem"), _change("Query"), _history("TransactWriteItems", "UpdateItem", "UpdateItem")),
        write_units=13, read_units=1, requests=1, told=True,
    ),
    "a timer that finds nothing to do": Act((Run("on_deadline", ("GetItem",)),), read_units=1),
    "read an appointment": Act((_http("GetItem"),), read_units=1, requests=1),
    "read the calendar": Act((_http("Query"),), read_units=4, requests=1),
    "refresh the token": Act((_http("TransactGetItems"),), read_units=4, requests=1),
}  # fmt: skip
ACTS = CONNECTED | EDITING
