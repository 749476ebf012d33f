"""What `make run` lets one choose, and says when that does not work."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import ports
from infra.local import configuration


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that someone listens on."""
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_busy_port_is_named_with_the_way_out(taken: int) -> None:
    with pytest.raises(SystemExit) as stopped:
        configuration.read({"PORT": str(taken)})
    assert f"Port {taken}" in str(stopped.value)
    assert f"make run PORT={taken + 1}" in str(stopped.value)


def test_a_busy_port_that_was_asked_for_the_emulator_is_named_too(taken: int) -> None:
    with pytest.raises(SystemExit, match=f"make run AWS_PORT={taken + 1}"):
        configuration.read({"PORT": str(ports.free_port()), "AWS_PORT": str(taken)})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000 ", "٨"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(SystemExit, match="PORT must be a port"):
        configuration.read({"PORT": port})


def test_everything_listens_on_this_machine_alone() -> None:
    assert ports.HOST == "127.0.0.1"


def test_the_data_is_where_one_says(tmp_path: Path) -> None:
    chosen = configuration.read({"PORT": str(ports.free_port()), "HOLDFAST_STATE": str(tmp_path)})
    assert chosen.state == tmp_path
