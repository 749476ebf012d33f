"""Settings from the environment, and their errors."""

from dataclasses import fields

import pytest

from chalicelib.core.settings import InvalidSettings, Settings, load

DURATIONS_AND_LIMITS = [field.name.upper() for field in fields(Settings) if field.type is int]
# The environment of a deployed function, which tests change.
DEPLOYED = {
    "STAGE": "prod",
    "JWT_KEYS_SECRET_ID": "prod-keys",
}


def refusal_of(environment: dict[str, str]) -> str:
    with pytest.raises(InvalidSettings) as refused:
        load(environment)
    return str(refused.value)


def test_empty_environment_gives_documented_defaults() -> None:
    settings = load({})

    assert settings.is_local
    assert (settings.lock_seconds, settings.lock_grace_seconds) == (300, 15)
    assert (settings.control_request_seconds, settings.hold_seconds) == (30, 300)
    assert (settings.general_rate_limit, settings.general_rate_window_seconds) == (100, 900)
    assert (settings.lock_rate_limit, settings.lock_rate_window_seconds) == (10, 60)


@pytest.mark.parametrize("name", DURATIONS_AND_LIMITS)
def test_number_is_read_from_variable_of_same_name(name: str) -> None:
    assert getattr(load({name: "7"}), name.lower()) == 7


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "five", " 5", "1e3", "٣", "+1"])
def test_non_positive_or_fractional_number_is_refused(text: str) -> None:
    assert refusal_of({"LOCK_SECONDS": text}).startswith("LOCK_SECONDS must be a whole number above 0")


def test_empty_variable_counts_as_unset() -> None:
    assert load({"LOCK_SECONDS": "", "STAGE": ""}) == Settings()


def test_all_errors_are_named_together() -> None:
    message = refusal_of({"LOCK_SECONDS": "soon", "HOLD_SECONDS": "0", "ALLOWED_ORIGINS": "*"})

    assert all(name in message for name in ("LOCK_SECONDS", "'soon'", "HOLD_SECONDS", "'0'", "ALLOWED_ORIGINS"))


def test_origins_are_separated_by_commas() -> None:
    assert load({"ALLOWED_ORIGINS": " https://a.example, https://b.example,, "}).origins == {
        "https://a.example",
        "https://b.example",
    }


@pytest.mark.parametrize("origins", ["*", "https://a.example, *"])
@pytest.mark.parametrize("environment", [{}, DEPLOYED], ids=["local", "deployed"])
def test_wildcard_origin_is_refused(environment: dict[str, str], origins: str) -> None:
    assert refusal_of({**environment, "ALLOWED_ORIGINS": origins}).startswith("ALLOWED_ORIGINS")


def test_deployed_function_starts_with_secret() -> None:
    settings = load(DEPLOYED)

    assert not settings.is_local
    assert settings.jwt_keys_secret_id == "prod-keys"


def test_deployed_keys_must_come_from_a_secret() -> None:
    assert "JWT_KEYS_SECRET_ID must" in refusal_of({**DEPLOYED, "JWT_KEYS_SECRET_ID": ""})


def test_deployed_keys_in_environment_are_refused() -> None:
    assert "JWT_KEYS is for local use" in refusal_of({**DEPLOYED, "JWT_KEYS": '{"1": "x"}'})
