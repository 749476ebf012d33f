"""The glossary and the code use the same words."""

import ast
import re
from pathlib import Path

from infra.paths import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
TERMS, RETIRED = GLOSSARY.split("## Retired words")
# Request and response bodies are described in OpenAPI, errors by their code.
DESCRIBED_ELSEWHERE = {"Schema", "Exception", "ValueError", "Conflict", "Statistics", "Member"}


def classes(modules: list[Path]) -> dict[str, set[str]]:
    """Public classes by name, with the names of their bases."""
    return {
        node.name: {ast.unparse(base) for base in node.bases}
        for module in modules
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


CODE = ROOT / "chalicelib"
ALL = classes(sorted(CODE.rglob("*.py")))
MODELS = classes([*sorted(CODE.glob("*/model.py")), *sorted(CODE.glob("*/model/**/*.py"))])
NAMED = set(re.findall(r"`([A-Z]\w+)`", TERMS))


def test_glossary_names_only_classes_of_the_code() -> None:
    assert NAMED - ALL.keys() == set()


def test_every_type_of_a_model_has_a_term() -> None:
    types = {name for name, bases in MODELS.items() if not bases & DESCRIBED_ELSEWHERE}
    assert types - NAMED == set()


def test_no_class_has_a_retired_word_in_its_name() -> None:
    retired = set(re.findall(r"`(\w+)`", RETIRED))
    assert retired
    assert [name for name in ALL if retired & set(re.findall(r"[A-Z][a-z]+", name))] == []


def test_each_term_has_one_row() -> None:
    rows = re.findall(r"^\| (?!term|---)([^|]+?) \|", TERMS, re.MULTILINE)
    terms = [term.strip() for row in rows for term in row.split(",")]
    assert sorted(terms) == sorted(set(terms))
