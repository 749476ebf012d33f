"""The demo practice's day, which must be bookable in the product itself."""

import random
from datetime import UTC, datetime, time
from itertools import pairwise

from chalicelib.scheduling.model.service import Service
from infra.demo import DOCTORS, NEEDS, RESOURCES, SERVICES, WORKDAY, consecutive_visits

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def test_demo_appointments_do_not_overlap_with_buffers() -> None:
    services = [
        Service(
            form.name,
            form.name,
            form.duration_minutes,
            form.buffer_before_minutes,
            form.buffer_after_minutes,
            form.price,
            form.color,
        )
        for form in SERVICES
    ]
    chance = random.Random(1)  # noqa: S311 - the same days in every run
    for opens, closes in WORKDAY * 50:
        booked = list(consecutive_visits(services, chance, _at(opens), _at(closes)))

        assert len(booked) >= 2
        assert all(start.minute % 15 == 0 for _, start in booked)
        taken = [service.occupied_span(start) for service, start in booked]
        assert all(before.end <= after.start for before, after in pairwise(taken))


def test_demo_service_with_resources_has_one_doctor() -> None:
    """So no two doctors need the same room at the same time."""
    names = {name for name, _ in RESOURCES}
    for service, needs in NEEDS.items():
        assert {name for any_of in needs for name in any_of} <= names
        assert len([offered for _, _, _, offered in DOCTORS if service in offered]) == 1


def _at(wall: time) -> datetime:
    return datetime.combine(DAY, wall, UTC)
