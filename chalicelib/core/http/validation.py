"""Validators of schemas, built for pydantic-core.

Schemas use few kinds of types, so their validators are built here. Importing pydantic for it would take longer
than the rest of a request; pydantic makes the API's description only. A test compares both (docs/adr/0006).
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic_core import CoreSchema, SchemaValidator, core_schema

_PLAIN: dict[type, Callable[[], CoreSchema]] = {
    str: core_schema.str_schema,
    int: core_schema.int_schema,
    float: core_schema.float_schema,
    bool: core_schema.bool_schema,
}


@cache
def validator_of(schema: Any) -> SchemaValidator:  # noqa: ANN401 - a type, which mypy takes for unhashable
    """Return the validator of a schema."""
    return SchemaValidator(_object_schema(schema))


def _object_schema(schema: Any) -> CoreSchema:  # noqa: ANN401 - any schema class
    wire_name = schema.__pydantic_config__["alias_generator"]
    hints = get_type_hints(schema, include_extras=True)
    fields = dataclasses.fields(schema)
    return core_schema.dataclass_schema(
        schema,
        core_schema.dataclass_args_schema(
            schema.__name__,
            [_field(field, _type_schema(hints[field.name]), wire_name(field.name)) for field in fields],
        ),
        [field.name for field in fields],
        slots=True,
        config={"extra_fields_behavior": "forbid"},
    )


def _field(field: "dataclasses.Field[Any]", schema: CoreSchema, alias: str) -> core_schema.DataclassField:
    if field.default is not dataclasses.MISSING:
        schema = core_schema.with_default_schema(schema, default=field.default)
    elif field.default_factory is not dataclasses.MISSING:
        schema = core_schema.with_default_schema(schema, default_factory=field.default_factory)
    return core_schema.dataclass_field(field.name, schema, validation_alias=alias)


def _type_schema(annotation: Any) -> CoreSchema:  # noqa: ANN401 - the type of any field
    kind, arguments = get_origin(annotation), get_args(annotation)
    if kind is Annotated:
        return _constrained(*arguments)
    if kind in (Union, UnionType):
        (required,) = set(arguments) - {NoneType}
        return core_schema.nullable_schema(_type_schema(required))
    if kind is Literal:
        return core_schema.literal_schema(list(arguments))
    if kind is list:
        return core_schema.list_schema(_type_schema(arguments[0]))
    return _object_schema(annotation) if dataclasses.is_dataclass(annotation) else _PLAIN[annotation]()


def _constrained(annotation: Any, *constraints: Any) -> CoreSchema:  # noqa: ANN401
    """Return the schema of a type and its constraints, by pydantic's protocol."""
    *inner, outermost = constraints
    source = Annotated[annotation, *inner] if inner else annotation
    schema: CoreSchema = outermost.__get_pydantic_core_schema__(source, _type_schema)
    return schema
