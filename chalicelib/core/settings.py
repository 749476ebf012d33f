"""Settings, read from the environment in this module alone and validated when a function starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache

LOCAL = "local"


class InvalidSettings(ValueError):
    """The environment is incomplete or contradictory; the message names every fault."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; the environment variable of a field has its name in capitals.

    Durations are whole seconds. The general rate limit is validated but not enforced yet.
    `handler` is set by Lambda itself.
    `mail_from` is the sender of mails to patients; without it none are sent. `public_origin` is the origin of the
    page, for links in mails.
    `jwt_keys` is a JSON object `{kid: secret}` for tests and tools; a deployed function reads the same object from
    Secrets Manager, by `jwt_keys_secret_id`.
    """

    stage: str = LOCAL
    handler: str = field(default="", metadata={"variable": "_HANDLER"})
    table_name: str = "holdfast"
    connections_table_name: str = "holdfast-connections"
    websocket_endpoint: str = ""
    timer_queue_url: str = ""
    fanout_queue_url: str = ""
    notice_queue_url: str = ""
    mail_from: str = ""
    public_origin: str = ""
    allowed_origins: str = ""
    jwt_keys: str = ""
    jwt_keys_secret_id: str = ""
    jwt_issuer: str = "holdfast"
    jwt_audience: str = "holdfast"
    jwt_seconds: int = 3600
    session_seconds: int = 43200
    lock_seconds: int = 300
    lock_grace_seconds: int = 15
    control_request_seconds: int = 30
    hold_seconds: int = 300
    general_rate_limit: int = 100
    general_rate_window_seconds: int = 900
    lock_rate_limit: int = 10
    lock_rate_window_seconds: int = 60

    @property
    def is_local(self) -> bool:
        """Whether this is a developer's machine, where demo accounts are allowed."""
        return self.stage == LOCAL

    @property
    def origins(self) -> frozenset[str]:
        """The other origins whose pages may call the API; the own origin needs no entry."""
        return frozenset(origin.strip() for origin in self.allowed_origins.split(",") if origin.strip())


def load(environment: Mapping[str, str]) -> Settings:
    """Read and validate the settings.

    Raises:
        InvalidSettings: the message names every invalid variable and a valid value.
    """
    values: dict[str, str | int] = {}
    errors: list[str] = []
    for entry in fields(Settings):
        variable = entry.metadata.get("variable", entry.name.upper())
        text = environment.get(variable)
        if not text:
            continue
        if entry.type is not int:
            values[entry.name] = text
        elif text.isascii() and text.isdigit() and int(text) > 0:
            values[entry.name] = int(text)
        else:
            errors.append(f"{variable} must be a whole number above 0, not {text!r}")
    settings = Settings(**values)  # type: ignore[arg-type]
    errors += _validate(settings)
    if errors:
        raise InvalidSettings("; ".join(errors))
    return settings


def _validate(settings: Settings) -> list[str]:
    errors = []
    if "*" in settings.origins:
        errors.append("ALLOWED_ORIGINS must name each origin; '*' would let any page act for a member")
    if not settings.is_local and not settings.jwt_keys_secret_id:
        errors.append("JWT_KEYS_SECRET_ID must name the secret with the signing keys outside local")
    if not settings.is_local and settings.jwt_keys:
        errors.append("JWT_KEYS is for local use and tests; outside local keep the keys in the secret store")
    return errors


@cache
def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        InvalidSettings: see `load`.
    """
    return load(os.environ)
