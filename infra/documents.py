"""Generated documents: written, or compared with the code."""

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chalicelib.core.http.schema import wire_name

Json = dict[str, Any]
REF = "#/components/schemas/{model}"
# The Python name of a field in a docstring.
_CODE = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")


def json_schemas(schemas: set[Any]) -> tuple[dict[Any, Json], Json]:
    """Return the JSON schema of each schema class, and the definitions of all."""
    ordered = sorted(schemas, key=lambda schema_class: str(schema_class.__name__))
    inputs = [(schema_class, "validation", TypeAdapter(schema_class)) for schema_class in ordered]
    by_schema, document = TypeAdapter.json_schemas(inputs, ref_template=REF)  # type: ignore[arg-type]
    return {schema_class: normalise(schema) for (schema_class, _), schema in by_schema.items()}, normalise(
        document.get("$defs", {})
    )


def summarise(documented: object) -> Json:
    """Return the summary and the description of a handler or a schema class.

    They are the head and the body of its docstring.
    """
    summary, _, description = _with_wire_names(inspect.getdoc(documented) or "").partition("\n\n")
    return {"summary": summary, **({"description": description} if description else {})}


def _with_wire_names(text: str) -> str:
    return _CODE.sub(lambda match: f"`{wire_name(match[1])}`", text)


def normalise(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON schema
    """Drop titles that repeat a field's name, and give fields their JSON names.

    The names in descriptions are replaced.
    """
    if isinstance(schema, dict):
        return {
            key: _with_wire_names(value) if key == "description" and isinstance(value, str) else normalise(value)
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
