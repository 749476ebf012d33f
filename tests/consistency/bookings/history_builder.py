"""Builds a valid history by hand, for the checker's own tests."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory
from tests.consistency.bookings.hour_buckets import Allocation, Cell, Span, instant_of, ms_of
from tests.consistency.bookings.tenant import OfferedService
from tests.consistency.harness.history import Write
from tests.consistency.harness.operation_log import LoggedOperation, Outcome
from tests.consistency.table_reader import Fields

MORNING = datetime.fromisoformat("2030-01-07T09:00:00+00:00")
HOLD_MS = 30_000
VISIT, SCAN = OfferedService("visit", 30, 0, 5), OfferedService("scan", 30, 10, 0, (("r1", "r2"),))
SERVICES = {"visit": VISIT, "scan": SCAN}
_STEP = 100
_TENANT = "TENANT#t#"


def at(minutes: int) -> str:
    """Return the instant so long after nine, as it is stored."""
    return f"{MORNING + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class HistoryBuilder:
    """Items, writes and operations so far. Each write belongs to the operation that is added next."""

    items: dict[tuple[str, str], Fields] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    operations: list[LoggedOperation] = field(default_factory=list)
    at_close: list[Fields] = field(default_factory=list)
    clock: int = 1_000_000

    @property
    def now(self) -> int:
        """The instant of the next operation, by the machine's own clock."""
        return (len(self.operations) + 1) * _STEP

    def operation(self, client: str, kind: str, response: Fields, outcome: Outcome = "ok", **request: Any) -> None:
        """Add an operation, to which the writes since the last one belong."""
        owner = request.get("appointmentId", "*")
        began = self.now
        number = len(self.operations)
        entry = LoggedOperation(
            client, number, kind, owner, request, self.clock, 0, began, began + _STEP - 1, outcome, response
        )
        self.operations.append(entry)
        self.clock += 1000

    def write(self, owner: str, kind: str, **fields: Any) -> None:
        """Write an item. None removes a field."""
        key = f"{_TENANT}{owner}", kind
        old = self.items.get(key, {})
        new = {"pk": key[0], "sk": kind, **old, **fields}
        self.items[key] = {name: value for name, value in new.items() if value is not None}
        began = self.now
        self.writes.append(Write(len(self.writes), old, self.items[key], None, began, began + _STEP - 1))

    def hold(self, hold_id: str, minutes: int, service: OfferedService = VISIT) -> None:
        """Write a hold and its cells."""
        allocation, start = allocation_at(minutes, service), MORNING + timedelta(minutes=minutes)
        until, end = self.clock + HOLD_MS, start + timedelta(minutes=service.minutes)
        self.write(
            f"HOLD#{hold_id}", "HOLD", doctorId="d1", serviceId=service.id, state="held", expiresAt=until,
            start=ms_of(start), end=ms_of(end), occupies=stored_allocation(allocation),
        )  # fmt: skip
        self.take_cells(allocation, Cell(hold_id, ms_of(start), ms_of(end), until))

    def appointment(
        self, name: str, version: int, minutes: int, by: str, service: OfferedService = VISIT, **more: Any
    ) -> None:
        """Write an appointment's version with its revision, and its cells if it is active."""
        owner, start = f"APPOINTMENT#{name}", MORNING + timedelta(minutes=minutes)
        end = start + timedelta(minutes=service.minutes)
        fields = {
            "doctorId": "d1", "serviceId": service.id, "status": "confirmed", "notes": "",
            "startsAt": at(minutes), "endsAt": f"{end:%Y-%m-%dT%H:%M:%SZ}", **more,
        }  # fmt: skip
        allocation = allocation_at(minutes, service) if fields["status"] in ACTIVE else None
        updated = instant_of(self.clock).isoformat()
        occupies = stored_allocation(allocation) if allocation else None
        self.write(owner, "APPOINTMENT", version=version, updatedAt=updated, occupies=occupies, **fields)
        self.write(owner, f"REVISION#{version:012d}", version=version, changes=fields, savedBy={"userId": by})
        if allocation:
            self.take_cells(allocation, Cell(name, ms_of(start), ms_of(end), None))

    def take_cells(self, allocation: Allocation, cell: Cell) -> None:
        """Write cells; their earlier owner loses them."""
        until = {} if cell.until is None else {"until": cell.until}
        value = {"by": cell.by, "start": cell.start, "end": cell.end, **until}
        self._write_cells(allocation, value)

    def free_cells(self, allocation: Allocation) -> None:
        """Remove cells."""
        self._write_cells(allocation, None)

    def _write_cells(self, allocation: Allocation, value: Fields | None) -> None:
        hours: dict[tuple[str, str], Fields] = {}
        for owner, begins in allocation.cells():
            hours.setdefault((owner, f"HOUR#{begins:%Y-%m-%dT%H}"), {})[f"c{begins:%M}"] = value
        for (owner, hour), cells in sorted(hours.items()):
            self.write(f"TIME#{owner}", hour, **cells)

    def build(self) -> BookingHistory:
        """Return the history."""
        return BookingHistory(
            SERVICES, HOLD_MS, self.writes, self.operations, self.at_close, list(self.items.values())
        )


def allocation_at(minutes: int, service: OfferedService = VISIT) -> Allocation:
    """Return the allocation of a service at that time, with the only doctor and the first room."""
    start = MORNING + timedelta(minutes=minutes)
    span = Span(
        start - timedelta(minutes=service.before), start + timedelta(minutes=service.minutes + service.after)
    )
    return Allocation(span, ("DOCTOR#d1", *(["RESOURCE#r1"] if service.needs else [])))


def stored_allocation(allocation: Allocation) -> str:
    """Return the allocation as items store it."""
    return json.dumps({"span": [each.isoformat() for each in allocation.span], "owners": allocation.owners})


def conflict(minutes: int, until: int, state: str, appointment_id: str | None = None) -> Fields:
    """Return a conflict in the doctor's time."""
    start, end = (ms_of(MORNING + timedelta(minutes=each)) for each in (minutes, until))
    return {"owner": "DOCTOR#d1", "start": start, "end": end, "state": state, "appointmentId": appointment_id}


def valid_history() -> BookingHistory:
    """Return a history with each kind of operation, without a violation."""
    builder = HistoryBuilder()
    request: Fields = {"doctorId": "d1", "serviceId": "visit", "start": at(0)}
    builder.hold("H1", 0)
    builder.operation("anna", "hold", {"holdId": "H1", "until": builder.clock + HOLD_MS}, **request, draws="H1")
    response = {"code": "SLOT_TAKEN", "collided": [conflict(15, 35, "held")]}
    builder.operation("ben", "hold", response, "rejected", **{**request, "start": at(15)}, draws="H2")
    _anna_books_and_reschedules(builder)
    builder.appointment("D1", 1, 60, "dana", SCAN)
    asked_of_dana: Fields = {"doctorId": "d1", "serviceId": "scan", "start": at(60)}
    builder.operation("dana", "create", {"appointmentId": "D1", "version": 1}, **asked_of_dana, draws="D1")
    response = {"code": "SLOT_TAKEN", "collided": [conflict(50, 90, "booked", "D1")]}
    builder.operation("carl", "create", response, "rejected", **{**asked_of_dana, "start": at(50)}, draws="C1")
    builder.appointment("D1", 2, 60, "dana", SCAN, notes="seen")
    saves = [{"version": 1, "notes": "seen"}]
    builder.operation("dana", "save", {"saves": [{"version": 2}]}, appointmentId="D1", saves=saves)
    builder.operation("dana", "save", {"code": "VERSION_MISMATCH"}, "rejected", appointmentId="D1", saves=saves)
    _holds_expire(builder)
    return builder.build()


def _anna_books_and_reschedules(builder: HistoryBuilder) -> None:
    digest = hashlib.sha256(b"key").hexdigest()
    builder.appointment("A1", 1, 0, "patient", notes="H1")
    builder.write(f"IDEMPOTENCY#{digest}", "IDEMPOTENCY", answer=json.dumps({"appointment": {"id": "A1"}}))
    builder.write("HOLD#H1", "HOLD", state="booked")
    responses = {"responses": [{"appointmentId": "A1", "startsAt": at(0)}]}
    builder.operation("anna", "book", responses, holdId="H1", key="key", draws=["A1"], notes="H1")
    builder.operation("anna", "book", responses, holdId="H1", key="key", draws=["A2"], notes="H1")
    builder.operation("anna", "release", {"code": "HOLD_EXPIRED"}, "rejected", holdId="H1")
    builder.free_cells(allocation_at(0))
    builder.appointment("A1", 2, 120, "patient", notes="H1")
    response = {"appointmentId": "A1", "version": 2, "startsAt": at(120), "doctorId": "d1"}
    builder.operation("anna", "reschedule", response, appointmentId="A1", start=at(120), doctorId=None)
    builder.free_cells(allocation_at(120))
    builder.appointment("A1", 3, 120, "patient", notes="H1", status="cancelled")
    response = {"appointmentId": "A1", "version": 3, "status": "cancelled"}
    builder.operation("anna", "cancel by patient", response, appointmentId="A1")


def _holds_expire(builder: HistoryBuilder) -> None:
    """Ben's hold expires and Carl takes its time; Carl's expires too. Ella releases hers."""
    request: Fields = {"doctorId": "d1", "serviceId": "visit", "start": at(0)}
    builder.hold("B1", 0)
    builder.operation("ben", "hold", {"holdId": "B1", "until": builder.clock + HOLD_MS}, **request, draws="B1")
    builder.clock += HOLD_MS
    builder.hold("C2", 0)
    builder.operation("carl", "hold", {"holdId": "C2", "until": builder.clock + HOLD_MS}, **request, draws="C2")
    builder.operation(
        "ben", "book", {"code": "HOLD_EXPIRED"}, "rejected", holdId="B1", key="b", draws=["B2"], notes="B1"
    )
    builder.hold("E1", 180)
    builder.operation(
        "ella",
        "hold",
        {"holdId": "E1", "until": builder.clock + HOLD_MS},
        **{**request, "start": at(180)},
        draws="E1",
    )
    builder.write("HOLD#E1", "HOLD", state="released")
    builder.free_cells(allocation_at(180))
    builder.operation("ella", "release", {}, holdId="E1")
    builder.write("HOLD#B1", "HOLD", state="lapsed")
    builder.at_close = [dict(item) for item in builder.items.values()]
    builder.write("HOLD#C2", "HOLD", state="lapsed")
    builder.free_cells(allocation_at(0))
