"""What is wrong with what one says of a practice: pure rules, each fault at its place in the form."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from chalicelib.core.http.errors import FieldError
from chalicelib.scheduling.model.tenant_schedule import (
    Doctor,
    DoctorForm,
    Hours,
    Need,
    Resource,
    ScheduleException,
    Service,
    ServiceForm,
)

MAX_SERVICE_MINUTES = 24 * 60
_DUPLICATE = "is named twice"


def validate_doctor(form: DoctorForm | Doctor) -> list[FieldError]:
    """Every span that does not end after it starts or overlaps an earlier one of its weekday, and every exception
    that says too much or too little.
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


def _weekly_hours_overlap(one: Hours, other: Hours) -> bool:
    """Whether two spans share time; one that does not end after it starts has none to share."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return one.weekday == other.weekday and start < end


def _exception_errors(exceptions: Sequence[ScheduleException]) -> Iterator[FieldError]:
    for index, exception in enumerate(exceptions):
        fault = _exception_error(exception) or _overlap_error(exception, exceptions[:index])
        if fault:
            yield FieldError(f"exceptions.{index}", fault)


def _exception_error(exception: ScheduleException) -> str | None:
    hours = (exception.start, exception.end)
    if exception.closed:
        return "is closed and cannot have hours too" if any(hours) else None
    if exception.start is None or exception.end is None:
        return "must be closed, or have both a start and an end"
    return None if exception.start < exception.end else "must end later than it starts"


def _overlap_error(exception: ScheduleException, earlier: Sequence[ScheduleException]) -> str | None:
    of_date = [other for other in earlier if other.date == exception.date]
    if exception.closed:
        return "closes a date that is closed already" if any(other.closed for other in of_date) else None
    return (
        "overlaps an earlier one of its date"
        if any(_hours_overlap(exception, other) for other in of_date)
        else None
    )


def _hours_overlap(one: ScheduleException, other: ScheduleException) -> bool:
    if not (one.start and one.end and other.start and other.end):
        return False
    return max(one.start, other.start) < min(one.end, other.end)


def validate_service_ids(
    service_ids: Sequence[str], services: Mapping[str, Service], previous_ids: Collection[str] = ()
) -> list[FieldError]:
    """Every service that a doctor cannot offer. Those in `had`, offered before, may have been archived since."""
    available = {each.id for each in services.values() if not each.archived} | {*previous_ids} & {*services}
    return list(_id_errors("serviceIds", service_ids, available, "is not a service of this practice"))


def validate_service(
    form: ServiceForm | Service, resources: Mapping[str, Resource], previous_needs: Sequence[Need] = ()
) -> list[FieldError]:
    """What makes a service longer than a day, and every need that nothing can meet. A room or device in `had`,
    which was needed before, may have been archived since, as long as another one is left.
    """
    faults = []
    whole = form.buffer_before_minutes + form.duration_minutes + form.buffer_after_minutes
    if whole > MAX_SERVICE_MINUTES:
        faults.append(
            FieldError("durationMinutes", "must be 24 hours at most, the buffers before and after included")
        )
    in_use = {each.id for each in resources.values() if not each.archived}
    available = in_use | {one for need in previous_needs for one in need.any_of} & {*resources}
    for index, need in enumerate(form.needs):
        place, unknown = f"needs.{index}.anyOf", "is not a room or a device of this practice"
        faults += _id_errors(place, need.any_of, available, unknown)
    if not faults and not can_meet_needs(form.needs, in_use):
        faults.append(FieldError("needs", "must leave a room or a device of its own for each need"))
    return faults


def can_meet_needs(needs: Sequence[Need], in_use: Collection[str]) -> bool:
    """Whether there is a room or a device for each need, a different one for each."""
    candidates = [[one for one in need.any_of if one in in_use] for need in needs]
    return any(len({*chosen}) == len(chosen) for chosen in product(*candidates))


def _id_errors(name: str, ids: Sequence[str], available: Collection[str], unknown: str) -> Iterator[FieldError]:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield FieldError(f"{name}.{index}", _DUPLICATE)
        elif one not in available:
            yield FieldError(f"{name}.{index}", unknown)
