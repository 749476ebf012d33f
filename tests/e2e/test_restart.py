"""Ctrl-C and `make run` again."""

from datetime import datetime
from pathlib import Path

from tests.e2e.clients import Person, Visitor
from tests.stack import running


def test_everything_is_still_there_and_still_live(tmp_path: Path) -> None:
    with running(tmp_path) as stack:
        alice = Visitor(stack).signs_in("alice@demo.test")
        appointment = alice.books()
        before = alice.acquires(appointment)["lock"]
        alice.releases(appointment, before["lockId"])

    with running(tmp_path, LOCK_SECONDS="3") as stack:
        still_alice = Person(stack, alice.authorization, alice.user)
        bob = Visitor(stack).signs_in("bob@demo.test")
        with bob.watches(appointment) as socket:
            lock = still_alice.acquires(appointment)["lock"]
            frame = socket.expects("lock-acquired")

    assert frame["version"] == lock["version"] > before["version"]
    assert (_instant(lock["expiresAt"]) - _instant(lock["acquiredAt"])).total_seconds() == 3


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
