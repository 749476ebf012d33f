"""What is wrong with what one says of a practice: pure rules, each fault at its place in the form."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from chalicelib.core.errors import Fault
from chalicelib.scheduling.model.practice import (
    Doctor,
    DoctorForm,
    Hours,
    Need,
    Resource,
    ScheduleException,
    Service,
    ServiceForm,
)

LONGEST_MINUTES = 24 * 60
_TWICE = "is named twice"


def faults_of(form: DoctorForm | Doctor) -> list[Fault]:
    """Every span that does not end after it starts or overlaps an earlier one of its weekday, and every exception
    that says too much or too little.
    """
    return [
        *_faults_of_hours("workingHours", form.working_hours),
        *_faults_of_hours("breaks", form.breaks),
        *_faults_of_exceptions(form.exceptions),
    ]


def _faults_of_hours(name: str, spans: Sequence[Hours]) -> Iterator[Fault]:
    for index, span in enumerate(spans):
        if span.end <= span.start:
            yield Fault(f"{name}.{index}.end", "must be later than the start")
        elif any(_overlap(span, other) for other in spans[:index]):
            yield Fault(f"{name}.{index}", "overlaps an earlier one of its weekday")


def _overlap(one: Hours, other: Hours) -> bool:
    """Whether two spans share time; one that does not end after it starts has none to share."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return one.weekday == other.weekday and start < end


def _faults_of_exceptions(exceptions: Sequence[ScheduleException]) -> Iterator[Fault]:
    for index, exception in enumerate(exceptions):
        fault = _fault_of(exception) or _clash(exception, exceptions[:index])
        if fault:
            yield Fault(f"exceptions.{index}", fault)


def _fault_of(exception: ScheduleException) -> str | None:
    hours = (exception.start, exception.end)
    if exception.closed:
        return "is closed and cannot have hours too" if any(hours) else None
    if exception.start is None or exception.end is None:
        return "must be closed, or have both a start and an end"
    return None if exception.start < exception.end else "must end later than it starts"


def _clash(exception: ScheduleException, earlier: Sequence[ScheduleException]) -> str | None:
    of_date = [other for other in earlier if other.date == exception.date]
    if exception.closed:
        return "closes a date that is closed already" if any(other.closed for other in of_date) else None
    return "overlaps an earlier one of its date" if any(_share(exception, other) for other in of_date) else None


def _share(one: ScheduleException, other: ScheduleException) -> bool:
    if not (one.start and one.end and other.start and other.end):
        return False
    return max(one.start, other.start) < min(one.end, other.end)


def faults_of_offer(
    service_ids: Sequence[str], services: Mapping[str, Service], had: Collection[str] = ()
) -> list[Fault]:
    """Every service that a doctor cannot offer. Those in `had`, offered before, may have been archived since."""
    available = {each.id for each in services.values() if not each.archived} | {*had} & {*services}
    return list(_faults_of_ids("serviceIds", service_ids, available, "is not a service of this practice"))


def faults_of_service(
    form: ServiceForm | Service, resources: Mapping[str, Resource], had: Sequence[Need] = ()
) -> list[Fault]:
    """What makes a service longer than a day, and every need that nothing can meet. A room or device in `had`,
    which was needed before, may have been archived since, as long as another one is left.
    """
    faults = []
    whole = form.buffer_before_minutes + form.duration_minutes + form.buffer_after_minutes
    if whole > LONGEST_MINUTES:
        faults.append(Fault("durationMinutes", "must be 24 hours at most, the buffers before and after included"))
    in_use = {each.id for each in resources.values() if not each.archived}
    available = in_use | {one for need in had for one in need.any_of} & {*resources}
    for index, need in enumerate(form.needs):
        place, unknown = f"needs.{index}.anyOf", "is not a room or a device of this practice"
        faults += _faults_of_ids(place, need.any_of, available, unknown)
    if not faults and not can_be_met(form.needs, in_use):
        faults.append(Fault("needs", "must leave a room or a device of its own for each need"))
    return faults


def can_be_met(needs: Sequence[Need], in_use: Collection[str]) -> bool:
    """Whether there is a room or a device for each need, a different one for each."""
    candidates = [[one for one in need.any_of if one in in_use] for need in needs]
    return any(len({*chosen}) == len(chosen) for chosen in product(*candidates))


def _faults_of_ids(name: str, ids: Sequence[str], available: Collection[str], unknown: str) -> Iterator[Fault]:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield Fault(f"{name}.{index}", _TWICE)
        elif one not in available:
            yield Fault(f"{name}.{index}", unknown)
