"""Settings of `make run`, and its errors."""

import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import ports
from infra.local import configuration, mail


@pytest.fixture
def taken() -> Iterator[int]:
    """Yield a port in use."""
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_busy_port_error_names_port_and_setting(taken: int) -> None:
    with pytest.raises(SystemExit) as stopped:
        configuration.load({"PORT": str(taken)})
    assert f"Port {taken}" in str(stopped.value)
    assert f"make run PORT={taken + 1}" in str(stopped.value)


def test_busy_emulator_port_error_names_port(taken: int) -> None:
    with pytest.raises(SystemExit, match=f"make run AWS_PORT={taken + 1}"):
        configuration.load({"PORT": str(ports.free_port()), "AWS_PORT": str(taken)})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000 ", "٨"])
def test_invalid_port_is_refused(port: str) -> None:
    with pytest.raises(SystemExit, match="PORT must be a port"):
        configuration.load({"PORT": port})


def test_local_mail_settings_have_defaults() -> None:
    port = ports.free_port()
    usual = configuration.load({"PORT": str(port)}).settings
    assert (usual["MAIL_FROM"], usual["PUBLIC_ORIGIN"]) == (
        "appointments@holdfast.test",
        f"http://localhost:{port}",
    )
    assert configuration.load({"PORT": str(port), "MAIL_FROM": ""}).settings["MAIL_FROM"] == ""


def test_local_run_listens_on_localhost_only() -> None:
    assert ports.HOST == "127.0.0.1"


def test_local_state_folder_is_configurable(tmp_path: Path) -> None:
    chosen = configuration.load({"PORT": str(ports.free_port()), "HOLDFAST_STATE": str(tmp_path)})
    assert chosen.state == tmp_path


def test_local_mail_is_stored_unchanged(tmp_path: Path) -> None:
    with mail.smtp_server(tmp_path / "mail") as address:
        host, _, port = address.partition(":")
        with smtplib.SMTP(host, int(port)) as way:
            for number in (1, 2):
                way.sendmail("us@holdfast.test", ["marta@patients.test"], f"Subject: {number}\r\n\r\n.Hello\r\n")

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.read_bytes() for file in files] == [f"Subject: {n}\r\n\r\n.Hello\r\n".encode() for n in (1, 2)]
    assert {file.suffix for file in files} == {".eml"}
