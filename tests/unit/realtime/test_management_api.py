"""The client of the management API, against a fake of that API on a real socket."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.exceptions import NoCredentialsError, NoRegionError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.realtime.management_api.client import ManagementApiClient
from chalicelib.realtime.management_api.delivery import Delivery, DeliveryFailure, RetryPolicy, count_errors
from infra.ports import HOST, free_port
from tests.fake_management_api import RESET, STALL, STALL_IN_BODY, FakeManagementApi, Reaction
from tests.unit.realtime.certificate import Authority

QUICK = RetryPolicy(first_pause_seconds=0.001, max_pause_seconds=0.01)
SHORT_ATTEMPTS = QUICK._replace(attempt_seconds=0.2)
NO_RETRY = RetryPolicy(first_pause_seconds=1e9, max_pause_seconds=1e9)
TEN = {f"connection-{number}": f"frame {number}".encode() for number in range(10)}
BIG = b"x" * 4_000_000
LONG = 60.0  # seconds; no test that passes waits for them


@pytest.fixture
def api() -> Iterator[FakeManagementApi]:
    """Yield the API, running."""
    with FakeManagementApi() as api:
        yield api


@pytest.fixture
def client(api: FakeManagementApi) -> Iterator[ManagementApiClient]:
    """Yield a client with short pauses."""
    with client_of(api.endpoint) as client:
        yield client


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority of the test's own."""
    return Authority.founded(tmp_path_factory.mktemp("certificate"))


@contextmanager
def client_of(endpoint: str, policy: RetryPolicy = QUICK, **config: str) -> Iterator[ManagementApiClient]:
    """Yield a client, shut down at the end."""
    client = ManagementApiClient(endpoint, session(**config), policy)
    yield client
    client.shut_down()


def session(**config: str) -> botocore.session.Session:
    """Return a session with credentials of its own."""
    session = botocore.session.get_session()
    session.set_credentials("id", "secret", "token")
    for name, value in config.items():
        session.set_config_variable(name, value)
    return session


class Script:
    """Reacts to each connection's requests one after another; the last reaction is repeated."""

    def __init__(self, **reactions: list[Reaction]) -> None:
        self._reactions = {
            name.replace("_", "-"): itertools.chain(some, itertools.repeat(some[-1]))
            for name, some in reactions.items()
        }

    def __call__(self, method: str, connection_id: str) -> Reaction:
        del method
        return next(self._reactions[connection_id]) if connection_id in self._reactions else 200


def headers_of(request_head: bytes) -> dict[str, str]:
    """Return the headers of a request, names in lower case."""
    lines = request_head.decode().split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


def test_send_to_many_delivers_each_its_frame(api: FakeManagementApi, client: ManagementApiClient) -> None:
    texts = {f"connection-{number}": f"frame {number} ✓".encode() for number in range(200)}

    assert client.send(texts) == {}

    assert {to: [text.encode() for text in frames] for to, frames in api.frames.items()} == {
        to: [text] for to, text in texts.items()
    }


def test_empty_batch_makes_no_request(api: FakeManagementApi, client: ManagementApiClient) -> None:
    assert client.send({}) == {}
    assert client.close([]) == set()
    assert api.socket_count == 0


def test_connection_id_is_one_encoded_path_segment(api: FakeManagementApi, client: ManagementApiClient) -> None:
    client.send({"L0SM/cOF+vHcCIhw=": b"{}"})

    assert list(api.frames) == ["L0SM/cOF+vHcCIhw="]
    assert b"/ws/@connections/L0SM%2FcOF%2BvHcCIhw%3D HTTP/1.1" in api.request_heads[0]


def test_request_carries_length_token_and_signature(api: FakeManagementApi, client: ManagementApiClient) -> None:
    client.send({"connection": b"frame"})

    headers = headers_of(api.request_heads[0])
    assert headers["host"] == urlsplit(api.endpoint).netloc
    assert headers["content-length"] == "5"
    assert headers["x-amz-security-token"] == "token"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=id/")
    assert "/us-east-1/execute-api/aws4_request" in headers["authorization"]
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token" in headers["authorization"]


def test_new_credentials_are_used_at_once(api: FakeManagementApi) -> None:
    mine = session()
    client = ManagementApiClient(api.endpoint, mine, QUICK)
    client.send({"connection": b""})
    mine.set_credentials("another-id", "another-secret", None)
    client.send({"connection": b""})
    client.shut_down()

    assert b"Credential=id/" in api.request_heads[0]
    assert b"Credential=another-id/" in api.request_heads[1]
    assert b"X-Amz-Security-Token" not in api.request_heads[1]


def test_client_without_region_is_refused() -> None:
    with pytest.raises(NoRegionError):
        ManagementApiClient("http://localhost/ws", session(region=""))


def test_send_without_credentials_raises(api: FakeManagementApi) -> None:
    mine = session()
    mine.get_component("credential_provider").providers.clear()
    mine.set_credentials("", "", None)
    client = ManagementApiClient(api.endpoint, mine, QUICK)

    with pytest.raises(NoCredentialsError):
        client.send({"connection": b""})

    client.shut_down()


def test_big_frame_arrives_whole(api: FakeManagementApi, client: ManagementApiClient) -> None:
    assert client.send({"connection": BIG}) == {}

    assert api.frames["connection"] == [BIG.decode()]


@pytest.mark.parametrize("status", [410, 400])
def test_only_the_gone_connection_is_gone(
    api: FakeManagementApi, client: ManagementApiClient, status: int
) -> None:
    """400 is the response to a malformed id."""
    api.behaviour = Script(connection_3=[status])

    assert client.send(TEN) == {"connection-3": DeliveryFailure.GONE}

    assert api.frames.keys() == TEN.keys() - {"connection-3"}
    assert api.reactions[status] == 1


def test_throttling_burst_is_waited_out(api: FakeManagementApi, client: ManagementApiClient) -> None:
    reactions: list[Reaction] = [429, 429, 429, 429, 200]
    api.behaviour = Script(**{f"connection_{number}": reactions for number in range(10)})

    assert client.send(TEN, LONG) == {}

    assert api.reactions == {429: 40, 200: 10}


def test_throttled_request_waits_without_a_socket(api: FakeManagementApi) -> None:
    """Its turn comes only after all others were served, over the only socket."""
    api.behaviour = lambda _, to: 429 if to == "connection-0" and len(api.frames) < 9 else 200

    with client_of(api.endpoint, QUICK._replace(max_connections=1)) as client:
        assert client.send(TEN, LONG) == {}

    assert list(api.frames)[-1] == "connection-0"
    assert api.socket_count == 1


@given(st.integers(0, 1000), st.floats(0, 1))
def test_pause_is_random_below_a_limit_that_doubles(earlier: int, chance: float) -> None:
    policy = RetryPolicy(first_pause_seconds=0.1, max_pause_seconds=2.0)

    limit = policy.pause_seconds(earlier, lambda: 1.0)

    assert limit == min(0.1 * 2**earlier, 2.0)
    assert policy.pause_seconds(earlier, lambda: chance) == chance * limit


@pytest.mark.parametrize("reaction", [STALL, RESET])
def test_bad_connection_delays_no_other(api: FakeManagementApi, reaction: Reaction) -> None:
    """It is bad until all others have their frame: a client that waited for it would never send them."""
    api.behaviour = lambda _, to: reaction if to == "connection-0" and len(api.frames) < 9 else 200
    patient = RetryPolicy(2, 0.1, 1000, first_pause_seconds=0.01, max_pause_seconds=0.01)

    with client_of(api.endpoint, patient) as client:
        assert client.send(TEN, LONG) == {}

    assert list(api.frames)[-1] == "connection-0"


@pytest.mark.parametrize("reaction", [RESET, STALL, 500, 503])
def test_third_failed_attempt_is_unresponsive(api: FakeManagementApi, reaction: Reaction) -> None:
    api.behaviour = Script(connection_3=[reaction])

    with client_of(api.endpoint, SHORT_ATTEMPTS) as client:
        assert client.send({"connection-3": b""}, LONG) == {"connection-3": DeliveryFailure.UNRESPONSIVE}
        assert api.reactions[reaction] == 3
        assert client.send(TEN, LONG) == {"connection-3": DeliveryFailure.UNRESPONSIVE}

    # On a busy machine a response can come late, and its frame is sent again.
    assert TEN.keys() - api.frames.keys() == {"connection-3"}


@pytest.mark.parametrize("reaction", [RESET, STALL, 500])
def test_third_attempt_after_two_failures_delivers(api: FakeManagementApi, reaction: Reaction) -> None:
    api.behaviour = Script(connection_3=[reaction, reaction, 200])

    with client_of(api.endpoint, SHORT_ATTEMPTS) as client:
        assert client.send(TEN, LONG) == {}

    assert api.frames["connection-3"] == ["frame 3"]


@pytest.mark.parametrize("status", [403, 404, 413])
def test_refused_frame_is_not_retried(api: FakeManagementApi, client: ManagementApiClient, status: int) -> None:
    api.behaviour = Script(connection_3=[status])

    assert client.send(TEN) == {"connection-3": DeliveryFailure.UNRESPONSIVE}

    assert api.reactions == {status: 1, 200: 9}


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 \r\ncontent-length:0\r\nCONNECTION: Close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["no content", "close", "chunked", "no length"],
)
def test_any_form_of_success_delivers(
    api: FakeManagementApi, client: ManagementApiClient, response: bytes
) -> None:
    api.behaviour = Script(connection_3=[response])

    assert client.send(TEN) == {}
    assert client.send(TEN) == {}

    assert api.reactions == {response: 2, 200: 18}


@pytest.mark.parametrize(
    "response",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x" * 65_536 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{}",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
    ],
    ids=["not HTTP", "endless head", "half a body", "error without length"],
)
def test_broken_response_is_a_failed_attempt(
    api: FakeManagementApi, client: ManagementApiClient, response: bytes
) -> None:
    api.behaviour = Script(connection_3=[response])

    assert client.send(TEN, LONG) == {"connection-3": DeliveryFailure.UNRESPONSIVE}

    assert api.reactions[response] == 3


@pytest.mark.parametrize(
    ("error", "failure"),
    [("GoneException", DeliveryFailure.GONE), ("LimitExceededException", DeliveryFailure.UNRESPONSIVE)],
)
def test_error_name_decides_whatever_the_status(
    api: FakeManagementApi, client: ManagementApiClient, error: str, failure: DeliveryFailure
) -> None:
    """AWS may append an address to the name."""
    response = (
        f"HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: {error}:http://internal.amazon.com/\r\n"
        "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n"
        '{"message":null}'
    ).encode()
    api.behaviour = Script(connection_3=[response, response, 200 if failure is DeliveryFailure.GONE else response])

    assert client.send(TEN, 1.0) == {"connection-3": failure}

    assert (api.reactions[response] == 1) == (failure is DeliveryFailure.GONE)


def test_other_error_with_status_400_is_not_gone(api: FakeManagementApi, client: ManagementApiClient) -> None:
    """Only a malformed id belongs to no connection; a connection must not be forgotten for a faulty request."""
    response = (
        b"HTTP/1.1 400 Bad Request\r\nx-amzn-ErrorType: InvalidSignatureException\r\nContent-Length: 0\r\n\r\n"
    )
    api.behaviour = Script(connection_3=[response])

    assert client.send(TEN) == {"connection-3": DeliveryFailure.UNRESPONSIVE}

    assert api.reactions[response] == 1


def test_socket_is_kept_for_the_next_frame(api: FakeManagementApi, client: ManagementApiClient) -> None:
    for number in range(5):
        client.send({"connection": str(number).encode()})

    assert api.socket_count == 1


def test_frames_to_one_connection_stay_in_order(api: FakeManagementApi, client: ManagementApiClient) -> None:
    for number in range(50):
        client.send({"connection": str(number).encode(), "another": b""})

    assert api.frames["connection"] == [str(number) for number in range(50)]


def test_stale_sockets_cost_no_attempt(api: FakeManagementApi) -> None:
    with client_of(api.endpoint, RetryPolicy(max_attempts=1)) as client:
        client.send(TEN)
        api.reset_sockets()

        assert client.send(TEN) == {}

    assert api.frames == {to: [text.decode()] * 2 for to, text in TEN.items()}


def test_throttled_account_is_unreachable(api: FakeManagementApi, client: ManagementApiClient) -> None:
    api.behaviour = lambda _, to: 200 if to == "connection-3" else 429

    assert client.send(TEN, 0.2) == dict.fromkeys(TEN.keys() - {"connection-3"}, DeliveryFailure.UNREACHABLE)


def test_only_throttled_connection_is_unresponsive(api: FakeManagementApi, client: ManagementApiClient) -> None:
    api.behaviour = Script(connection_3=[429])

    assert client.send(TEN, 1.0) == {"connection-3": DeliveryFailure.UNRESPONSIVE}
    assert client.send({"connection-3": b""}, 1.0) == {"connection-3": DeliveryFailure.UNRESPONSIVE}


@pytest.mark.parametrize("reaction", [STALL, STALL_IN_BODY])
def test_no_response_before_deadline_is_unreachable(
    api: FakeManagementApi, client: ManagementApiClient, reaction: Reaction
) -> None:
    api.behaviour = Script(connection_3=[reaction])

    assert client.send(TEN, 0.2) == {"connection-3": DeliveryFailure.UNREACHABLE}


def test_closed_port_makes_everyone_unreachable() -> None:
    with client_of(f"http://{HOST}:{free_port()}/ws") as client:
        assert client.send(TEN, 0.1) == dict.fromkeys(TEN, DeliveryFailure.UNREACHABLE)
        assert client.close(TEN, 0.1) == set(TEN)


def test_errors_are_counted_by_their_kind() -> None:
    batch = [Delivery("POST", str(number), b"", QUICK) for number in range(8)]
    for delivery, status in zip(batch, [200, 410, 413, 413], strict=False):
        delivery.on_response(status, "goneexception" if status == 410 else "")
    for delivery in batch[4:6]:
        delivery.on_error(ConnectionResetError(delivery.connection_id), was_open=True, was_idle=False)

    assert count_errors(batch) == {"413": 2, "ConnectionResetError": 2, "deadline": 2}


def test_close_returns_those_that_may_be_open(api: FakeManagementApi, client: ManagementApiClient) -> None:
    api.behaviour = Script(
        connection_2=[404], connection_3=[410], connection_4=[500], connection_5=[429, 200], connection_6=[400]
    )

    assert client.close(TEN) == {"connection-4"}

    unknown = {f"connection-{number}" for number in (2, 3, 4, 6)}
    assert sorted(api.closed) == sorted(TEN.keys() - unknown)
    assert api.request_heads[0].startswith(b"DELETE ")


def test_many_threads_send_at_once(api: FakeManagementApi, client: ManagementApiClient) -> None:
    start = threading.Barrier(4)
    expected = defaultdict(list)

    def send(thread: int) -> list[dict[str, DeliveryFailure]]:
        start.wait()
        return [client.send({f"connection-{thread}-{to}": b"" for to in range(20)}) for _ in range(5)]

    with ThreadPoolExecutor(4) as threads:
        failures = list(threads.map(send, range(4)))

    for thread, to in itertools.product(range(4), range(20)):
        expected[f"connection-{thread}-{to}"] = [""] * 5
    assert failures == [[{}] * 5] * 4
    assert api.frames == expected


def test_all_threads_share_one_cap_of_sockets(api: FakeManagementApi) -> None:
    api.latency_seconds = 0.01

    with client_of(api.endpoint, QUICK._replace(max_connections=3)) as client, ThreadPoolExecutor(8) as threads:
        failures = list(threads.map(lambda _: client.send(TEN, LONG), range(8)))

    assert failures == [{}] * 8
    assert api.socket_count <= 3


def test_trusted_certificate_delivers_over_tls(authority: Authority) -> None:
    with (
        FakeManagementApi(tls=authority.server()) as api,
        client_of(api.endpoint, ca_bundle=authority.bundle) as client,
    ):
        assert client.send(TEN) == {}
        api.reset_sockets()
        assert client.send(TEN | {"big": BIG}) == {}

    assert api.frames == {to: [text.decode()] * 2 for to, text in TEN.items()} | {"big": [BIG.decode()]}


def test_unknown_certificate_sends_nothing(authority: Authority) -> None:
    with FakeManagementApi(tls=authority.server()) as api, client_of(api.endpoint, NO_RETRY) as client:
        assert client.send(TEN) == dict.fromkeys(TEN, DeliveryFailure.UNREACHABLE)

    assert api.request_heads == []
