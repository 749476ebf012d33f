"""The list of appointments: order, filters and pages."""

import pytest

from tests.app_client.member import Member
from tests.app_client.practice import Practice


def test_list_is_half_open_and_ordered_by_start(practice: Practice) -> None:
    days = [f"2026-03-0{day}T00:00:00Z" for day in (3, 1, 2)]
    for start in days:
        practice.creates_appointment(startsAt=start)

    answer = practice.admin.get("/appointments?from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z")

    starts = [item["startsAt"] for item in answer["items"]]
    assert starts == ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"]
    assert answer["nextCursor"] is None


def test_list_pages_join_without_gap_or_overlap(practice: Practice) -> None:
    ids = {practice.creates_appointment(startsAt="2026-03-01T09:00:00Z", status="cancelled") for _ in range(5)}

    seen: list[str] = []
    path = "/appointments?limit=2"
    while path:
        page = practice.admin.get(path)
        seen += [item["id"] for item in page["items"]]
        path = f"/appointments?limit=2&cursor={page['nextCursor']}" if page["nextCursor"] else ""

    assert len(seen) == len(ids)
    assert set(seen) == ids


def test_list_filter_reads_beyond_the_first_page(practice: Practice) -> None:
    for hour in range(10, 16):
        practice.creates_appointment(startsAt=f"2026-03-01T{hour}:00:00Z")
    wanted = practice.creates_appointment(startsAt="2026-03-01T17:00:00Z", status="pending")

    answer = practice.admin.get(f"/appointments?status=pending&limit=1&doctorId={practice.doctor_id}")

    assert [item["id"] for item in answer["items"]] == [wanted]
    assert answer["nextCursor"] is None


def test_cursor_of_another_practice_is_refused(practice: Practice) -> None:
    for hour in (9, 10):
        practice.creates_appointment(startsAt=f"2026-03-01T{hour:02}:00:00Z", status="cancelled")
    cursor = practice.admin.get("/appointments?limit=1")["nextCursor"]

    answer = Practice("Hillside Clinic").admin.get(f"/appointments?cursor={cursor}")

    assert (answer.status, answer.code) == (422, "VALIDATION")


FILTERS = [
    "from=2026-03-01T00:00:00Z",
    "to=2026-03-02T00:00:00Z",
    "status=cancelled",
    "doctorId={doctor_id}",
]


@pytest.mark.parametrize("query", FILTERS)
def test_cursor_is_bound_to_its_filters(practice: Practice, query: str) -> None:
    for hour in (9, 10, 11):
        practice.creates_appointment(startsAt=f"2026-03-01T{hour:02}:00:00Z", status="cancelled")
    filtered = query.format(doctor_id=practice.doctor_id)
    paths = ["/appointments?limit=1", f"/appointments?limit=1&{filtered}"]
    plain, bound = (practice.admin.get(path)["nextCursor"] for path in paths)

    mixed = [practice.admin.get(f"{paths[0]}&cursor={bound}"), practice.admin.get(f"{paths[1]}&cursor={plain}")]

    assert [(answer.status, answer["errors"][0]["field"]) for answer in mixed] == [(422, "cursor")] * 2
    assert practice.admin.get(f"{paths[1]}&cursor={bound}").status == 200


BAD_QUERIES = [
    "cursor=%21",
    "cursor=//8",
    "cursor=e30=",
    "limit=0",
    "limit=x",
    "from=yesterday",
    "colour=red",
    "from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_invalid_list_query_is_explained(alice: Member, query: str) -> None:
    answer = alice.get(f"/appointments?{query}")

    assert (answer.status, answer.code) == (422, "VALIDATION")


def test_list_shows_own_tenant_only(practice: Practice, appointment: str) -> None:
    del appointment
    assert Practice("Elsewhere").admin.get("/appointments")["items"] == []
    assert len(practice.admin.get("/appointments")["items"]) == 1
