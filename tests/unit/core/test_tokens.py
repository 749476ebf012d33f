"""Signing keys, and the tokens that they sign."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import utc_now
from chalicelib.core.http.errors import Forbidden, Unauthenticated
from chalicelib.core.security.tokens import (
    KeyRing,
    Keys,
    Principal,
    Session,
    authenticate,
    issue_token,
    key_ring,
    load_keys,
    validate_keys,
)
from chalicelib.core.settings import InvalidSettings, load, settings

OLD, NEW, NEWEST = "o" * 32, "n" * 32, "z" * 32
ALICE = Principal("tenant", "alice", "alice@practice.test", "Alice", "staff")
MORNING = datetime(2026, 1, 31, 8, tzinfo=UTC)


class Vault:
    """A key store that counts its reads, and the key ring's clock."""

    def __init__(self, **keys: str) -> None:
        self.keys = keys
        self.asked = 0
        self.now = MORNING

    def load(self) -> Keys:
        self.asked += 1
        return dict(self.keys)

    def ring(self) -> KeyRing:
        return KeyRing(self.load, lambda: self.now)


def session(started_at: datetime | None = None) -> Session:
    """Return Alice's session, started now or at that time."""
    return Session(ALICE, started_at or utc_now().replace(microsecond=0))


def bearer(**changes: Any) -> str:
    """Return the header of a valid token with these claims changed; None removes a claim."""
    token, _ = issue_token(session())
    claims = jwt.decode(token, options={"verify_signature": False}) | changes
    kid, key = key_ring().newest()
    present = {name: value for name, value in claims.items() if value is not None}
    return f"Bearer {jwt.encode(present, key, 'HS256', headers={'kid': kid})}"


def test_newest_key_signs_and_all_verify() -> None:
    ring = Vault(**{"0001": OLD, "0002": NEW}).ring()

    assert ring.newest() == ("0002", NEW)
    assert (ring.find("0001"), ring.find("0002")) == (OLD, NEW)


def test_key_ring_loads_keys_once() -> None:
    vault = Vault(**{"0001": OLD})
    ring = vault.ring()

    for _ in range(5):
        ring.newest()
        ring.find("0001")

    assert vault.asked == 1


def test_token_with_new_key_is_verified_without_restart() -> None:
    vault = Vault(**{"0001": OLD})
    ring = vault.ring()
    ring.newest()
    vault.keys["0002"] = NEW
    vault.now += timedelta(seconds=61)

    assert ring.find("0002") == NEW
    assert ring.newest() == ("0002", NEW)


def test_token_with_removed_key_is_refused_after_reload() -> None:
    vault = Vault(**{"0001": OLD, "0002": NEW})
    ring = vault.ring()
    ring.newest()
    del vault.keys["0001"]
    vault.now += timedelta(seconds=61)
    ring.find("0003")

    assert ring.find("0001") is None


@given(st.lists(st.integers(1, 90), min_size=1, max_size=40))
def test_forged_key_ids_reload_once_a_minute(pauses_seconds: list[int]) -> None:
    vault = Vault(**{"0001": OLD})
    ring = vault.ring()

    for number, pause in enumerate(pauses_seconds):
        assert ring.find(f"forged-{number}") is None
        vault.now += timedelta(seconds=pause)

    assert vault.asked <= 1 + sum(pauses_seconds) // 60


def test_empty_key_ring_is_refused() -> None:
    with pytest.raises(InvalidSettings, match="no signing key"):
        Vault().ring().newest()


def test_weak_key_is_refused_without_being_shown() -> None:
    with pytest.raises(InvalidSettings, match="0002") as refused:
        validate_keys({"0001": OLD, "0002": "n" * 31})

    assert "0001" not in str(refused.value)
    assert "n" * 31 not in str(refused.value)


def test_token_has_the_principal() -> None:
    token, _ = issue_token(session())

    found = authenticate(f"Bearer {token}")

    assert found.principal == ALICE


def test_refreshed_token_keeps_sign_in_time() -> None:
    began = (utc_now() - timedelta(hours=3)).replace(microsecond=0)
    token, _ = issue_token(session(began))

    assert authenticate(f"bearer {token}").started_at == began


@given(st.integers(0, settings().session_seconds))
def test_token_expires_after_an_hour_or_with_its_session(age_seconds: int) -> None:
    now = MORNING + timedelta(seconds=age_seconds)

    token, expires_at = issue_token(session(MORNING), clock=lambda: now)

    whole_life = min(settings().jwt_seconds, settings().session_seconds - age_seconds)
    assert expires_at == now + timedelta(seconds=whole_life)
    assert jwt.decode(token, options={"verify_signature": False})["exp"] == int(expires_at.timestamp())


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer not.a.token", "Bearer é"])
def test_malformed_token_is_refused(header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(header)


@pytest.mark.parametrize(
    "claim", ["sub", "tenantId", "email", "name", "role", "iat", "exp", "iss", "aud", "sessionStart"]
)
def test_token_without_a_claim_is_refused(claim: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(bearer(**{claim: None}))


@pytest.mark.parametrize(("claim", "value"), [("aud", "another"), ("iss", "another"), ("exp", 1_700_000_000)])
def test_token_for_another_time_or_audience_is_refused(claim: str, value: object) -> None:
    assert authenticate(bearer()).principal == ALICE
    with pytest.raises(Unauthenticated):
        authenticate(bearer(**{claim: value}))


def _signed_with(key: str, algorithm: str | None, kid: object) -> str:
    claims = jwt.decode(bearer().removeprefix("Bearer "), options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm, headers={"kid": kid} if kid else {})


FORGERIES: dict[str, Callable[[], str]] = {
    "another key": lambda: _signed_with(NEWEST, "HS256", key_ring().newest()[0]),
    "no signature": lambda: _signed_with("", None, key_ring().newest()[0]),
    "another algorithm": lambda: _signed_with(key_ring().newest()[1] * 2, "HS512", key_ring().newest()[0]),
    "an unknown kid": lambda: _signed_with(NEWEST, "HS256", "9999"),
    "no kid": lambda: _signed_with(key_ring().newest()[1], "HS256", None),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_token_is_refused(forgery: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(f"Bearer {FORGERIES[forgery]()}")


def test_only_role_admin_is_admin() -> None:
    with pytest.raises(Forbidden):
        ALICE.require_admin()
    Principal("tenant", "dana", "dana@practice.test", "Dana", "admin").require_admin()


@pytest.mark.parametrize("text", ["not json", '{"1": 5}', '["x"]', '"x"', "{}", '{"0001": "short"}'])
def test_unusable_keys_are_named_in_the_error(text: str) -> None:
    with pytest.raises(InvalidSettings, match="signing key"):
        validate_keys(load_keys(load({"JWT_KEYS": text})))


def test_key_ids_are_ordered_by_number() -> None:
    keys = {"9": "n" * 32, "10": "t" * 32}

    assert KeyRing(lambda: keys).newest() == ("10", "t" * 32)


def test_token_issued_slightly_ahead_is_accepted() -> None:
    token, _ = issue_token(session(), clock=lambda: utc_now() + timedelta(seconds=2))

    assert authenticate(f"Bearer {token}").principal == ALICE


def test_failing_key_store_is_not_read_per_request() -> None:
    asked: list[int] = []

    def load() -> dict[str, str]:
        asked.append(1)
        if len(asked) > 1:
            raise ConnectionError("the store is away")
        return {"0001": "k" * 32}

    now = utc_now()
    ring = KeyRing(load, lambda: now + timedelta(minutes=2 * (len(asked) > 0)))
    ring.newest()

    assert [ring.find(f"forged-{number}") for number in range(5)] == [None] * 5
    assert len(asked) == 2


def test_removed_key_is_refused_after_five_minutes() -> None:
    stored = {"0001": "leaked" * 6}
    now = utc_now()
    elapsed = timedelta()
    ring = KeyRing(lambda: dict(stored), lambda: now + elapsed)
    assert ring.newest() == ("0001", "leaked" * 6)

    stored = {"0002": "fresh!" * 6}
    elapsed = timedelta(minutes=5, seconds=1)

    assert ring.find("0001") is None
    assert ring.newest() == ("0002", "fresh!" * 6)


def test_known_keys_verify_while_the_store_fails() -> None:
    asked: list[int] = []

    def load() -> dict[str, str]:
        asked.append(1)
        if len(asked) > 1:
            raise ConnectionError
        return {"0001": "k" * 32}

    now = utc_now()
    ring = KeyRing(load, lambda: now + timedelta(minutes=10 * len(asked)))

    assert [ring.newest() for _ in range(3)] == [("0001", "k" * 32)] * 3
    assert len(asked) > 1


def test_key_ring_without_keys_reports_the_cause() -> None:
    with pytest.raises(InvalidSettings, match="no signing key"):
        KeyRing(dict).newest()
