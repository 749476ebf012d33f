"""What is wrong with what one says of a practice."""

from chalicelib.core.errors import Fault
from chalicelib.scheduling.model.practice import DoctorForm, ScheduleException


def faults_of(form: DoctorForm) -> list[Fault]:
    """Every span that does not end after it starts, and every exception that says too much or too little."""
    faults = [
        Fault(f"{name}.{index}.end", "must be later than the start")
        for name, spans in (("workingHours", form.working_hours), ("breaks", form.breaks))
        for index, span in enumerate(spans)
        if span.end <= span.start
    ]
    for index, exception in enumerate(form.exceptions):
        fault = _fault_of(exception)
        if fault:
            faults.append(Fault(f"exceptions.{index}", fault))
    return faults


def _fault_of(exception: ScheduleException) -> str | None:
    hours = (exception.start, exception.end)
    if exception.closed:
        return "is closed and cannot have hours too" if any(hours) else None
    if exception.start is None or exception.end is None:
        return "must be closed, or have both a start and an end"
    return None if exception.start < exception.end else "must end later than it starts"
