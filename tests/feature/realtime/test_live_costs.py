"""Function runs and DynamoDB calls of each operation on a WebSocket and of editing.

The price of a busy day (docs/guide/costs.md) is computed from these numbers.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

import app
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.events.deadline_queue import Deadline, to_message
from chalicelib.core.settings import settings
from chalicelib.realtime.queue import GROUP_COUNT
from tests.app_client.aws import client
from tests.app_client.dynamodb_calls import counted
from tests.app_client.fanout_queue import FanoutQueue
from tests.app_client.history_writer import HistoryWriter
from tests.app_client.in_process import connects
from tests.app_client.management_api import MANAGEMENT_API
from tests.app_client.member import Member
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream
from tests.benchmarks.operations import CONNECTION_OPERATIONS, EDITING_OPERATIONS, Invocation, OperationCost
from tests.feature.realtime.recorder import Recorder
from tests.feature.realtime.test_big_audiences import subscribe_all
from tests.figures import report_line

pytestmark = pytest.mark.slow

HERE = {"x": 0.5, "y": 0.5}
FOLLOWED = {keys.LOCK, keys.APPOINTMENT}


class Meter:
    """Runs functions and records their calls; the stream is delivered record by record."""

    def __init__(self, act: str, stream: Stream, historian: HistoryWriter, fanout: FanoutQueue) -> None:
        self.act = act
        self.runs: list[Invocation] = []
        self.api = Recorder()
        self._stream = stream
        self._historian = historian
        self._fanout = fanout
        self._seen = len(stream.records()), len(historian.records())
        self._frames = _frames_of_sockets()

    def run(self, function: str, step: Callable[[], Any]) -> Any:
        """Run a step as one run of a function and return its result."""
        with counted() as calls:
            result = step()
        self.runs.append(Invocation(function, tuple(calls)))
        return result

    def follow_up(self) -> None:
        """Deliver the stream and the queues until nothing is left."""
        changed, noted = self._seen
        for record in self._stream.records()[changed:]:
            image = record["dynamodb"]
            # Moto has two records of an item that an update creates, the first of its key alone; DynamoDB has one.
            if image["Keys"]["sk"]["S"] in FOLLOWED and image.get("NewImage", {}).keys() != {"pk", "sk"}:
                self.run("on_change", partial(self._stream.deliver, [record], self.api))
        for record in self._historian.records()[noted:]:
            self.run("on_history", partial(self._historian.deliver, [record]))
        messages = self._fanout.length()
        if messages:
            self.run("on_fanout", lambda: self._fanout.pump(self.api))
            self.runs += [Invocation("on_fanout")] * (messages - 1)

    @property
    def frames(self) -> int:
        """The number of frames sent."""
        return len(self.api.frames) + _frames_of_sockets() - self._frames

    def report(self) -> None:
        """Print the figures."""
        frames = self.frames
        calls = sum(len(run.calls) for run in self.runs)
        names = ", ".join(dict.fromkeys(run.function for run in self.runs))
        line = f"{self.act:<36}{len(self.runs):>3} runs {calls:>3} calls {frames:>4} frames  {names}"
        report_line("Function runs, calls of DynamoDB and frames sent, by act", self.act, line)

    def check(self, acts: Mapping[str, OperationCost]) -> None:
        """Compare the counts with those of the cost model, for one other viewer."""
        self.report()
        act = acts[self.act]
        assert tuple(self.runs) == act.invocations, self.act
        assert self.frames == act.replies + act.delivers, self.act


def _frames_of_sockets() -> int:
    return sum(map(len, MANAGEMENT_API.frames.values()))


@pytest.fixture
def metered(stream: Stream, historian: HistoryWriter, fanout: FanoutQueue) -> Callable[[str], Meter]:
    """Return a meter for an operation that starts now."""
    return lambda act: Meter(act, stream, historian, fanout)


Metered = Callable[[str], Meter]


def test_cost_of_a_connection(alice: Member, bob: Member, appointment: str, metered: Metered) -> None:
    bob.connects().subscribes(appointment)
    following = {"appointmentId": appointment}
    commands = {
        "subscribe": {"action": "subscribe", **following},
        "say what one does": {"action": "presence", **following, "state": "editing"},
        "move the pointer, first in a second": {"action": "cursor-position", **following, "position": HERE},
        "move the pointer": {"action": "cursor-position", **following, "position": HERE},
        "ping": {"action": "ping"},
        "unsubscribe": {"action": "unsubscribe", **following},
        "follow the calendar": {"action": "subscribe-calendar"},
    }
    assert {"connect", *commands, "disconnect"} == set(CONNECTION_OPERATIONS)

    meter = metered("connect")
    form = {"sessionId": alice.tab_id}
    ticket = meter.run("api_handler", lambda: alice.post("/auth/ws-ticket", form)["ticket"])
    socket: Socket = meter.run("websocket_connect", lambda: connects(ticket))
    meter.check(CONNECTION_OPERATIONS)
    for act, command in commands.items():
        meter = metered(act)
        meter.run("websocket_message", partial(socket.sends, command))
        meter.check(CONNECTION_OPERATIONS)
    socket.subscribes(appointment)
    socket.sends({"action": "unsubscribe-calendar"})
    meter = metered("disconnect")
    meter.run("websocket_disconnect", socket.closes)
    meter.check(CONNECTION_OPERATIONS)


def test_cost_of_editing(alice: Member, bob: Member, appointment: str, metered: Metered) -> None:
    alice.acquires(appointment)
    alice.keeps_draft(appointment, 1, title="K")
    alice.releases(appointment)
    bob.connects().subscribes(appointment)
    due = Deadline("lock", alice.tenant_id, appointment, utc_now(), "an earlier lock's")
    timer = {"messageId": "1", "body": to_message(due), "eventSource": "aws:sqs"}
    steps: dict[str, tuple[str, Callable[[], Any]]] = {
        "acquire": ("api_handler", lambda: alice.acquires(appointment)),
        "a timer that finds nothing to do": ("on_deadline", lambda: app.on_deadline({"Records": [timer]}, None)),
        "keep a draft": ("api_handler", lambda: alice.keeps_draft(appointment, 1, title="Kn")),
        "renew": ("api_handler", lambda: alice.renews(appointment)),
        "save": ("api_handler", lambda: alice.saves(appointment, 1, title="Known")),
        "release": ("api_handler", lambda: alice.releases(appointment)),
        "read an appointment": ("api_handler", lambda: alice.get(f"/appointments/{appointment}")),
        "read the calendar": ("api_handler", lambda: alice.get("/appointments?limit=100")),
        "refresh the token": ("api_handler", lambda: alice.post("/auth/refresh")),
    }

    assert set(steps) == set(EDITING_OPERATIONS)

    for act, (function, step) in steps.items():
        meter = metered(act)
        meter.run(function, step)
        meter.follow_up()
        meter.check(EDITING_OPERATIONS)
    assert _timers_sent() == sum(act.timers for act in EDITING_OPERATIONS.values()), "renewing sends none"


def _timers_sent() -> int:
    name = "ApproximateNumberOfMessagesDelayed"
    found = client("sqs").get_queue_attributes(QueueUrl=settings().timer_queue_url, AttributeNames=[name])
    return int(found["Attributes"][name])


@pytest.mark.parametrize(
    ("watchers", "runs", "calls"), [(1, 3, 2), (10, 3, 2), (50, 3, 2), (501, 3 + GROUP_COUNT, 3)]
)
def test_cost_of_lock_change_is_independent_of_watchers(
    alice: Member, appointment: str, metered: Metered, watchers: int, runs: int, calls: int
) -> None:
    """Above 500 there are more function runs, and one more write an hour."""
    alice.acquires(appointment)
    subscribe_all(
        keys.AppointmentKey(alice.tenant_id, appointment).partition,
        [f"watcher-{number}" for number in range(watchers)],
    )
    meter = metered(f"renew, {watchers} watch")

    meter.run("api_handler", lambda: alice.renews(appointment))
    meter.follow_up()

    meter.report()
    assert len(meter.api.frames) == watchers
    assert len(meter.runs) == runs
    assert sum(len(run.calls) for run in meter.runs) == calls
