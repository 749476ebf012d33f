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
from infra.local import configuration, dev, emulator, mail, reverse_proxy, stack
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
# Failures of the installation, the emulator or a setting; the message explains each.
_EXPECTED_ERRORS = (
    BotoCoreError,
    ChildProcessError,
    ClientError,
    DeploymentError,
    TimeoutError,
    subprocess.CalledProcessError,
)


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = configuration.load()
    is_dev = "--dev" in sys.argv[1:]
    try:
        _prepare(is_dev=is_dev)
        with mail.smtp_server(chosen.mail) as smtp, emulator.running(chosen, smtp):
            log_progress("Deploying the packaged template")
            local = stack.deploy_checkout(chosen)
            stack.check_health(chosen, local)
            log_progress("Filling in the demo practice")
            stack.seed(chosen, local)
            log_progress("Warming up")
            stack.start_functions(chosen, local)
            asyncio.run(_serve(chosen, local, is_dev=is_dev))
            log_progress("Stopping, and keeping the data")
    except KeyboardInterrupt:
        log_progress("Stopped")
    except _EXPECTED_ERRORS as failure:
        raise SystemExit(f"Not started: {failure}") from None


def log_progress(text: str) -> None:
    """Print one line of progress and flush it."""
    print(f"[{time.monotonic() - _STARTED:5.1f} s] {text}", flush=True)


def _prepare(*, is_dev: bool) -> None:
    emulator.install()
    if is_dev:
        frontend.install()
    else:
        log_progress("Building the page, if it has changed")
        frontend.build()
    log_progress("Starting the AWS emulator")


async def _serve(chosen: Configuration, local: Local, *, is_dev: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as running:
        await running.enter_async_context(reverse_proxy.serve(chosen.port, _origins(chosen, local)))
        if is_dev:
            developing = dev.hot_reload(chosen.origin, lambda: stack.deploy_checkout(chosen), log_progress)
            await running.enter_async_context(developing)
        log_progress("Ready")
        print(WELCOME.format(origin=chosen.origin, state=chosen.state), flush=True)
        await stop.wait()


def _origins(chosen: Configuration, local: Local) -> reverse_proxy.Origins:
    execute_api = f"{chosen.aws}/_aws/execute-api"
    return reverse_proxy.Origins(
        s3=stack.cloud(chosen).s3,
        bucket=local.outputs["SiteBucketName"],
        rest=f"{execute_api}/{local.outputs['RestAPIId']}",
        websocket=f"{execute_api}/{local.outputs['WebsocketAPIId']}/ws",
        package=local.package,
    )


if __name__ == "__main__":
    main()
