"""Appointments as CSV over HTTP, out and in."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model import Reference
from chalicelib.appointments.model.exchange import CONTENT_TYPE, MEDIA_TYPE
from chalicelib.appointments.service import exchange
from chalicelib.appointments.service.exchange import Imported
from chalicelib.core.constraints import Length
from chalicelib.core.http import MOST_BODY_BYTES, Call, File
from chalicelib.core.shape import Instant, Shape
from chalicelib.scheduling.model import Span


@dataclass(frozen=True, slots=True)
class Extract(Shape):
    """Which appointments: those that start at or after `from` and before `to`, of all doctors or of one."""

    from_: Instant
    to: Instant
    doctor_id: Reference | None = None


@dataclass(frozen=True, slots=True)
class ImportFile(Shape):
    """A CSV file in the columns that the export has; a dry run only looks at it.

    `tellPatients` has them told of their appointments by mail, as of those that are entered by hand.
    """

    csv: Annotated[str, Length(1, MOST_BODY_BYTES)]
    dry_run: bool = False
    tell_patients: bool = False


@routes.endpoint("GET", "/appointments-export", query=Extract, answers=MEDIA_TYPE)
def export_appointments(call: Call[None, Extract]) -> File:
    """Appointments as CSV (RFC 4180, UTF-8), in order of time."""
    query = call.query
    content = exchange.export(call.principal, Span(query.from_, query.to), query.doctor_id)
    return File(CONTENT_TYPE, content, "appointments.csv")


@routes.endpoint("POST", "/appointments-import", body=ImportFile, answers=Imported)
def import_appointments(call: Call[ImportFile, None]) -> Imported:
    """Enter appointments from CSV, each line that can be; what cannot is named by line and column.

    Doctor and service are named by id or by name. Nothing is entered twice when a file is sent again: a line is
    known by its `id`, or else by its doctor, patient and start.
    """
    body = call.body
    return exchange.import_csv(call.principal, body.csv, dry_run=body.dry_run, tell_patients=body.tell_patients)
