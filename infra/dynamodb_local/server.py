"""Start and stop one server."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import ports, tools
from infra.dynamodb_local import engine

START_SECONDS = 30.0
STOP_SECONDS = 10.0


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run an empty DynamoDB in memory on 127.0.0.1; yields its endpoint URL.

    Any region and credentials see the same tables.
    """
    port = ports.free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            _command(engine.folder(), port),
            cwd=engine.folder(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, port, log.fileno())
            yield f"http://{ports.HOST}:{port}"
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _command(folder: Path, port: int) -> list[str]:
    return [
        str(tools.java()),
        "-Xmx1g",
        f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
        "-Dorg.eclipse.jetty.LEVEL=WARN",
        "-cp",
        os.pathsep.join([str(folder / "DynamoDBLocal.jar"), str(folder / "DynamoDBLocal_lib" / "*")]),
        "org.eclipse.jetty.xml.XmlConfiguration",
        str(Path(__file__).with_name("server.xml")),
        f"port={port}",
    ]


def _wait(process: subprocess.Popen[bytes], port: int, log: int) -> None:
    try:
        ports.wait_until(lambda: ports.answers(port), "DynamoDB Local", START_SECONDS, process)
    except ChildProcessError as ended:
        output = os.pread(log, 4096, 0).decode(errors="replace")
        raise ChildProcessError(f"{ended}\n{output}") from None
