"""Which starts can be offered: pure functions from rules, zone and occupied time to slots."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.shape import Shape
from chalicelib.scheduling.model.practice import BookingRules, Doctor, Service
from chalicelib.scheduling.model.span import Span


@dataclass(frozen=True, slots=True)
class Slot(Shape):
    """A start that is offered with one doctor, and the end that it leads to, both without buffers."""

    doctor_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """One doctor with one service, and what is occupied.

    `busy` is the doctor's occupied time, the buffers of what occupies it included, in any order. `needs` has for
    each thing that the service needs the occupied time of each candidate, of which one must be free.
    """

    doctor: Doctor
    service: Service
    rules: BookingRules
    busy: Sequence[Span] = ()
    needs: Sequence[Sequence[Sequence[Span]]] = ()


def working_time(doctor: Doctor, within: Span) -> list[Span]:
    """When a doctor works within a stretch of time, breaks and exceptions applied; in order, apart, half-open."""
    raise NotImplementedError


def slots(offer: Offer, within: Span, now: datetime) -> Iterator[Slot]:
    """The slots that start in `within`, in order of time."""
    raise NotImplementedError


def in_order(several: Iterable[Iterator[Slot]]) -> Iterator[Slot]:
    """The slots of several doctors in one order of time."""
    raise NotImplementedError


def is_offered(offer: Offer, start: datetime, now: datetime) -> bool:
    """Whether a slot with this very start is offered."""
    raise NotImplementedError
