"""Export appointments as a CSV file."""

import json
from itertools import islice

from chalicelib.appointments.model.csv_export import DisplayNames, to_csv
from chalicelib.appointments.service.appointments import iterate_between
from chalicelib.core.http.errors import EMPTY_RANGE, FieldError, ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# A function's response is limited to 6 MB of JSON.
_MAX_BYTES = 5_000_000
_MAX_READ = 20_000


def export_csv(principal: Principal, within: Span, doctor_id: str | None = None) -> str:
    """Return the appointments of one doctor, or of all, as CSV.

    They start within a period. One query for the names, and one for every 500 appointments of the tenant.

    Raises:
        ValidationFailed: the period is empty, or its appointments do not fit one response.
    """
    if within.end <= within.start:
        raise ValidationFailed([EMPTY_RANGE])
    schedule = load_schedule(principal.tenant_id)
    read = list(islice(iterate_between(principal.tenant_id, within), _MAX_READ + 1))
    wanted = (each for each in read if doctor_id in (None, each.doctor_id))
    names = DisplayNames(
        {each.id: each.name for each in schedule.doctors.values()},
        {each.id: each.name for each in schedule.services.values()},
    )
    records = list(to_csv(wanted, names))
    if len(read) > _MAX_READ or sum(len(json.dumps(record)) for record in records) > _MAX_BYTES:
        raise ValidationFailed([FieldError("to", "is too far from `from` for one file; request several")])
    return "".join(records)
