"""Generated documents: written, or compared with the code."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

Json = dict[str, Any]
REF = "#/components/schemas/{model}"


def json_schemas(schemas: set[Any]) -> tuple[dict[Any, Json], Json]:
    """Return the JSON schema of each schema class, and the definitions that they refer to."""
    ordered = sorted(schemas, key=lambda shape: str(shape.__name__))
    inputs = [(shape, "validation", TypeAdapter(shape)) for shape in ordered]
    by_schema, document = TypeAdapter.json_schemas(inputs, ref_template=REF)  # type: ignore[arg-type]
    return {shape: normalise(schema) for (shape, _), schema in by_schema.items()}, normalise(
        document.get("$defs", {})
    )


def normalise(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON schema
    """Drop titles that repeat a field's name."""
    if isinstance(schema, dict):
        return {
            key: normalise(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [normalise(part) for part in schema] if isinstance(schema, list) else schema


def write_or_check(path: Path, document: Json, arguments: list[str]) -> int:
    """Write the document, or compare it with `--check`. Returns the exit code."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if "--check" not in arguments:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    print(f"{path.name} differs from the code; run: make generate", file=sys.stderr)
    return 1
