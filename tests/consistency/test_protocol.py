"""The protocol's specification in full: three clients, and the exact effect of each mutation."""

from pathlib import Path

import pytest

from docs.spec.mutations import MUTATIONS, Mutation
from docs.spec.preconditions import DESIGN
from docs.spec.search import search

README = Path(__file__).parents[2] / "docs/spec/README.md"


def test_design_with_three_clients_violates_no_invariant() -> None:
    found = search(3, DESIGN)

    print(f"{found.states:,} states, {found.steps:,} steps, {found.depth} deep")
    assert not found.violated
    assert f"{found.states:,} states" in README.read_text()
    assert f"{found.steps:,} steps" in README.read_text()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.title for mutation in MUTATIONS])
def test_mutation_violates_exactly_the_expected_invariants(mutation: Mutation) -> None:
    assert search(2, mutation.preconditions).violated == mutation.violates
