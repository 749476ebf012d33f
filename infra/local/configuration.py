"""Configuration of `make run`, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra import ports
from infra.paths import LOCAL

DEFAULT_PORT = 8000
DEFAULT_AWS_PORT = 4566
# `.test` is reserved (RFC 6761, section 6.2).
DEMO_SENDER = "appointments@holdfast.test"


@dataclass(frozen=True)
class Configuration:
    """Two ports on 127.0.0.1, the data folder, and the settings of the functions."""

    port: int
    aws_port: int
    state: Path
    settings: Mapping[str, str]

    @property
    def origin(self) -> str:
        """The origin for browsers."""
        return f"http://localhost:{self.port}"

    @property
    def mail(self) -> Path:
        """The folder of sent mails."""
        return self.state / "mail"

    @property
    def aws(self) -> str:
        """The endpoint of the emulator."""
        return f"http://{ports.HOST}:{self.aws_port}"


def load(environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read PORT, AWS_PORT, HOLDFAST_STATE and the settings. Exits if a port is in use."""
    port = _port(environment, "PORT", DEFAULT_PORT, "the page")
    mails = {"MAIL_FROM": DEMO_SENDER, "PUBLIC_ORIGIN": f"http://localhost:{port}"}
    return Configuration(
        port=port,
        aws_port=_aws_port(environment),
        state=Path(environment.get("HOLDFAST_STATE") or LOCAL / "state").resolve(),
        settings={**mails, **environment},
    )


def _aws_port(environment: Mapping[str, str]) -> int:
    """Return the requested port, else the default or any free one."""
    if environment.get("AWS_PORT") or ports.is_free(DEFAULT_AWS_PORT):
        return _port(environment, "AWS_PORT", DEFAULT_AWS_PORT, "the AWS emulator")
    return ports.free_port()


def _port(environment: Mapping[str, str], name: str, default: int, purpose: str) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**16):
        raise SystemExit(f"{name} must be a port from 1 to 65535, not {text!r}.")
    if not ports.is_free(int(text)):
        raise SystemExit(
            f"Port {text}, meant for {purpose}, is in use. Stop what listens there, "
            f"or choose another: make run {name}={int(text) + 1}"
        )
    return int(text)
