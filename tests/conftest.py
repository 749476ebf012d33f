"""The environment of all tests: no cloud and no real credentials."""

import os
from collections.abc import Iterator

import pytest

from tests.app_client.management_api import MANAGEMENT_API
from tests.stack import stack as stack  # noqa: PLC0414 - the one stack of e2e and browser tests

pytest_plugins = ["tests.figures"]
KEY_OF_TESTS = '{"0001": "a key for tests only, long enough to be accepted by the ring"}'

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STAGE": "local",
    "TABLE_NAME": "holdfast",
    "CONNECTIONS_TABLE_NAME": "holdfast-connections",
    "WEBSOCKET_ENDPOINT": MANAGEMENT_API.endpoint,
    "TIMER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/lock-timers",
    "FANOUT_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/fanout.fifo",
    "NOTICE_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/notices.fifo",
    "MAIL_FROM": "appointments@holdfast.test",
    "PUBLIC_ORIGIN": "https://book.test",
    "ALLOWED_ORIGINS": "https://front.example",
    "JWT_KEYS": KEY_OF_TESTS,
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "JWT_KEYS_SECRET_ID"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[None]:
    """Yield the running management API, shared by all suites."""
    from chalicelib.realtime.management_api.client import management_api

    with MANAGEMENT_API:
        yield
        management_api().shut_down()
