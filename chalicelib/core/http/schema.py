"""Schemas: dataclasses that cross the wire as JSON objects with camelCase names.

A schema is an ordinary `@dataclass` whose fields are `Annotated` with constraints. pydantic-core validates it,
imported with the first body or query, so that a function without either does not pay for it.

In responses, a field without a default is always present (null for None); a field whose default is None is left
out when it is None.
"""

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, TypeVar, cast

from chalicelib.core.clock import rfc3339
from chalicelib.core.http.constraints import Length, Predicate, Range

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import ErrorDetails
    from pydantic_core.core_schema import CoreSchema

S = TypeVar("S", bound="Schema")

# Two words of the code have other names on the wire.
_WIRE_NAMES = {"member_id": "userId", "tab_id": "sessionId"}


def wire_name(name: str) -> str:
    """Return the wire name of a field: `expectedVersion` for `expected_version`."""
    if name in _WIRE_NAMES:
        return _WIRE_NAMES[name]
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


class Schema:
    """Base of every schema: camelCase on the wire, unknown fields refused."""

    __slots__ = ()
    # For pydantic, which makes the API's description.
    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid", "alias_generator": wire_name}


UNSET = object()


def optional() -> Any:  # noqa: ANN401 - the default of a field of any type
    """Declare a field of a request that may be absent but not null.

    It is `UNSET` then.
    """
    return dataclasses.field(default_factory=lambda: UNSET, metadata={"optional": True})


# RFC 3339, section 5.6; the offset is required.
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_SUPPORTED_YEARS = range(1900, 3000)
_INVALID_INSTANT: Final = "must be a time with its offset, for example 2026-01-31T09:00:00Z"


class _UtcInstant:
    """Accepts an RFC 3339 instant with an offset; the value is in UTC, to the second."""

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import PydanticCustomError, core_schema

        def parse(value: object) -> datetime:
            instant = parse_instant(value)
            if instant is None:
                raise PydanticCustomError("instant", _INVALID_INSTANT)
            return instant

        return core_schema.no_info_plain_validator_function(parse)

    def __get_pydantic_json_schema__(self, schema: object, handler: object) -> dict[str, str]:
        return {"type": "string", "format": "date-time"}


def parse_instant(value: object) -> datetime | None:
    """Return the instant of an RFC 3339 text with an offset, in UTC, to the second.

    None for anything else.
    """
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return None
    try:
        instant = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return instant.astimezone(UTC).replace(microsecond=0) if instant.year in _SUPPORTED_YEARS else None


def _is_zone_name(name: str) -> bool:
    return name in _zone_names()


@cache
def _zone_names() -> set[str]:
    """Return the names of all time zones.

    Listing them takes longer than most requests.
    """
    from zoneinfo import available_timezones

    return available_timezones()


def _is_email(text: str) -> bool:
    """Accept the email addresses of HTML's `<input type=email>`.

    Mail systems accept these in practice. Encoded words are refused: RFC 2047, section 5, forbids them in an
    address, and mail programs decode them.
    """
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    is_address = re.fullmatch(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{label}(?:\.{label})+", text)
    return bool(is_address) and "=?" not in text


def _is_not_blank(text: str) -> bool:
    return bool(text.strip())


Instant = Annotated[datetime, _UtcInstant()]
ZoneName = Annotated[
    str, Length(0, 64), Predicate(_is_zone_name, "must be an IANA time zone, for example Europe/Lisbon")
]
Email = Annotated[str, Length(0, 254), Predicate(_is_email, "must be an email address", format="email")]
Name = Annotated[str, Length(1, 200), Predicate(_is_not_blank, "must not be blank", pattern=r"\S")]
Version = Annotated[int, Range(0, 2**53 - 1)]
TabId = Annotated[str, Length(16, 64)]


class ValidationError(ValueError):
    """A value does not fit its schema.

    `errors` are pairs of a dotted path and what is wrong there.
    """

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in errors))
        self.errors = errors


class JsonDecodeError(ValueError):
    """A text is not JSON; the message names the place."""


def parse_json(schema: type[S], text: bytes) -> S:
    """Validate a JSON text strictly: a number in quotes is not a number.

    Raises:
        JsonDecodeError: the text is not JSON.
        ValidationError: it does not fit the schema; every error is named.
    """
    from pydantic_core import ValidationError as CoreValidationError

    from chalicelib.core.http.validation import validator_of

    try:
        return cast("S", validator_of(cast("Any", schema)).validate_json(text, strict=True))
    except CoreValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        if details[0]["type"] == "json_invalid":
            raise JsonDecodeError(details[0]["msg"]) from None
        raise ValidationError([_to_field_error(detail) for detail in details]) from None


def parse_query(schema: type[S], values: Mapping[str, str]) -> S:
    """Validate the values of a query string.

    Raises:
        ValidationError: they do not fit the schema; every error is named.
    """
    from pydantic_core import ValidationError as CoreValidationError

    from chalicelib.core.http.validation import validator_of

    try:
        return cast("S", validator_of(cast("Any", schema)).validate_python(dict(values)))
    except CoreValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        raise ValidationError([_to_field_error(detail) for detail in details]) from None


_ERROR_MESSAGES = {
    "missing": "is required",
    "unexpected_keyword_argument": "is not a field of this request",
    "extra_forbidden": "is not a field of this request",
}


def _to_field_error(detail: "ErrorDetails") -> tuple[str, str]:
    path = ".".join(str(part) for part in detail["loc"]) or "body"
    return path, _ERROR_MESSAGES.get(detail["type"], detail["msg"])


def to_json(value: object) -> Any:  # noqa: ANN401
    """Return the JSON form of a schema, an instant, a plain value or a container."""
    if isinstance(value, Schema):
        fields = dataclasses.fields(cast("Any", value))
        pairs = ((field, getattr(value, field.name)) for field in fields)
        return {wire_name(f.name): to_json(v) for f, v in pairs if v is not None or f.default is not None}
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value
