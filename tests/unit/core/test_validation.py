"""The validators of all schemas agree with pydantic's."""

import dataclasses
import json
from functools import cache
from typing import Any, cast, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.core.http.schema import Schema, wire_name
from chalicelib.core.http.validation import validator_of
from chalicelib.realtime.frames.commands import COMMANDS
from chalicelib.routes import ROUTES

ENDPOINTS = [route.load() for route in ROUTES]
BODIES = [endpoint.body for endpoint in ENDPOINTS if endpoint.body] + list(COMMANDS.values())
QUERIES = [endpoint.query for endpoint in ENDPOINTS if endpoint.query]
SCHEMAS = sorted({*BODIES, *QUERIES}, key=lambda schema: str(schema.__name__))

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "x" * 300,
        "0123456789abcdef",
        "a@b.test",
        "Europe/Lisbon",
        "09:30",
        "#4f46e5",
        "12.50",
        "12",
        "true",
        "2026-01-31",
        "2026-01-31T09:00:00+01:00",
        "a-b",
    ]
)
PLAIN = st.none() | st.booleans() | st.integers(-5, 2**54) | st.floats(-2, 2, allow_nan=False) | TEXTS


@cache
def adapter_of(schema: Any) -> TypeAdapter[Any]:
    """Return pydantic's validator."""
    return TypeAdapter(schema)


def values_of(annotation: Any) -> "st.SearchStrategy[Any]":
    """Values for a field: plain ones, literals of its type, and objects and lists of them where it has such."""
    parts = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Schema):
        return objects_of(cast("Any", annotation)) | PLAIN
    nested = [values_of(part) for part in parts if dataclasses.is_dataclass(part) or get_args(part)]
    literals = [st.sampled_from(parts)] if parts and all(isinstance(part, str) for part in parts) else []
    inner = st.one_of(PLAIN, *literals, *nested)
    return inner | st.lists(inner, max_size=2)


@cache
def objects_of(schema: Any) -> "st.SearchStrategy[dict[str, Any]]":
    """Objects with some of a schema's fields, and at times one of another's."""
    hints = get_type_hints(schema, include_extras=True)
    fields = {wire_name(field.name): values_of(hints[field.name]) for field in dataclasses.fields(schema)}
    return st.fixed_dictionaries({}, optional={**fields, "unknown": PLAIN})


def outcome_of(validate: Any, *arguments: Any, **options: Any) -> object:
    """Return the validated value, or its errors."""
    try:
        return validate(*arguments, **options)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False, include_input=False)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema.__name__))
@settings(max_examples=25)
@given(st.data())
def test_json_is_validated_as_by_pydantic(schema: Any, data: st.DataObject) -> None:
    text = json.dumps(data.draw(objects_of(schema) | PLAIN | st.lists(PLAIN, max_size=1)))

    ours = outcome_of(validator_of(schema).validate_json, text, strict=True)

    assert ours == outcome_of(adapter_of(schema).validate_json, text, strict=True)


@pytest.mark.parametrize("schema", QUERIES, ids=lambda schema: str(schema.__name__))
@settings(max_examples=25)
@given(st.data())
def test_query_is_validated_as_by_pydantic(schema: Any, data: st.DataObject) -> None:
    names = [wire_name(field.name) for field in dataclasses.fields(schema)]
    query = data.draw(st.dictionaries(st.sampled_from([*names, "unknown"]), TEXTS))

    ours = outcome_of(validator_of(schema).validate_python, query)

    assert ours == outcome_of(adapter_of(schema).validate_python, query)
