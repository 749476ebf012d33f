"""Tests pass fakes in: nothing in the suites patches an attribute."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PATCHING = re.compile(r"\bmonkeypatch\b|\bmock\.patch|\bunittest\.mock\b|\bmocker\b|\bsetattr\(")


@pytest.mark.parametrize("line", ["monkeypatch.setattr(store, 'save', save)", "with mock.patch('app.save'):"])
def test_patching_is_recognised(line: str) -> None:
    assert PATCHING.search(line)


def test_no_test_patches_an_attribute() -> None:
    sources = {path: path.read_text() for path in TESTS.rglob("*.py") if path != Path(__file__)}

    assert len(sources) > 100, "the suites are found"
    assert {str(path.relative_to(TESTS)) for path, text in sources.items() if PATCHING.search(text)} == set()
