"""`make run`: from a checkout to an address, in the foreground until Ctrl-C. With `--dev`: `make dev`."""

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import AsyncExitStack

from botocore.exceptions import BotoCoreError, ClientError

from infra import frontend
from infra.deploy.stack import DeploymentError
from infra.local import configuration, dev, emulator, front_door, mail, stack
from infra.local.configuration import Configuration
from infra.local.stack import Local

WELCOME = """
Holdfast is running:  {origin}

  admin@demo.test   demo-password   (admin)
  alice@demo.test   demo-password   (staff)
  bob@demo.test     demo-password   (staff)

The data is kept in {state}, mails to patients in its folder mail. Ctrl-C stops everything.
"""
_STARTED = time.monotonic()
# What an installation, the emulator or a setting that AWS refuses can raise; each says it in its message.
_FAILURES = (
    BotoCoreError,
    ChildProcessError,
    ClientError,
    DeploymentError,
    TimeoutError,
    subprocess.CalledProcessError,
)


def main() -> None:
    """Run until the person at the keyboard, or a SIGTERM, says stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = configuration.read()
    is_dev = "--dev" in sys.argv[1:]
    try:
        _prepare(is_dev=is_dev)
        with mail.kept(chosen.mail) as smtp, emulator.running(chosen, smtp):
            say("Deploying the packaged template")
            local = stack.bring(chosen)
            stack.check(chosen, local)
            say("Filling in the demo practice")
            stack.seed(chosen, local)
            say("Warming up")
            stack.warm_up(chosen, local)
            asyncio.run(_open(chosen, local, is_dev=is_dev))
            say("Stopping, and keeping the data")
    except KeyboardInterrupt:
        say("Stopped")
    except _FAILURES as failure:
        raise SystemExit(f"Not started: {failure}") from None


def say(text: str) -> None:
    """One line of progress, at once, wherever standard output goes."""
    print(f"[{time.monotonic() - _STARTED:5.1f} s] {text}", flush=True)


def _prepare(*, is_dev: bool) -> None:
    emulator.install()
    if is_dev:
        frontend.install()
    else:
        say("Building the page, if it has changed")
        frontend.build()
    say("Starting the AWS emulator")


async def _open(chosen: Configuration, local: Local, *, is_dev: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as running:
        await running.enter_async_context(front_door.serve(chosen.port, _origins(chosen, local)))
        if is_dev:
            developing = dev.developing(chosen.origin, lambda: stack.bring(chosen), say)
            await running.enter_async_context(developing)
        say("Ready")
        print(WELCOME.format(origin=chosen.origin, state=chosen.state), flush=True)
        await stop.wait()


def _origins(chosen: Configuration, local: Local) -> front_door.Origins:
    execute_api = f"{chosen.aws}/_aws/execute-api"
    return front_door.Origins(
        s3=stack.cloud(chosen).s3,
        bucket=local.told["SiteBucketName"],
        rest=f"{execute_api}/{local.told['RestAPIId']}",
        websocket=f"{execute_api}/{local.told['WebsocketAPIId']}/ws",
        package=local.package,
    )


if __name__ == "__main__":
    main()
