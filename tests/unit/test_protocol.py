"""The protocol on paper: with two clients the design keeps every promise, and each of its conditions is needed."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

from chalicelib.locking import service, store
from chalicelib.locking.model import rules
from chalicelib.locking.store import conditional_updates
from docs.protocol.guards import DESIGN, Guards
from docs.protocol.promises import EVERY_LEASE_ENDS, PROMISES
from docs.protocol.search import search, steps
from docs.protocol.story import story
from docs.protocol.trials import BACKSTOPS, TRIALS, Trial

README = (Path(__file__).parents[2] / "docs/protocol/README.md").read_text()
TITLES = [trial.title for trial in (*TRIALS, *BACKSTOPS)]


def test_the_design_keeps_every_promise() -> None:
    found = search(2, DESIGN)

    print(f"{found.states:,} states")
    assert not found.broken
    assert found.states > 1000


@pytest.mark.parametrize("trial", [*TRIALS, *BACKSTOPS], ids=TITLES)
def test_each_condition_is_needed_for_what_it_is_said_to_be(trial: Trial) -> None:
    found = search(2, trial.guards, until=trial.breaks)

    assert found.broken >= trial.breaks
    assert bool(found.broken) == bool(trial.breaks)


def test_without_the_fence_a_loser_saves_under_the_new_holders_feet() -> None:
    (trial,) = [trial for trial in TRIALS if trial.title == "the save is not fenced"]

    assert story(search(2, trial.guards, until=trial.breaks), "holder is undisturbed") == [
        "A opens the appointment",
        "A acquires without an item",
        "B takes over",
        "A saves under a lock id that has ended",
        "B opens the appointment",
        "B saves",
    ]


def test_without_the_version_a_holder_overwrites_what_they_never_saw() -> None:
    (trial,) = [trial for trial in TRIALS if trial.title == "the save names no version"]

    assert story(search(2, trial.guards, until=trial.breaks), "overwrites nobody unseen") == [
        "A opens the appointment",
        "B opens the appointment",
        "A acquires without an item",
        "A saves",
        "B takes over",
        "B saves upon an older version",
    ]


def test_every_condition_has_a_trial() -> None:
    tried = {name for trial in TRIALS for name in _left_out(trial.guards)}

    assert tried == {field.name for field in fields(Guards)}


def test_every_promise_can_be_broken() -> None:
    assert {promise for trial in TRIALS for promise in trial.breaks} == {*PROMISES, EVERY_LEASE_ENDS}


def test_the_page_on_the_protocol_names_every_step_promise_and_trial() -> None:
    deeds = {step.deed for state in search(2, DESIGN).parents for step in steps(state, DESIGN)}

    assert [name for name in (*deeds, *PROMISES, EVERY_LEASE_ENDS, *TITLES) if name not in README] == []


def test_the_page_on_the_protocol_names_functions_that_are_there() -> None:
    named = set(re.findall(r"`(rules|quick|store|service)\.(\w+)`", README))
    rooms = {
        "rules": [rules],
        "quick": [conditional_updates],
        "store": modules_of(store),
        "service": modules_of(service),
    }

    assert named
    assert [(room, name) for room, name in named if not any(hasattr(module, name) for module in rooms[room])] == []


def modules_of(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]


def _left_out(guards: Guards) -> list[str]:
    return [field.name for field in fields(guards) if not getattr(guards, field.name)]
