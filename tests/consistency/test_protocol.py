"""The protocol on paper, in full: three clients, and every promise that breaks where a condition is left out."""

from pathlib import Path

import pytest

from docs.protocol.guards import DESIGN
from docs.protocol.search import search
from docs.protocol.trials import TRIALS, Trial

README = Path(__file__).parents[2] / "docs/protocol/README.md"


def test_three_clients_can_do_nothing_that_breaks_a_promise() -> None:
    found = search(3, DESIGN)

    print(f"{found.states:,} states, {found.steps:,} steps, {found.depth} deep")
    assert not found.broken
    assert f"{found.states:,} states" in README.read_text()
    assert f"{found.steps:,} steps" in README.read_text()


@pytest.mark.parametrize("trial", TRIALS, ids=[trial.title for trial in TRIALS])
def test_no_other_promise_breaks_than_is_said(trial: Trial) -> None:
    assert search(2, trial.guards).broken == trial.breaks
