"""Rules of a valid schedule: pure functions that return the errors of a form, each with the path of its field."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Sized
from itertools import product

from chalicelib.core.http.errors import NO_CHANGES, FieldError
from chalicelib.core.http.schema import wire_name
from chalicelib.scheduling.model.doctor import Doctor, DoctorForm, Hours, ScheduleException
from chalicelib.scheduling.model.resource import Resource
from chalicelib.scheduling.model.service import Need, Service, ServiceForm
from chalicelib.scheduling.model.tenant_schedule import UNKNOWN_SERVICE, active

MAX_SERVICE_MINUTES = 24 * 60
# Archived entries count too: one query reads them all.
MAX_PER_KIND = 500
_DUPLICATE = "is named twice"


def validate_doctor(form: DoctorForm | Doctor) -> list[FieldError]:
    """Return the errors in hours, breaks and exceptions.

    Hours must end after they start and must not overlap earlier hours of their weekday. An exception closes its
    date or adds hours that overlap no earlier ones.
    """
    return [
        *_hours_errors("workingHours", form.working_hours),
        *_hours_errors("breaks", form.breaks),
        *_exception_errors(form.exceptions),
    ]


def _hours_errors(name: str, spans: Sequence[Hours]) -> Iterator[FieldError]:
    for index, span in enumerate(spans):
        if span.end <= span.start:
            yield FieldError(f"{name}.{index}.end", "must be later than the start")
        elif any(_weekly_hours_overlap(span, other) for other in spans[:index]):
            yield FieldError(f"{name}.{index}", "overlaps an earlier one of its weekday")


def _weekly_hours_overlap(left: Hours, right: Hours) -> bool:
    """Return whether two spans share time.

    A span that does not end after its start shares none.
    """
    start, end = max(left.start, right.start), min(left.end, right.end)
    return left.weekday == right.weekday and start < end


def _exception_errors(exceptions: Sequence[ScheduleException]) -> Iterator[FieldError]:
    for index, exception in enumerate(exceptions):
        error = _exception_error(exception) or _overlap_error(exception, exceptions[:index])
        if error:
            yield FieldError(f"exceptions.{index}", error)


def _exception_error(exception: ScheduleException) -> str | None:
    hours = (exception.start, exception.end)
    if exception.closed:
        return "is closed and cannot have hours too" if any(hours) else None
    if exception.start is None or exception.end is None:
        return "must be closed, or have both a start and an end"
    return None if exception.start < exception.end else "must end later than it starts"


def _overlap_error(exception: ScheduleException, earlier: Sequence[ScheduleException]) -> str | None:
    same_date = [other for other in earlier if other.date == exception.date]
    if exception.closed:
        return "closes a date that is closed already" if any(other.closed for other in same_date) else None
    is_overlapping = any(_hours_overlap(exception, other) for other in same_date)
    return "overlaps an earlier one of its date" if is_overlapping else None


def _hours_overlap(left: ScheduleException, right: ScheduleException) -> bool:
    if not (left.start and left.end and right.start and right.end):
        return False
    return max(left.start, right.start) < min(left.end, right.end)


def validate_service_ids(
    service_ids: Sequence[str], services: Mapping[str, Service], previous_ids: Collection[str] = ()
) -> list[FieldError]:
    """Return an error for each service that a doctor cannot offer.

    Archived services are refused unless the doctor offered them before (`previous_ids`).
    """
    available = {*active(services)} | {*previous_ids} & {*services}
    return list(_id_errors("serviceIds", service_ids, available, UNKNOWN_SERVICE.message))


def validate_service(
    form: ServiceForm | Service, resources: Mapping[str, Resource], previous_needs: Sequence[Need] = ()
) -> list[FieldError]:
    """Return the errors in a service's length and needs.

    An archived room or device is refused unless the service needed it before (`previous_needs`) and the needs can
    be met without it.
    """
    errors = []
    whole = form.buffer_before_minutes + form.duration_minutes + form.buffer_after_minutes
    if whole > MAX_SERVICE_MINUTES:
        errors.append(
            FieldError("durationMinutes", "must be 24 hours at most, the buffers before and after included")
        )
    in_use = {*active(resources)}
    available = in_use | {resource_id for need in previous_needs for resource_id in need.any_of} & {*resources}
    for index, need in enumerate(form.needs):
        field, unknown = f"needs.{index}.anyOf", "is not a room or a device of this practice"
        errors += _id_errors(field, need.any_of, available, unknown)
    if not errors and not can_meet_needs(form.needs, in_use):
        errors.append(FieldError("needs", "must leave a room or a device of its own for each need"))
    return errors


def can_meet_needs(needs: Sequence[Need], in_use: Collection[str]) -> bool:
    """Return whether each need can have a room or a device of its own."""
    candidates = [[resource_id for resource_id in need.any_of if resource_id in in_use] for need in needs]
    return any(len({*chosen}) == len(chosen) for chosen in product(*candidates))


def _id_errors(field: str, ids: Sequence[str], available: Collection[str], unknown: str) -> Iterator[FieldError]:
    for index, entry_id in enumerate(ids):
        if entry_id in ids[:index]:
            yield FieldError(f"{field}.{index}", _DUPLICATE)
        elif entry_id not in available:
            yield FieldError(f"{field}.{index}", unknown)


def quota_errors(kind: str, present: Sized) -> list[FieldError]:
    """Return an error if a tenant cannot have one more entry of a kind."""
    if len(present) < MAX_PER_KIND:
        return []
    return [FieldError("body", f"is one too many: there are {len(present)} {kind}")]


def errors_in_changes(changes: Mapping[str, object], errors: Sequence[FieldError]) -> list[FieldError]:
    """Keep only errors in changed fields; reject an empty update."""
    if not changes:
        return [NO_CHANGES]
    changed = {wire_name(name) for name in changes}
    return [error for error in errors if error.field.partition(".")[0] in changed]
