"""Docstrings begin with one short line."""

import ast
from collections.abc import Iterator

from infra.paths import ROOT

MAX_LENGTH = 80
MODULES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py")), *sorted((ROOT / "infra").rglob("*.py"))]


def first_lines() -> Iterator[tuple[str, str]]:
    """Yield the name of each function and class with the first line of its docstring."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                docstring = ast.get_docstring(node) or ""
                yield f"{module.relative_to(ROOT)}:{node.lineno} {node.name}", docstring.partition("\n")[0]


def test_docstring_first_line_is_at_most_80_characters() -> None:
    lines = dict(first_lines())

    assert {name: line for name, line in lines.items() if len(line) > MAX_LENGTH} == {}
    assert len(lines) > 1000
