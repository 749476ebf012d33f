"""`make logs`: follow the logs of a running local stack's functions."""

import os
import time
from collections.abc import Iterator
from typing import Any

import boto3

from infra import ports
from infra.local import emulator
from infra.local.configuration import DEFAULT_AWS_PORT
from infra.local.stack import REGION

GROUPS = "/aws/lambda/holdfast-local-"
POLL_SECONDS = 0.5
# Lambda's own lines for every invocation.
_PLATFORM_PREFIXES = ("START ", "END ", "REPORT ", "INIT_START ")
# Epoch milliseconds, function, message: sorts in order of time. The emulator has no event ids.
LogLine = tuple[int, str, str]


def main() -> None:
    """Print every line, oldest first, until Ctrl-C."""
    port = os.environ.get("AWS_PORT") or DEFAULT_AWS_PORT
    session = boto3.Session(emulator.ROOT_KEY, emulator.ROOT_SECRET, region_name=REGION)
    logs = session.client("logs", endpoint_url=f"http://{ports.HOST}:{port}")
    shown: set[LogLine] = set()
    try:
        while True:
            for entry in sorted(set(_log_lines(logs)) - shown):
                shown.add(entry)
                print(f"{entry[1]:20} {entry[2]}", flush=True)
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        return


def _log_lines(logs: Any) -> Iterator[LogLine]:  # noqa: ANN401 - one client, not worth its type stubs
    for group in logs.describe_log_groups(logGroupNamePrefix=GROUPS)["logGroups"]:
        name = group["logGroupName"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            for event in page["events"]:
                if not event["message"].startswith(_PLATFORM_PREFIXES):
                    yield event["timestamp"], name.removeprefix(GROUPS), event["message"].rstrip()


if __name__ == "__main__":
    main()
