"""SMTP server for the emulated SES: keeps each mail as a file that mail programs open."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import ports

_numbers = itertools.count(1)


@contextmanager
def smtp_server(folder: Path) -> Iterator[str]:
    """Receive mails by SMTP and keep them in the folder, named in order.

    Yields the address of the server.
    """
    from aiosmtpd.controller import Controller

    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(_FileWriter(folder), hostname=ports.HOST, port=ports.free_port())
    controller.start()
    try:
        yield f"{controller.hostname}:{controller.port}"
    finally:
        controller.stop()


class _FileWriter:
    """Handler of aiosmtpd."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: ANN401, N802
        """Keep one mail; the file appears when it is complete."""
        del server, session
        file = self._folder / f"{time.time_ns() // 1_000_000}-{next(_numbers):04d}.eml"
        scratch = file.with_suffix(".tmp")
        scratch.write_bytes(envelope.content)
        scratch.replace(file)
        return "250 Kept"
