"""The cost of a busy day: its calculation, and its tables in the guide."""

from dataclasses import replace

import pytest

from infra.paths import ROOT
from tests.benchmarks.busy_day import (
    OPERATION_GROUPS,
    POLLS_A_DAY,
    Day,
    Usage,
    pointing_together,
    tables,
    times_of,
    usage_of_day,
    usage_of_operations,
)
from tests.benchmarks.operations import OPERATIONS


def test_each_operation_is_used_and_in_one_group() -> None:
    grouped = [name for names in OPERATION_GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(times_of(Day())) == sorted(OPERATIONS)


def test_cost_of_groups_adds_up() -> None:
    day = Day()
    parts = sum((usage_of_operations(names, day).dollars for names in OPERATION_GROUPS.values()), 0.0)
    standing = Usage(
        connection_minutes=day.members * 480, queue_requests=POLLS_A_DAY, fifo_requests=POLLS_A_DAY
    ).dollars
    assert usage_of_day(day).dollars == pytest.approx(parts + standing)


def test_cost_grows_with_tenants_and_square_of_their_size() -> None:
    apart = [usage_of_day(Day(members=members)).websocket_messages for members in (1_000, 10_000)]
    assert apart[1] == pytest.approx(10 * apart[0])
    saves = [
        usage_of_operations(
            ["save"], replace(Day(), members=members, members_of_a_practice=members)
        ).websocket_messages
        for members in (1_000, 10_000)
    ]
    assert saves[1] == pytest.approx(100 * saves[0], rel=0.01)


def test_pointer_cost_grows_with_square_of_members() -> None:
    messages = [pointing_together(people, Day()).websocket_messages for people in (2, 4)]
    assert messages[1] == pytest.approx(4 * messages[0])


def test_guide_equals_the_busy_day_tables() -> None:
    guide = (ROOT / "docs" / "guide" / "costs.md").read_text()
    for table in tables().split("\n\n"):
        assert table in guide, "python -m tests.benchmarks.busy_day"
