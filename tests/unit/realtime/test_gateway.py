"""The way to connections, against a stand-in for API Gateway's management endpoint."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.realtime.gateway import ApiGateway, Fate
from chalicelib.realtime.gateway.errand import Habits
from infra.ports import HOST, free_port
from tests.fake_management_api import RESET, STALL, Mood, StandIn
from tests.unit.realtime.certificate import Authority

QUICK = Habits(first_pause_seconds=0.001, longest_pause_seconds=0.01)
TEN = {f"connection-{number}": f"frame {number}".encode() for number in range(10)}
BIG = b"x" * 4_000_000
LONG = 60.0  # seconds; no test that passes waits for them


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """The endpoint."""
    with StandIn() as standin:
        yield standin


@pytest.fixture
def gateway(standin: StandIn) -> Iterator[ApiGateway]:
    """The way to it, with short pauses."""
    with way_to(standin.endpoint) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate of the stand-in's own."""
    return Authority.founded(tmp_path_factory.mktemp("certificate"))


@contextmanager
def way_to(endpoint: str, habits: Habits = QUICK, **config: str) -> Iterator[ApiGateway]:
    """A gateway, shut in the end."""
    gateway = ApiGateway(endpoint, session(**config), habits)
    yield gateway
    gateway.shut()


def session(**config: str) -> botocore.session.Session:
    """A session with keys of its own."""
    session = botocore.session.get_session()
    session.set_credentials("id", "secret", "token")
    for name, value in config.items():
        session.set_config_variable(name, value)
    return session


class Story:
    """Meets the requests to each connection with one mood after another, and from then on with the last."""

    def __init__(self, **moods: list[Mood]) -> None:
        self._moods = {
            name.replace("_", "-"): itertools.chain(some, itertools.repeat(some[-1]))
            for name, some in moods.items()
        }

    def __call__(self, method: str, connection_id: str) -> Mood:
        del method
        return next(self._moods[connection_id]) if connection_id in self._moods else 200


def test_each_connection_gets_its_frame(standin: StandIn, gateway: ApiGateway) -> None:
    texts = {f"connection-{number}": f"frame {number} ✓".encode() for number in range(200)}

    assert gateway.send(texts) == {}

    assert {to: [text.encode() for text in frames] for to, frames in standin.frames.items()} == {
        to: [text] for to, text in texts.items()
    }


def test_nobody_to_tell_is_no_request(standin: StandIn, gateway: ApiGateway) -> None:
    assert gateway.send({}) == {}
    assert gateway.close([]) == set()
    assert standin.opened == 0


def test_an_id_is_one_part_of_the_path(standin: StandIn, gateway: ApiGateway) -> None:
    gateway.send({"L0SM/cOF+vHcCIhw=": b"{}"})

    assert list(standin.frames) == ["L0SM/cOF+vHcCIhw="]
    assert b"/ws/@connections/L0SM%2FcOF%2BvHcCIhw%3D HTTP/1.1" in standin.asked[0]


def test_a_request_carries_length_time_token_and_signature(standin: StandIn, gateway: ApiGateway) -> None:
    gateway.send({"connection": b"frame"})

    lines = standin.asked[0].decode().split("\r\n")[1:]
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert headers["host"] == urlsplit(standin.endpoint).netloc
    assert headers["content-length"] == "5"
    assert headers["x-amz-security-token"] == "token"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=id/")
    assert "/us-east-1/execute-api/aws4_request" in headers["authorization"]


def test_new_credentials_are_used_at_once(standin: StandIn) -> None:
    mine = session()
    gateway = ApiGateway(standin.endpoint, mine, QUICK)
    gateway.send({"connection": b""})
    mine.set_credentials("another-id", "another-secret", None)
    gateway.send({"connection": b""})
    gateway.shut()

    assert b"Credential=id/" in standin.asked[0]
    assert b"Credential=another-id/" in standin.asked[1]
    assert b"X-Amz-Security-Token" not in standin.asked[1]


def test_a_big_frame_arrives_whole(standin: StandIn, gateway: ApiGateway) -> None:
    assert gateway.send({"connection": BIG}) == {}

    assert standin.frames["connection"] == [BIG.decode()]


def test_only_the_one_that_is_gone_is_gone(standin: StandIn, gateway: ApiGateway) -> None:
    standin.manners = Story(connection_3=[410])

    assert gateway.send(TEN) == {"connection-3": Fate.GONE}

    assert standin.frames.keys() == TEN.keys() - {"connection-3"}
    assert standin.counts[410] == 1


def test_a_burst_of_throttling_is_survived(standin: StandIn, gateway: ApiGateway) -> None:
    moods: list[Mood] = [429, 429, 429, 429, 200]
    standin.manners = Story(**{f"connection_{number}": moods for number in range(10)})

    assert gateway.send(TEN, LONG) == {}

    assert standin.counts == {429: 40, 200: 10}


def test_one_that_is_throttled_waits_without_a_line(standin: StandIn) -> None:
    """Its turn comes only after all others were served, and there is one line."""
    standin.manners = lambda _, to: 429 if to == "connection-0" and len(standin.frames) < 9 else 200

    with way_to(standin.endpoint, Habits(1, first_pause_seconds=0.001, longest_pause_seconds=0.01)) as gateway:
        assert gateway.send(TEN, LONG) == {}

    assert list(standin.frames)[-1] == "connection-0"
    assert standin.opened == 1


@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_pause_is_anything_up_to_a_limit_that_doubles(before: int, dice: float) -> None:
    habits = Habits(first_pause_seconds=0.1, longest_pause_seconds=2.0)

    limit = habits.pause_seconds(before, lambda: 1.0)

    assert limit == min(0.1 * 2**before, 2.0)
    assert habits.pause_seconds(before, lambda: dice) == dice * limit


@pytest.mark.parametrize("mood", [STALL, RESET])
def test_a_bad_connection_keeps_nobody_waiting(standin: StandIn, mood: Mood) -> None:
    """It is bad until all others have their frame: whoever waited for it would wait for ever."""
    standin.manners = lambda _, to: mood if to == "connection-0" and len(standin.frames) < 9 else 200
    patient = Habits(2, 0.1, 1000, first_pause_seconds=0.01, longest_pause_seconds=0.01)

    with way_to(standin.endpoint, patient) as gateway:
        assert gateway.send(TEN, LONG) == {}

    assert list(standin.frames)[-1] == "connection-0"


@pytest.mark.parametrize("mood", [RESET, STALL, 500, 503])
def test_one_that_takes_nothing_is_deaf_after_three_tries(standin: StandIn, mood: Mood) -> None:
    standin.manners = Story(connection_3=[mood])

    with way_to(standin.endpoint, Habits(64, 0.2, 3, 0.001, 0.01)) as gateway:
        assert gateway.send(TEN, LONG) == {"connection-3": Fate.DEAF}

    assert standin.counts[mood] == 3
    # On a busy machine an answer can come late, and its frame is sent again.
    assert TEN.keys() - standin.frames.keys() == {"connection-3"}


@pytest.mark.parametrize("mood", [RESET, STALL, 500])
def test_one_that_fails_twice_is_tried_again(standin: StandIn, mood: Mood) -> None:
    standin.manners = Story(connection_3=[mood, mood, 200])

    with way_to(standin.endpoint, Habits(64, 0.2, 3, 0.001, 0.01)) as gateway:
        assert gateway.send(TEN, LONG) == {}

    assert standin.frames["connection-3"] == ["frame 3"]


@pytest.mark.parametrize("status", [400, 403, 413])
def test_what_will_not_get_better_is_not_tried_again(standin: StandIn, gateway: ApiGateway, status: int) -> None:
    standin.manners = Story(connection_3=[status])

    assert gateway.send(TEN) == {"connection-3": Fate.DEAF}

    assert standin.counts == {status: 1, 200: 9}


def test_lines_are_kept_for_the_next_frame(standin: StandIn, gateway: ApiGateway) -> None:
    for number in range(5):
        gateway.send({"connection": str(number).encode()})

    assert standin.opened == 1


def test_frames_to_a_connection_stay_in_order(standin: StandIn, gateway: ApiGateway) -> None:
    for number in range(50):
        gateway.send({"connection": str(number).encode(), "another": b""})

    assert standin.frames["connection"] == [str(number) for number in range(50)]


def test_dead_lines_are_found_out_and_cost_no_try(standin: StandIn) -> None:
    with way_to(standin.endpoint, Habits(tries=1)) as gateway:
        gateway.send(TEN)
        standin.hang_up()

        assert gateway.send(TEN) == {}

    assert standin.frames == {to: [text.decode()] * 2 for to, text in TEN.items()}


def test_throttled_all_the_time_is_cut_off(standin: StandIn, gateway: ApiGateway) -> None:
    standin.manners = lambda _, to: 200 if to == "connection-3" else 429

    assert gateway.send(TEN, 0.2) == dict.fromkeys(TEN.keys() - {"connection-3"}, Fate.CUT_OFF)


def test_one_alone_that_is_throttled_all_the_time_is_deaf(standin: StandIn, gateway: ApiGateway) -> None:
    standin.manners = Story(connection_3=[429])

    assert gateway.send(TEN, 0.2) == {"connection-3": Fate.DEAF}
    assert gateway.send({"connection-3": b""}, 0.2) == {"connection-3": Fate.DEAF}


def test_no_answer_before_the_time_is_over_is_cut_off(standin: StandIn, gateway: ApiGateway) -> None:
    standin.manners = Story(connection_3=[STALL])

    assert gateway.send(TEN, 0.2) == {"connection-3": Fate.CUT_OFF}


def test_an_endpoint_that_refuses_cuts_everybody_off() -> None:
    with way_to(f"http://{HOST}:{free_port()}/ws") as gateway:
        assert gateway.send(TEN, 0.1) == dict.fromkeys(TEN, Fate.CUT_OFF)
        assert gateway.close(TEN, 0.1) == set(TEN)


def test_closing_is_told_to_each(standin: StandIn, gateway: ApiGateway) -> None:
    standin.manners = Story(connection_3=[410], connection_4=[500], connection_5=[429, 200])

    assert gateway.close(TEN) == {"connection-4"}

    assert sorted(standin.closed) == sorted(TEN.keys() - {"connection-3", "connection-4"})
    assert standin.asked[0].startswith(b"DELETE ")


def test_many_threads_send_at_once(standin: StandIn, gateway: ApiGateway) -> None:
    start = threading.Barrier(4)
    expected = defaultdict(list)

    def send(thread: int) -> list[dict[str, Fate]]:
        start.wait()
        return [gateway.send({f"connection-{thread}-{to}": b"" for to in range(20)}) for _ in range(5)]

    with ThreadPoolExecutor(4) as threads:
        fates = list(threads.map(send, range(4)))

    for thread, to in itertools.product(range(4), range(20)):
        expected[f"connection-{thread}-{to}"] = [""] * 5
    assert fates == [[{}] * 5] * 4
    assert standin.frames == expected


def test_over_tls_with_a_certificate_that_is_trusted(authority: Authority) -> None:
    with (
        StandIn(tls=authority.server()) as standin,
        way_to(standin.endpoint, ca_bundle=authority.bundle) as gateway,
    ):
        assert gateway.send(TEN) == {}
        standin.hang_up()
        assert gateway.send(TEN | {"big": BIG}) == {}

    assert standin.frames == {to: [text.decode()] * 2 for to, text in TEN.items()} | {"big": [BIG.decode()]}


def test_over_tls_without_one_nothing_is_sent(authority: Authority) -> None:
    once = Habits(first_pause_seconds=1e9, longest_pause_seconds=1e9)

    with StandIn(tls=authority.server()) as standin, way_to(standin.endpoint, once) as gateway:
        assert gateway.send(TEN) == dict.fromkeys(TEN, Fate.CUT_OFF)

    assert standin.asked == []
