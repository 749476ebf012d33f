"""The cost of a busy day on AWS: `python -m tests.benchmarks.busy_day` prints the tables of docs/guide/costs.md.

Pure arithmetic: an assumed day, the counted cost of each operation (tests/benchmarks/operations.py), list prices.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from math import ceil

from chalicelib.realtime.fanout import MAX_IMMEDIATE_RECIPIENTS
from chalicelib.realtime.queue import GROUP_COUNT
from tests.benchmarks.operations import OPERATIONS, ROW_BYTES, UNIT_BYTES

MILLION = 1_000_000


@dataclass(frozen=True)
class Day:
    """An assumed day. The numbers are of one member, where nothing else is stated."""

    members: int = 1_000
    members_of_a_practice: int = 20
    hours: float = 8
    # A connection lasts 105 to 115 minutes, and some drop.
    connections: float = 10
    appointments_opened: float = 40
    minutes_open: float = 3
    edits: float = 20
    # An edit takes about three minutes; its lease of five minutes is renewed in its second half.
    renewals_of_an_edit: float = 1
    drafts_of_an_edit: float = 4
    # The share of the time of an open appointment in which another member has it open too.
    company: float = 0.25
    # The share of that time in which a pointer moves, ten times a second.
    pointing: float = 0.3
    # The share of the day in which a member's page follows the calendar.
    calendar_shown: float = 0.75
    calendar_opened: float = 60
    # The share of saves on the shown day. Each reloads the list, at most every five seconds.
    on_the_day_shown: float = 0.25
    tokens: float = 16

    @property
    def seconds_in_company(self) -> float:
        """The seconds for which another member has the same appointment open."""
        return self.appointments_opened * self.minutes_open * 60 * self.company

    @property
    def calendar_followers(self) -> float:
        """The members that receive a save because they follow the calendar."""
        return self.members_of_a_practice * self.calendar_shown

    @property
    def reloads(self) -> float:
        """How often a list is reloaded because of a save."""
        saved = self.edits * self.members_of_a_practice * self.on_the_day_shown * self.calendar_shown
        return min(saved, self.hours * 3600 * self.calendar_shown / 5)


@dataclass(frozen=True)
class Usage:
    """The usage that AWS charges."""

    websocket_messages: float = 0
    connection_minutes: float = 0
    rest_requests: float = 0
    function_runs: float = 0
    gb_seconds: float = 0
    write_units: float = 0
    read_units: float = 0
    queue_requests: float = 0
    fifo_requests: float = 0
    gb_out: float = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*(a + b for a, b in zip(_values(self), _values(other), strict=True)))

    def __mul__(self, times: float) -> "Usage":
        return Usage(*(times * each for each in _values(self)))

    @property
    def dollars(self) -> float:
        """The price at list prices."""
        return sum(_values(self.priced))

    @property
    def priced(self) -> "Usage":
        """The price of each part."""
        return Usage(*(a * b for a, b in zip(_values(self), _values(PRICES), strict=True)))


def _values(use: Usage) -> list[float]:
    return list(asdict(use).values())


# Dollars in us-east-1 without free tier. Sources: docs/guide/costs.md.
PRICES = Usage(
    websocket_messages=1.00 / MILLION,
    connection_minutes=0.25 / MILLION,
    rest_requests=3.50 / MILLION,
    function_runs=0.20 / MILLION,
    gb_seconds=0.0000166667,
    write_units=0.625 / MILLION,
    read_units=0.125 / MILLION,
    queue_requests=0.40 / MILLION,
    fifo_requests=0.50 / MILLION,
    gb_out=0.09,
)
# Milliseconds of a function with 1 GB: assumed, not measured on AWS.
OWN_MS, CALL_MS, FRAMES_MS = 4.0, 4.0, 20.0
# Bytes sent, with headers.
FRAME_BYTES, ANSWER_BYTES, LIST_BYTES = 500, 1_500, 20_000
# Lambda polls a queue about 15 times a minute, even if it is empty.
POLLS_A_DAY = 15.0 * 60 * 24
# A message is sent, received and deleted.
REQUESTS_OF_A_MESSAGE = 3

OPERATION_GROUPS = {
    "being connected": ("connect", "disconnect", "ping", "follow the calendar", "refresh the token"),
    "looking": ("subscribe", "unsubscribe", "read an appointment", "read the calendar"),
    "locks": ("acquire", "renew", "release", "a timer that finds nothing to do"),
    "saves and drafts": ("save", "keep a draft"),
    "presence": ("say what one does",),
    "pointers": ("move the pointer", "move the pointer, first in a second"),
}


def times_of(day: Day) -> dict[str, float]:
    """Return how often a member uses each operation."""
    moving_seconds = day.seconds_in_company * day.pointing
    return {
        "connect": day.connections,
        "disconnect": day.connections,
        "ping": day.hours * 60 / 4,
        "follow the calendar": day.connections + day.appointments_opened,
        "refresh the token": day.tokens,
        "subscribe": day.appointments_opened,
        "unsubscribe": day.appointments_opened,
        "read an appointment": day.appointments_opened + day.edits * day.company,
        "read the calendar": day.calendar_opened + day.reloads,
        "acquire": day.edits,
        "renew": day.edits * day.renewals_of_an_edit,
        "release": day.edits,
        "a timer that finds nothing to do": day.edits,
        "save": day.edits,
        "keep a draft": day.edits * day.drafts_of_an_edit,
        "say what one does": day.seconds_in_company / 10,
        "move the pointer, first in a second": moving_seconds,
        "move the pointer": moving_seconds * 9,
    }


def recipients_of(name: str, day: Day) -> float:
    """Return the recipients of one operation; locks and saves are sent to the member's own tab too."""
    if not OPERATIONS[name].delivers:
        return 0
    if name == "save":
        return day.calendar_followers + 1 + day.company
    if name in OPERATION_GROUPS["locks"]:
        return 1 + day.company
    if name in OPERATION_GROUPS["presence"] + OPERATION_GROUPS["pointers"]:
        return 1
    return day.company


def usage_of(name: str, day: Day) -> Usage:
    """Return the usage of one operation."""
    operation, recipients = OPERATIONS[name], recipients_of(name, day)
    calls = sum(len(run.calls) for run in operation.invocations)
    ms = OWN_MS * len(operation.invocations) + CALL_MS * calls + FRAMES_MS * bool(operation.replies or recipients)
    answer_bytes = LIST_BYTES if name == "read the calendar" else ANSWER_BYTES
    use = Usage(
        websocket_messages=operation.commands + operation.replies + recipients,
        rest_requests=operation.requests,
        function_runs=len(operation.invocations),
        gb_seconds=ms / 1000,
        write_units=operation.write_units,
        read_units=operation.read_units,
        queue_requests=operation.timers * REQUESTS_OF_A_MESSAGE,
        gb_out=(operation.requests * answer_bytes + (operation.replies + recipients) * FRAME_BYTES) / 1e9,
    )
    return use + _split_deliveries(day) if name == "save" else use


def _split_deliveries(day: Day) -> Usage:
    """Return the additional usage of a save with many followers of the calendar."""
    use = Usage(read_units=ceil(day.calendar_followers * ROW_BYTES / UNIT_BYTES) - 1)
    if day.calendar_followers <= MAX_IMMEDIATE_RECIPIENTS:
        return use
    return use + Usage(
        function_runs=GROUP_COUNT,
        gb_seconds=GROUP_COUNT * (OWN_MS + FRAMES_MS) / 1000,
        # Ten are sent at once; each is received and deleted alone.
        fifo_requests=ceil(GROUP_COUNT / 10) + 2 * GROUP_COUNT,
    )


def usage_of_operations(names: Iterable[str], day: Day) -> Usage:
    """Return the usage of these operations by all members in a day."""
    times = times_of(day)
    return sum((usage_of(name, day) * (times[name] * day.members) for name in names), Usage())


def usage_of_day(day: Day) -> Usage:
    """Return the usage of a whole day."""
    standing = Usage(
        connection_minutes=day.members * day.hours * 60, queue_requests=POLLS_A_DAY, fifo_requests=POLLS_A_DAY
    )
    return usage_of_operations(times_of(day), day) + standing


def pointing_together(people: int, day: Day) -> Usage:
    """Return the usage of so many pointers on one appointment in an hour."""
    seconds = 3600 * day.pointing
    recipients = Usage(websocket_messages=1, gb_out=FRAME_BYTES / 1e9) * (people - 2)
    moves = {"move the pointer, first in a second": seconds, "move the pointer": seconds * 9}
    return sum(((usage_of(name, day) + recipients) * (times * people) for name, times in moves.items()), Usage())


def tables() -> str:
    """Return all tables in Markdown."""
    return "\n\n".join((_by_meter(Day()), _by_operation(Day()), _by_size(Day()), _by_company(Day())))


def _by_meter(day: Day) -> str:
    use = usage_of_day(day)
    amounts, prices = asdict(use), asdict(use.priced)
    rows = [(name.replace("_", " "), f"{amounts[name]:,.0f}", _dollars(prices[name])) for name in amounts]
    return _table(("what AWS counts", "a day", "dollars"), [*rows, ("**together**", "", _dollars(use.dollars))])


def _by_operation(day: Day) -> str:
    rows = []
    for group, names in OPERATION_GROUPS.items():
        use = usage_of_operations(names, day)
        rows.append((group, f"{use.websocket_messages:,.0f}", f"{use.function_runs:,.0f}", _dollars(use.dollars)))
    return _table(("what people do", "messages", "function runs", "dollars"), rows)


def _by_size(day: Day) -> str:
    rows = []
    for members in (100, 1_000, 10_000):
        apart = usage_of_day(replace(day, members=members)).dollars
        together = usage_of_day(replace(day, members=members, members_of_a_practice=members)).dollars
        rows.append((f"{members:,}", _dollars(apart), _dollars(together), _dollars(together / members * 22)))
    head = ("members", "in practices of 20", "all in one practice", "one practice: a member, 22 days")
    return _table(head, rows)


def _by_company(day: Day) -> str:
    rows = []
    for people in (2, 3, 5, 10, 50):
        use = pointing_together(people, day)
        rows.append((f"{people}", f"{use.websocket_messages / 60:,.0f}", _dollars(use.dollars)))
    return _table(("on one appointment", "messages a minute", "dollars an hour"), rows)


def _dollars(amount: float) -> str:
    return f"{amount:,.2f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---", *["--:"] * (len(head) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(tables())
