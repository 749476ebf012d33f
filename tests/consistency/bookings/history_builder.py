"""A record made up by hand, for the checker's own tests: one thing happens after another, by all clocks."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory
from tests.consistency.bookings.hour_buckets import Allocation, Cell, Span, instant_of, ms_of
from tests.consistency.bookings.tenant import OfferedService
from tests.consistency.faults.item_history import Write
from tests.consistency.faults.operation_log import LoggedOperation, Outcome
from tests.consistency.table_reader import Fields

MORNING = datetime.fromisoformat("2030-01-07T09:00:00+00:00")
HOLD_MS = 30_000
VISIT, SCAN = OfferedService("visit", 30, 0, 5), OfferedService("scan", 30, 10, 0, (("r1", "r2"),))
SERVICES = {"visit": VISIT, "scan": SCAN}
_STEP = 100
_TENANT = "TENANT#t#"


def at(minutes: int) -> str:
    """So long after nine, as it is stored."""
    return f"{MORNING + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class HistoryBuilder:
    """The store, and what has happened so far. Whatever is written belongs to the operation that is told next."""

    items: dict[tuple[str, str], Fields] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    operations: list[LoggedOperation] = field(default_factory=list)
    at_close: list[Fields] = field(default_factory=list)
    clock: int = 1_000_000

    @property
    def now(self) -> int:
        """The instant of the operation that is told next, by the machine's own clock."""
        return (len(self.operations) + 1) * _STEP

    def operation(self, who: str, kind: str, told: Fields, outcome: Outcome = "done", **asked: Any) -> None:
        """Somebody does something; what was written since the last one is theirs."""
        owner = asked.get("appointmentId", "*")
        began = self.now
        number = len(self.operations)
        entry = LoggedOperation(
            who, number, kind, owner, asked, self.clock, 0, began, began + _STEP - 1, outcome, told
        )
        self.operations.append(entry)
        self.clock += 1000

    def write(self, owner: str, kind: str, **fields: Any) -> None:
        """Write an item. None takes a field away."""
        key = f"{_TENANT}{owner}", kind
        old = self.items.get(key, {})
        new = {"pk": key[0], "sk": kind, **old, **fields}
        self.items[key] = {name: value for name, value in new.items() if value is not None}
        began = self.now
        self.writes.append(Write(len(self.writes), old, self.items[key], None, began, began + _STEP - 1))

    def hold(self, hold_id: str, minutes: int, service: OfferedService = VISIT) -> None:
        """A hold and its cells."""
        said, start = allocation(minutes, service), MORNING + timedelta(minutes=minutes)
        until, end = self.clock + HOLD_MS, start + timedelta(minutes=service.minutes)
        self.write(
            f"HOLD#{hold_id}", "HOLD", doctorId="d1", serviceId=service.id, state="held", expiresAt=until,
            start=ms_of(start), end=ms_of(end), occupies=stored_allocation(said),
        )  # fmt: skip
        self.take_cells(said, Cell(hold_id, ms_of(start), ms_of(end), until))

    def appointment(
        self, name: str, version: int, minutes: int, by: str, service: OfferedService = VISIT, **more: Any
    ) -> None:
        """An appointment's version with its revision; it takes its cells if it is active."""
        owner, start = f"APPOINTMENT#{name}", MORNING + timedelta(minutes=minutes)
        end = start + timedelta(minutes=service.minutes)
        fields = {
            "doctorId": "d1", "serviceId": service.id, "status": "confirmed", "notes": "",
            "startsAt": at(minutes), "endsAt": f"{end:%Y-%m-%dT%H:%M:%SZ}", **more,
        }  # fmt: skip
        said = allocation(minutes, service) if fields["status"] in ACTIVE else None
        updated = instant_of(self.clock).isoformat()
        occupies = stored_allocation(said) if said else None
        self.write(owner, "APPOINTMENT", version=version, updatedAt=updated, occupies=occupies, **fields)
        self.write(owner, f"REVISION#{version:012d}", version=version, changes=fields, savedBy={"userId": by})
        if said:
            self.take_cells(said, Cell(name, ms_of(start), ms_of(end), None))

    def take_cells(self, said: Allocation, cell: Cell) -> None:
        """Write the cells; what had them loses them."""
        until = {} if cell.until is None else {"until": cell.until}
        value = {"by": cell.by, "start": cell.start, "end": cell.end, **until}
        self._write_cells(said, value)

    def free_cells(self, said: Allocation) -> None:
        """Take the cells away."""
        self._write_cells(said, None)

    def _write_cells(self, said: Allocation, value: Fields | None) -> None:
        hours: dict[tuple[str, str], Fields] = {}
        for owner, begins in said.cells():
            hours.setdefault((owner, f"HOUR#{begins:%Y-%m-%dT%H}"), {})[f"c{begins:%M}"] = value
        for (owner, hour), cells in sorted(hours.items()):
            self.write(f"TIME#{owner}", hour, **cells)

    def build(self) -> BookingHistory:
        """The record of it all."""
        return BookingHistory(
            SERVICES, HOLD_MS, self.writes, self.operations, self.at_close, list(self.items.values())
        )


def allocation(minutes: int, service: OfferedService = VISIT) -> Allocation:
    """What a service at that time occupies, of the one doctor and the first room."""
    start = MORNING + timedelta(minutes=minutes)
    span = Span(
        start - timedelta(minutes=service.before), start + timedelta(minutes=service.minutes + service.after)
    )
    return Allocation(span, ("DOCTOR#d1", *(["RESOURCE#r1"] if service.needs else [])))


def stored_allocation(said: Allocation) -> str:
    """As items keep it."""
    return json.dumps({"span": [each.isoformat() for each in said.span], "owners": said.owners})


def conflict(minutes: int, until: int, state: str, appointment_id: str | None = None) -> Fields:
    """A collision at the doctor."""
    start, end = (ms_of(MORNING + timedelta(minutes=each)) for each in (minutes, until))
    return {"owner": "DOCTOR#d1", "start": start, "end": end, "state": state, "appointmentId": appointment_id}


def valid_history() -> BookingHistory:
    """Everything that the checker looks at, once, and as it should be."""
    tale = HistoryBuilder()
    asked: Fields = {"doctorId": "d1", "serviceId": "visit", "start": at(0)}
    tale.hold("H1", 0)
    tale.operation("anna", "hold", {"holdId": "H1", "until": tale.clock + HOLD_MS}, **asked, draws="H1")
    told = {"code": "SLOT_TAKEN", "collided": [conflict(15, 35, "held")]}
    tale.operation("ben", "hold", told, "refused", **{**asked, "start": at(15)}, draws="H2")
    _anna_books_and_reschedules(tale)
    tale.appointment("D1", 1, 60, "dana", SCAN)
    asked_of_dana: Fields = {"doctorId": "d1", "serviceId": "scan", "start": at(60)}
    tale.operation("dana", "enter", {"appointmentId": "D1", "version": 1}, **asked_of_dana, draws="D1")
    told = {"code": "SLOT_TAKEN", "collided": [conflict(50, 90, "booked", "D1")]}
    tale.operation("carl", "enter", told, "refused", **{**asked_of_dana, "start": at(50)}, draws="C1")
    tale.appointment("D1", 2, 60, "dana", SCAN, notes="seen")
    saves = [{"version": 1, "notes": "seen"}]
    tale.operation("dana", "save", {"saves": [{"version": 2}]}, appointmentId="D1", saves=saves)
    tale.operation("dana", "save", {"code": "VERSION_MISMATCH"}, "refused", appointmentId="D1", saves=saves)
    _holds_expire(tale)
    return tale.build()


def _anna_books_and_reschedules(tale: HistoryBuilder) -> None:
    digest = hashlib.sha256(b"key").hexdigest()
    tale.appointment("A1", 1, 0, "patient", notes="H1")
    tale.write(f"IDEMPOTENCY#{digest}", "IDEMPOTENCY", answer=json.dumps({"appointment": {"id": "A1"}}))
    tale.write("HOLD#H1", "HOLD", state="booked")
    answers = {"answers": [{"appointmentId": "A1", "startsAt": at(0)}]}
    tale.operation("anna", "book", answers, holdId="H1", key="key", draws=["A1"], notes="H1")
    tale.operation("anna", "book", answers, holdId="H1", key="key", draws=["A2"], notes="H1")
    tale.operation("anna", "release", {"code": "HOLD_EXPIRED"}, "refused", holdId="H1")
    tale.free_cells(allocation(0))
    tale.appointment("A1", 2, 120, "patient", notes="H1")
    told = {"appointmentId": "A1", "version": 2, "startsAt": at(120), "doctorId": "d1"}
    tale.operation("anna", "reschedule", told, appointmentId="A1", start=at(120), doctorId=None)
    tale.free_cells(allocation(120))
    tale.appointment("A1", 3, 120, "patient", notes="H1", status="cancelled")
    told = {"appointmentId": "A1", "version": 3, "status": "cancelled"}
    tale.operation("anna", "cancel by patient", told, appointmentId="A1")


def _holds_expire(tale: HistoryBuilder) -> None:
    """Ben's lapses, and Carl takes over what he had; Carl's lapses too. Ella goes back."""
    asked: Fields = {"doctorId": "d1", "serviceId": "visit", "start": at(0)}
    tale.hold("B1", 0)
    tale.operation("ben", "hold", {"holdId": "B1", "until": tale.clock + HOLD_MS}, **asked, draws="B1")
    tale.clock += HOLD_MS
    tale.hold("C2", 0)
    tale.operation("carl", "hold", {"holdId": "C2", "until": tale.clock + HOLD_MS}, **asked, draws="C2")
    tale.operation(
        "ben", "book", {"code": "HOLD_EXPIRED"}, "refused", holdId="B1", key="b", draws=["B2"], notes="B1"
    )
    tale.hold("E1", 180)
    tale.operation(
        "ella", "hold", {"holdId": "E1", "until": tale.clock + HOLD_MS}, **{**asked, "start": at(180)}, draws="E1"
    )
    tale.write("HOLD#E1", "HOLD", state="released")
    tale.free_cells(allocation(180))
    tale.operation("ella", "release", {}, holdId="E1")
    tale.write("HOLD#B1", "HOLD", state="lapsed")
    tale.at_close = [dict(item) for item in tale.items.values()]
    tale.write("HOLD#C2", "HOLD", state="lapsed")
    tale.free_cells(allocation(0))
