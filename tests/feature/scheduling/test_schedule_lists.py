"""Pages of doctors, services and resources."""

import pytest

from tests.app_client.practice import Practice

PATHS = ["/doctors", "/services", "/resources"]
# Not in order, and two of one name.
NAMES = ["Cobalt", "amber", "Basil", "Basil", "Dune"]


@pytest.fixture
def full_practice(practice: Practice) -> Practice:
    """Return a practice with some entries in each list."""
    for name in NAMES:
        practice.admin.post("/doctors", {"name": name, "timeZone": "Europe/Lisbon"})
        practice.admin.post("/services", {"name": name, "durationMinutes": 30})
        practice.admin.post("/resources", {"name": name})
    return practice


def pages(practice: Practice, path: str, query: str) -> list[list[str]]:
    """Return the ids on each page, until the last."""
    found, cursor = [], ""
    while True:
        page = practice.admin.get(f"{path}?{query}{cursor}")
        found.append([item["id"] for item in page["items"]])
        if page["nextCursor"] is None:
            return found
        cursor = f"&cursor={page['nextCursor']}"


def cursor_of(practice: Practice, path: str, query: str = "limit=1") -> str:
    cursor = practice.admin.get(f"{path}?{query}")["nextCursor"]
    assert isinstance(cursor, str)
    return cursor


def rejected_field(practice: Practice, path: str) -> str:
    response = practice.admin.get(path)
    assert (response.status, response.code) == (422, "VALIDATION"), response.body
    (error,) = response["errors"]
    return str(error["field"])


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 500])
@pytest.mark.parametrize("path", PATHS)
def test_schedule_list_is_paged_by_name(full_practice: Practice, path: str, limit: int) -> None:
    everything = full_practice.admin.get(path)
    ids = [item["id"] for item in everything["items"]]

    found = pages(full_practice, path, f"limit={limit}")

    names = [item["name"] for item in everything["items"]]
    assert (names, everything["nextCursor"]) == (sorted(names), None)
    assert {*NAMES} <= {*names}
    assert [each for page in found for each in page] == ids
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert 0 < len(found[-1]) <= limit


@pytest.mark.parametrize("path", PATHS)
def test_schedule_list_archived_entries_are_paged_too(full_practice: Practice, path: str) -> None:
    first = full_practice.admin.get(path)["items"][0]["id"]
    full_practice.admin.delete(f"{path}/{first}")

    present = [each for page in pages(full_practice, path, "limit=2") for each in page]
    everything = [each for page in pages(full_practice, path, "limit=2&archived=true") for each in page]

    assert first not in present
    assert everything == [first, *present]


@pytest.mark.parametrize("path", PATHS)
def test_schedule_list_cursor_survives_archiving_its_entry(full_practice: Practice, path: str) -> None:
    ids = [item["id"] for item in full_practice.admin.get(path)["items"]]
    cursor = cursor_of(full_practice, path, "limit=2")

    full_practice.admin.delete(f"{path}/{ids[1]}")

    assert [item["id"] for item in full_practice.admin.get(f"{path}?cursor={cursor}")["items"]] == ids[2:]


@pytest.mark.parametrize("path", PATHS)
def test_schedule_list_cursor_survives_renaming_its_entry(full_practice: Practice, path: str) -> None:
    ids = [item["id"] for item in full_practice.admin.get(path)["items"]]
    cursor = cursor_of(full_practice, path, "limit=2")

    assert full_practice.admin.patch(f"{path}/{ids[1]}", {"name": "zebra"}).status == 200

    assert [item["id"] for item in full_practice.admin.get(f"{path}?cursor={cursor}")["items"]] == [
        *ids[2:],
        ids[1],
    ]


@pytest.mark.parametrize("path", PATHS)
def test_schedule_list_longest_names_have_cursors(practice: Practice, path: str) -> None:
    required: dict[str, dict[str, object]] = {
        "/doctors": {"timeZone": "Europe/Lisbon"},
        "/services": {"durationMinutes": 30},
        "/resources": {},
    }
    for letter in "ab":
        practice.admin.post(path, {"name": letter + "\U0001f9b7" * 199, **required[path]})

    found = pages(practice, path, "limit=1")

    assert len([each for page in found for each in page]) == len(practice.admin.get(path)["items"])


@pytest.mark.parametrize("path", PATHS)
def test_schedule_list_foreign_cursor_is_rejected(full_practice: Practice, path: str) -> None:
    full_practice.adds_member("Alice")
    other = Practice("Hillside Clinic")
    for name in ("Basil", "Cobalt"):
        other.admin.post("/resources", {"name": name})
        other.admin.post("/doctors", {"name": name, "timeZone": "UTC"})
        other.admin.post("/services", {"name": name, "durationMinutes": 30})
    foreign = [
        *(cursor_of(full_practice, each) for each in PATHS if each != path),
        cursor_of(full_practice, path, "limit=1&archived=true"),
        cursor_of(other, path),
        cursor_of(full_practice, "/users"),
        "nonsense",
        "e30=",
    ]

    assert {rejected_field(full_practice, f"{path}?cursor={cursor}") for cursor in foreign} == {"cursor"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("limit", ["0", "501", "many"])
def test_schedule_list_invalid_limit_is_rejected(practice: Practice, path: str, limit: str) -> None:
    assert rejected_field(practice, f"{path}?limit={limit}") == "limit"
