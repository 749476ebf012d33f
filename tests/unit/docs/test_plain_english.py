"""Names and texts follow the rules of CONTRIBUTING, Language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from infra.paths import ROOT

MAX_TEST_NAME = 60
# They often stand for a missing name: "whoever holds it" is the holder, "what it is told" a frame.
ROUNDABOUT = re.compile(
    r"(?<![A-Za-z])(?:who|whom|whose|whoever|tells?|told|says?|said)(?![A-Za-z])", re.IGNORECASE
)
MAX_ROUNDABOUT = 40


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_names_of_tests_have_at_most_60_characters() -> None:
    names = [
        node.name
        for module in sources("tests")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert len(names) > 1000
    assert [name for name in names if len(name) > MAX_TEST_NAME] == []


def test_code_has_few_roundabout_words() -> None:
    modules = [ROOT / "app.py", *sources("chalicelib", "infra")]
    found = {str(module.relative_to(ROOT)): len(ROUNDABOUT.findall(module.read_text())) for module in modules}
    assert sum(found.values()) <= MAX_ROUNDABOUT, {path: count for path, count in found.items() if count}
