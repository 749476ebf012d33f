"""Each act many times over, one visit after another, so that some lie in one hour and some in two."""

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
from tests.benchmarks.bookings.pricing import Bill, counting, timing
from tests.benchmarks.bookings.schedule import FIRST, LASTS, MEMBER, NOW, PATIENT, TENANT, doctor

_FAR = timedelta(days=30)
Layout = Callable[[], AbstractContextManager[None]]


@dataclass
class Costs:
    """Of one act: the bills of some rounds, and the milliseconds of the others."""

    bills: list[Bill] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    @contextmanager
    def add(self, *, weighed: bool) -> Iterator[None]:
        """Let the act be one more."""
        if weighed:
            with counting() as bill:
                yield
            self.bills.append(bill)
        else:
            with timing() as taken:
                yield
            self.ms += taken

    def line(self) -> str:
        """Means, and the median of the milliseconds."""
        names = (("calls", 7), ("items", 7), ("write_units", 13), ("read_units", 12))
        means = (f"{statistics.fmean(getattr(bill, name) for bill in self.bills):{w}.1f}" for name, w in names)
        return "".join(means) + f"{statistics.median(self.ms):7.1f}"


def costs_of(service_id: str, doctors: tuple[int, int], rounds: int, layout: Layout) -> dict[str, Costs]:
    """What each act takes; the patients' with the first doctor, the members' with the second."""
    costs: dict[str, Costs] = defaultdict(Costs)
    with layout():
        for number in range(rounds):
            _visit(costs, service_id, doctors, number)
    return costs


def _visit(costs: dict[str, Costs], service_id: str, doctors: tuple[int, int], number: int) -> None:
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
