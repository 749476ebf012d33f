"""The protocol's specification with two clients: every invariant holds, and each precondition is necessary."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from docs.spec.counterexample import counterexample
from docs.spec.invariants import EVERY_LEASE_ENDS, INVARIANTS
from docs.spec.mutations import MUTATIONS, SINGLE_ENDINGS, Mutation
from docs.spec.preconditions import DESIGN, Preconditions
from docs.spec.search import search, steps

README = (Path(__file__).parents[3] / "docs/spec/README.md").read_text()
TITLES = [mutation.title for mutation in (*MUTATIONS, *SINGLE_ENDINGS)]


def test_design_violates_no_invariant() -> None:
    found = search(2, DESIGN)

    print(f"{found.states:,} states")
    assert not found.violated
    assert found.states > 1000


@pytest.mark.parametrize("mutation", [*MUTATIONS, *SINGLE_ENDINGS], ids=TITLES)
def test_mutation_violates_the_expected_invariants(mutation: Mutation) -> None:
    found = search(2, mutation.preconditions, until=mutation.violates)

    assert found.violated >= mutation.violates
    assert bool(found.violated) == bool(mutation.violates)


def test_counterexample_without_fence_is_an_interleaved_save() -> None:
    (mutation,) = [mutation for mutation in MUTATIONS if mutation.title == "save without fence"]
    found = search(2, mutation.preconditions, until=mutation.violates)

    assert counterexample(found, "no interleaved save") == [
        "A opens the appointment",
        "A acquires without an item",
        "B takes over",
        "A saves under an old lock id",
        "B opens the appointment",
        "B saves",
    ]


def test_counterexample_without_version_is_an_unread_overwrite() -> None:
    (mutation,) = [mutation for mutation in MUTATIONS if mutation.title == "save without version check"]
    found = search(2, mutation.preconditions, until=mutation.violates)

    assert counterexample(found, "no unread overwrite of others") == [
        "A opens the appointment",
        "B opens the appointment",
        "A acquires without an item",
        "A saves",
        "B takes over",
        "B saves based on an old version",
    ]


def test_every_precondition_has_a_mutation() -> None:
    mutated = {name for mutation in MUTATIONS for name in _omitted(mutation.preconditions)}

    assert mutated == {field.name for field in fields(Preconditions)}


def test_every_invariant_is_violated_by_a_mutation() -> None:
    violated = {invariant for mutation in MUTATIONS for invariant in mutation.violates}

    assert violated == {*INVARIANTS, EVERY_LEASE_ENDS}


def test_readme_names_every_action_invariant_and_mutation() -> None:
    actions = {step.action for state in search(2, DESIGN).parents for step in steps(state, DESIGN)}

    assert [name for name in (*actions, *INVARIANTS, EVERY_LEASE_ENDS, *TITLES) if name not in README] == []


def test_readme_names_only_functions_that_exist() -> None:
    named = set(re.findall(r"`((?:model|store|service)[.a-z_]+)\.(\w+)`", README))

    assert len(named) > 15
    missing = [
        (module, name)
        for module, name in named
        if not hasattr(import_module(f"chalicelib.locking.{module}"), name)
    ]
    assert missing == []


def _omitted(preconditions: Preconditions) -> list[str]:
    return [field.name for field in fields(preconditions) if not getattr(preconditions, field.name)]
