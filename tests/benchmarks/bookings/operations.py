"""Repeats each operation, one visit after another, so that some lie in one hour and some in two."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.appointments.model.appointment import AppointmentForm
from chalicelib.appointments.service import creation
from chalicelib.booking.model.booking import BookingForm, RescheduleForm
from chalicelib.booking.model.hold import HoldForm
from chalicelib.booking.service import bookings, holds, self_service
from chalicelib.core.clock import new_id
from tests.benchmarks.bookings.pricing import Consumption, counting, timing
from tests.benchmarks.bookings.schedule import FIRST, LASTS, MEMBER, NOW, PATIENT, TENANT, doctor

_FAR = timedelta(days=30)
Layout = Callable[[], AbstractContextManager[None]]


@dataclass
class OperationCosts:
    """The costs of one operation: consumption in some rounds, milliseconds in the others."""

    bills: list[Consumption] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    @contextmanager
    def add(self, *, weighed: bool) -> Iterator[None]:
        """Measure one more round."""
        if weighed:
            with counting() as bill:
                yield
            self.bills.append(bill)
        else:
            with timing() as taken:
                yield
            self.ms += taken

    def line(self) -> str:
        """Return a row of means, and the median of the milliseconds."""
        names = (("calls", 7), ("items", 7), ("write_units", 13), ("read_units", 12))
        means = (f"{statistics.fmean(getattr(bill, name) for bill in self.bills):{w}.1f}" for name, w in names)
        return "".join(means) + f"{statistics.median(self.ms):7.1f}"


def costs_of(service_id: str, doctors: tuple[int, int], rounds: int, layout: Layout) -> dict[str, OperationCosts]:
    """Return the costs of each operation: patients use the first doctor, members the second."""
    costs: dict[str, OperationCosts] = defaultdict(OperationCosts)
    with layout():
        for number in range(rounds):
            _visit(costs, service_id, doctors, number)
    return costs


def _visit(costs: dict[str, OperationCosts], service_id: str, doctors: tuple[int, int], number: int) -> None:
    start, patients, members = FIRST + number * LASTS, *(doctor(one) for one in doctors)
    weighed = number % 4 < 2
    with costs["hold"].add(weighed=weighed):
        held = holds.create_hold(TENANT, HoldForm(service_id, patients, start), clock=lambda: NOW)
    form = BookingForm(held.hold_id, held.hold_token, PATIENT, "First visit")
    with costs["book"].add(weighed=weighed):
        token = bookings.book(TENANT, form, new_id(), clock=lambda: NOW)["manageToken"]
    with costs["reschedule"].add(weighed=weighed):
        self_service.reschedule_booking(token, RescheduleForm(start + _FAR), clock=lambda: NOW)
    if number % 2:
        with costs["cancel"].add(weighed=weighed):
            self_service.cancel_booking(token, clock=lambda: NOW)
    entry = AppointmentForm(members, service_id, PATIENT, start + 2 * _FAR, notes="First visit")
    with costs["enter as staff"].add(weighed=weighed):
        creation.create(MEMBER, entry, clock=lambda: NOW)
