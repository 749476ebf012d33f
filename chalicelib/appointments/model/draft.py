"""Drafts: a member's unsaved text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from chalicelib.appointments.model.appointment import Changes, Notes, Phone, Reference, Status, Title
from chalicelib.appointments.model.comparison import ComparedField
from chalicelib.core.clock import rfc3339
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.schema import Schema, to_json, wire_name

# An untouched draft is deleted after this time.
DRAFT_TTL: Final = timedelta(days=30)
_TIME_FIELDS = ("startsAt", "endsAt")
_TypedText = Annotated[str, Length(0, 64)]


@dataclass(frozen=True, slots=True)
class PatientText(Schema):
    """A patient as typed so far; values may be blank or incomplete."""

    name: Annotated[str, Length(0, 200)] | None = None
    email: Annotated[str, Length(0, 254)] | None = None
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class DraftFields(Schema):
    """The touched fields of an appointment, as typed.

    Only lengths are checked, and `status`, which is chosen from a list.
    """

    doctor_id: Reference | None = None
    service_id: Reference | None = None
    patient: PatientText | None = None
    starts_at: _TypedText | None = None
    ends_at: _TypedText | None = None
    time_zone: _TypedText | None = None
    status: Status | None = None
    title: Title | None = None
    notes: Notes | None = None


@dataclass(frozen=True, slots=True)
class Draft(Schema):
    """A member's unsaved text, and the version of the appointment that it is based on."""

    base_version: int
    fields: DraftFields
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ComparedDraft(Schema):
    """A draft, compared with its base version and the current record.

    Every field is compared, the patient's one by one (`patient.name`). An untouched field has the base text as
    `mine`.
    """

    base_version: int
    fields: DraftFields
    updated_at: datetime
    current_version: int
    comparison: list[ComparedField]


def record_to_texts(fields: Changes) -> dict[str, str]:
    """Return the record's fields as form texts, by wire name."""
    return _flatten({wire_name(name): to_json(value) for name, value in fields.items()})


def draft_to_texts(fields: DraftFields) -> dict[str, str]:
    """Return the draft's fields as form texts.

    Complete times are normalised to UTC, as in the record.
    """
    texts = _flatten(to_json(fields))
    return texts | {name: _to_utc(texts[name]) for name in _TIME_FIELDS if name in texts}


def _flatten(fields: Mapping[str, str | Mapping[str, str]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in fields.items():
        texts |= (
            {name: value} if isinstance(value, str) else {f"{name}.{part}": text for part, text in value.items()}
        )
    return texts


def _to_utc(typed: str) -> str:
    try:
        instant = datetime.fromisoformat(typed)
        return rfc3339(instant.replace(microsecond=0)) if instant.tzinfo else typed
    except (ValueError, OverflowError):
        return typed
