"""Reading what an HTTP/1.1 server says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.realtime.gateway.line import Answer, read

GONE = (
    b"HTTP/1.1 410 Gone\r\nx-amzn-ErrorType: GoneException:http://internal.amazon.com/\r\n"
    b"Content-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    b'{"message":null}'
)


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Answer(200, "", keeps=True)),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, "", keeps=True)),
        (b"HTTP/1.1 200 \r\ncontent-length:0\r\nCONNECTION: Close\r\n\r\n", Answer(200, "", keeps=False)),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Answer(200, "", keeps=False)),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", Answer(502, "", keeps=False)),
        (GONE, Answer(410, "goneexception", keeps=True)),
    ],
)
def test_an_answer_is_its_status_its_error_and_whether_the_line_stays_good(heard: bytes, answer: Answer) -> None:
    assert read(heard) == answer


@given(st.integers(0, len(GONE) - 1))
def test_an_answer_counts_when_all_of_it_is_there(heard: int) -> None:
    assert read(GONE[:heard]) is None


@pytest.mark.parametrize("heard", [b"SSH-2.0-OpenSSH_9.9\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x" * 65_536])
def test_what_is_no_answer_is_a_lost_line(heard: bytes) -> None:
    with pytest.raises(ConnectionError):
        read(heard)
