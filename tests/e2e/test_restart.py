"""Ctrl-C and `make run` again."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tests.e2e.demo import create_appointment, sign_in
from tests.e2e.local_stack import LocalStack
from tests.stack import running


def test_restarted_stack_keeps_data_and_live_updates(tmp_path: Path) -> None:
    with running(tmp_path) as stack:
        alice = sign_in(stack, "alice@demo.test")
        appointment = create_appointment(alice)
        before = alice.acquires(appointment)["lock"]
        alice.releases(appointment)

    with running(tmp_path, LOCK_SECONDS="3") as stack:
        still_alice = replace(alice, transport=LocalStack(stack))
        bob = sign_in(stack, "bob@demo.test")
        with bob.watches(appointment) as socket:
            lock = still_alice.acquires(appointment)["lock"]
            frame = socket.expects("lock-acquired")

    assert frame["version"] == lock["version"] > before["version"]
    assert (_instant(lock["expiresAt"]) - _instant(lock["acquiredAt"])).total_seconds() == 3


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
