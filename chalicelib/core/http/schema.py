"""Shapes: plain dataclasses that cross the wire as JSON objects with camelCase names.

A shape is an ordinary `@dataclass`, its fields `Annotated` with constraints. It is checked by pydantic, which
is imported only when the first body arrives, so that a function which needs none does not pay for it.

Two rules for answers: a field without a default is always there (null if None); a field whose default is
None is left out when it is None.
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
    from pydantic import GetCoreSchemaHandler, TypeAdapter
    from pydantic_core import ErrorDetails
    from pydantic_core.core_schema import CoreSchema

T = TypeVar("T")


# Two words of the code have other names on the wire.
_WIRE_NAMES = {"member_id": "userId", "tab_id": "sessionId"}


def wire_name(name: str) -> str:
    """Return the wire name of a field: `expected_version` as `expectedVersion`."""
    if name in _WIRE_NAMES:
        return _WIRE_NAMES[name]
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


_PYDANTIC_CONFIG: dict[str, object] = {"extra": "forbid", "alias_generator": wire_name}


class Schema:
    """Base of every shape: camelCase on the wire, unknown fields refused."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, object]] = _PYDANTIC_CONFIG


UNSET = object()
# RFC 3339, section 5.6; the offset is required.
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_SUPPORTED_YEARS = range(1900, 3000)
_INVALID_INSTANT: Final = "must be a time with its offset, for example 2026-01-31T09:00:00Z"


def optional() -> Any:  # noqa: ANN401 - stands in for a field of any type
    """A field of a request that may be left out but may not be null; it is then `OMITTED`."""
    return dataclasses.field(default_factory=lambda: UNSET, metadata={"optional": True})


class _UtcInstant:
    """Accepts an RFC 3339 instant with an offset and keeps it in UTC, to the second."""

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import PydanticCustomError, core_schema

        def read(value: object) -> datetime:
            instant = parse_instant(value)
            if instant is None:
                raise PydanticCustomError("instant", _INVALID_INSTANT)
            return instant

        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(self, schema: object, handler: object) -> dict[str, str]:
        return {"type": "string", "format": "date-time"}


def parse_instant(value: object) -> datetime | None:
    """The instant that an RFC 3339 text with an offset says, in UTC, to the second; None if it is none."""
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
    """All names of zones. To list them takes longer than most requests."""
    from zoneinfo import available_timezones

    return available_timezones()


def _is_email(text: str) -> bool:
    """The form that mail systems accept in practice: the grammar that HTML gives for `<input type=email>`, and no
    encoded words, which RFC 2047, section 5, has no place for in an address, and which mail programs decode.
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
    """The value does not have the shape; `faults` are pairs of a dotted path and what is wrong there."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in errors))
        self.errors = errors


class JsonDecodeError(ValueError):
    """The text is not JSON; the message says where it stops being so."""


@cache
def _adapter(schema: Any) -> "TypeAdapter[Any]":  # noqa: ANN401 - any type that can be checked
    from pydantic import TypeAdapter

    return TypeAdapter(schema)


def parse_json(schema: type[T], text: bytes) -> T:
    """Read `text` as a `shape`, strictly: a number in quotes is not a number.

    Raises:
        NotJson: the text is not JSON.
        Unfit: naming every fault.
    """
    import pydantic

    try:
        return cast("T", _adapter(cast("Any", schema)).validate_json(text, strict=True))
    except pydantic.ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        if details[0]["type"] == "json_invalid":
            raise JsonDecodeError(details[0]["msg"]) from None
        raise ValidationError([_to_field_error(detail) for detail in details]) from None


def parse_query(schema: type[T], values: Mapping[str, str]) -> T:
    """Read a query string's values as a `shape`.

    Raises:
        Unfit: naming every fault.
    """
    import pydantic

    try:
        return cast("T", _adapter(cast("Any", schema)).validate_python(dict(values)))
    except pydantic.ValidationError as error:
        raise ValidationError(
            [_to_field_error(detail) for detail in error.errors(include_context=False)]
        ) from None


_ERROR_MESSAGES = {
    "missing": "is required",
    "unexpected_keyword_argument": "is not a field of this request",
    "extra_forbidden": "is not a field of this request",
}


def _to_field_error(detail: "ErrorDetails") -> tuple[str, str]:
    path = ".".join(str(part) for part in detail["loc"]) or "body"
    return path, _ERROR_MESSAGES.get(detail["type"], detail["msg"])


def to_json(value: object) -> Any:  # noqa: ANN401
    """The JSON form of a shape, or of containers of shapes, instants and plain values."""
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
