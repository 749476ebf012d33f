"""Appointments as CSV over HTTP, out and in."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.model import Reference
from chalicelib.appointments.model.csv_file import CONTENT_TYPE, MEDIA_TYPE
from chalicelib.appointments.service import csv_import
from chalicelib.appointments.service.csv_import import ImportResult
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.requests import MAX_BODY_BYTES, Request
from chalicelib.core.http.responses import FileResponse
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Instant, Schema
from chalicelib.scheduling.model.span import Span


@dataclass(frozen=True, slots=True)
class ExportQuery(Schema):
    """Which appointments: those that start at or after `from` and before `to`, of all doctors or of one."""

    from_: Instant
    to: Instant
    doctor_id: Reference | None = None


@dataclass(frozen=True, slots=True)
class ImportForm(Schema):
    """A CSV file in the columns that the export has; a dry run only looks at it.

    `tellPatients` has them told of their appointments by mail, as of those that are entered by hand.
    """

    csv: Annotated[str, Length(1, MAX_BODY_BYTES)]
    dry_run: bool = False
    tell_patients: bool = False


@endpoint(query=ExportQuery, response=MEDIA_TYPE)
def export_appointments(request: Request[None, ExportQuery]) -> FileResponse:
    """Appointments as CSV (RFC 4180, UTF-8), in order of time."""
    query = request.query
    content = csv_import.export_csv(request.principal, Span(query.from_, query.to), query.doctor_id)
    return FileResponse(CONTENT_TYPE, content, "appointments.csv")


@endpoint(body=ImportForm, response=ImportResult)
def import_appointments(request: Request[ImportForm, None]) -> ImportResult:
    """Enter appointments from CSV, each line that can be; what cannot is named by line and column.

    Doctor and service are named by id or by name. Nothing is entered twice when a file is sent again: a line is
    known by its `id`, or else by its doctor, patient and start.
    """
    body = request.body
    return csv_import.import_csv(
        request.principal, body.csv, dry_run=body.dry_run, tell_patients=body.tell_patients
    )
