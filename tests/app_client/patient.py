"""A patient, who books at the public page of a practice."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.clock import rfc3339, utc_now
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response

_numbers = itertools.count(1)


@dataclass
class Patient:
    """A patient with the ids and tokens that the public page returned."""

    practice: Practice
    name: str = "Marta Nunes"
    email: str = field(default_factory=lambda: f"patient{next(_numbers)}@patients.test")
    hold_id: str = "none"
    hold_token: str = "none"
    manage_token: str = "none"

    @property
    def page(self) -> str:
        """The path of the practice's public page."""
        return f"/public/{self.practice.tenant.slug}"

    def opens_page(self) -> Response:
        """Open the page."""
        return send("GET", self.page)

    def searches(self, **query: object) -> Response:
        """Search free times of the practice's service."""
        wanted = {"serviceId": self.practice.service_id, **query}
        return send("GET", f"{self.page}/availability?" + "&".join(f"{name}={wanted[name]}" for name in wanted))

    def finds_starts(self, **query: object) -> list[str]:
        """Return the offered starts."""
        found = self.searches(**query)
        assert found.status == 200, found.body
        return [slot["start"] for slot in found["slots"]]

    def holds(self, start: str | datetime, **fields: object) -> Response:
        """Hold a time."""
        body = {
            "serviceId": self.practice.service_id,
            "doctorId": self.practice.doctor_id,
            "start": start if isinstance(start, str) else rfc3339(start),
            **fields,
        }
        answer = send("POST", f"{self.page}/holds", body)
        if answer.status == 201:
            self.hold_id, self.hold_token = answer["holdId"], answer["holdToken"]
        return answer

    def releases_hold(self) -> Response:
        """Release the hold."""
        return send("DELETE", f"{self.page}/holds/{self.hold_id}", {"holdToken": self.hold_token})

    def books(self, key: str | None = None, **fields: object) -> Response:
        """Book the hold."""
        body = {
            "holdId": self.hold_id,
            "holdToken": self.hold_token,
            "patient": {"name": self.name, "email": self.email},
            **fields,
        }
        answer = send("POST", f"{self.page}/bookings", body, {"Idempotency-Key": key} if key else None)
        if answer.status == 201:
            self.manage_token = answer["manageToken"]
        return answer

    def holds_and_books(self, start: str | datetime, **fields: object) -> Any:
        """Hold and book a time; return the appointment."""
        held = self.holds(start, **fields)
        assert held.status == 201, held.body
        booked = self.books()
        assert booked.status == 201, booked.body
        return booked["appointment"]

    def opens_booking(self) -> Response:
        """Open the booking's page."""
        return send("GET", f"/public/bookings/{self.manage_token}")

    def reschedules(self, start: str | datetime, **fields: object) -> Response:
        """Reschedule the booking."""
        body = {"start": start if isinstance(start, str) else rfc3339(start), **fields}
        return send("POST", f"/public/bookings/{self.manage_token}/reschedule", body)

    def cancels(self, **fields: object) -> Response:
        """Cancel the booking."""
        return send("POST", f"/public/bookings/{self.manage_token}/cancel", fields)

    def calendar_file(self) -> Response:
        """Fetch the calendar file."""
        return send("GET", f"/public/bookings/{self.manage_token}/calendar.ics")


def next_monday(hour: int = 0, minute: int = 0) -> datetime:
    """Return a Monday at least a week from now, at this hour in UTC."""
    today = utc_now().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today + timedelta(days=14 - today.weekday())


def sets_working_hours(practice: Practice, **fields: object) -> Practice:
    """Set the doctor's working hours: by default Monday to Friday, nine to five, in UTC."""
    hours = [{"weekday": day, "start": "09:00", "end": "17:00"} for day in range(1, 6)]
    changes = {"timeZone": "UTC", "workingHours": hours, **fields}
    answer = practice.admin.patch(f"/doctors/{practice.doctor_id}", changes)
    assert answer.status == 200, json.dumps(answer.body)
    return practice
