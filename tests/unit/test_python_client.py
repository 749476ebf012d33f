"""The example client's rules, and that its frames are the server's."""

import random
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.realtime.frames import COMMANDS, FRAMES
from holdfast_client import Command, Event, Timing, Versions, backoff_seconds


def typed_dicts(union: Any, mark: str) -> dict[str, set[str]]:
    """The fields of each frame of the client, by what its `type` or `action` may be."""
    return {
        name: set(get_type_hints(shape))
        for shape in get_args(union)
        for name in get_args(get_type_hints(shape)[mark])
    }


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))


def test_every_frame_of_the_server_is_typed_with_all_its_fields() -> None:
    served = {
        name: {camel(field.name) for field in fields(frame)}
        for frame in FRAMES
        for name in get_args(get_type_hints(frame)["type"])
    }
    assert typed_dicts(Event, "type") == served


def test_every_command_is_typed_with_all_its_fields() -> None:
    taken = {action: {camel(field.name) for field in fields(shape)} for action, shape in COMMANDS.items()}
    assert typed_dicts(Command, "action") == taken


def lock_frame(version: int) -> dict[str, Any]:
    return {"type": "lock-update", "appointmentId": "a", "version": version, "lock": {"version": version}}


def snapshot(version: int, appointment_version: int) -> dict[str, Any]:
    return {**lock_frame(version), "type": "snapshot", "appointmentVersion": appointment_version}


def saved(version: int) -> dict[str, Any]:
    return {"type": "appointment-updated", "appointmentId": "a", "appointmentVersion": version}


numbers = st.integers(0, 9)
frames = st.lists(
    st.builds(lock_frame, numbers) | st.builds(snapshot, numbers, numbers) | st.builds(saved, numbers)
)


@given(frames)
def test_no_version_goes_back_and_the_newest_is_known(told: list[dict[str, Any]]) -> None:
    versions = Versions()
    accepted: list[Any] = [event for event in map(versions.accept, told) if event]
    for field in ("version", "appointmentVersion"):
        seen = [event[field] for event in accepted if field in event]
        assert seen == sorted(seen)
        assert max(seen, default=0) == max((frame[field] for frame in told if field in frame), default=0)
    assert all(event["lock"]["version"] == event["version"] for event in accepted if "lock" in event)


@pytest.mark.parametrize(
    "frame", [{"type": "from-the-future"}, {"type": "lock-free", "appointmentId": "a", "version": 0}]
)
def test_what_has_no_version_to_go_back_passes_as_it_is(frame: dict[str, Any]) -> None:
    versions = Versions()
    versions.accept(lock_frame(7))
    assert versions.accept(frame) == frame


def test_a_client_comes_back_after_a_quarter_of_a_second_to_ten() -> None:
    drawn = random.Random(4)  # noqa: S311 - a test's dice
    for failures in range(2000):
        seconds = backoff_seconds(failures, Timing(), drawn.uniform)
        assert 0.25 <= seconds <= min(10.0, 0.25 * 2.0 ** min(failures + 1, 16))
