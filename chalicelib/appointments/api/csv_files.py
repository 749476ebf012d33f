"""Endpoints that export and import appointments as CSV."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.model.appointment import Reference
from chalicelib.appointments.model.csv_format import CONTENT_TYPE, MEDIA_TYPE
from chalicelib.appointments.service import csv_export, csv_import
from chalicelib.appointments.service.csv_import import ImportResult
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.requests import MAX_BODY_BYTES, Request
from chalicelib.core.http.responses import FileResponse
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Instant, Schema
from chalicelib.scheduling.model.span import Span


@dataclass(frozen=True, slots=True)
class ExportQuery(Schema):
    """The appointments to export, of one doctor or of all.

    They start at or after `from` and before `to`.
    """

    from_: Instant
    to: Instant
    doctor_id: Reference | None = None


@dataclass(frozen=True, slots=True)
class ImportForm(Schema):
    """A CSV file with the columns of the export.

    A dry run checks the file and imports nothing. `tellPatients` mails confirmations to the patients.
    """

    csv: Annotated[str, Length(1, MAX_BODY_BYTES)]
    dry_run: bool = False
    tell_patients: bool = False


@endpoint(query=ExportQuery, response=MEDIA_TYPE)
def export_appointments(request: Request[None, ExportQuery]) -> FileResponse:
    """Export appointments as CSV (RFC 4180, UTF-8), by start time."""
    query = request.query
    content = csv_export.export_csv(request.principal, Span(query.from_, query.to), query.doctor_id)
    return FileResponse(CONTENT_TYPE, content, "appointments.csv")


@endpoint(body=ImportForm, response=ImportResult)
def import_appointments(request: Request[ImportForm, None]) -> ImportResult:
    """Import appointments from CSV, row by row.

    Rows with errors are reported by line and column, and left out. Doctor and service are given by id or by name.
    Importing a file again adds only missing rows; a row is identified by its `id` or, without one, by doctor,
    patient and start.
    """
    body = request.body
    return csv_import.import_csv(
        request.principal, body.csv, dry_run=body.dry_run, notify_patients=body.tell_patients
    )
