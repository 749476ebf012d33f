"""Constraints on the fields of a schema, for use in `Annotated`.

They implement pydantic's protocol, and import its core only when a request is validated.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core.core_schema import CoreSchema


class Length:
    """Limit the characters of a text or the elements of a list, both limits included."""

    __slots__ = ("max_length", "min_length")

    def __init__(self, min_length: int, max_length: int) -> None:
        self.min_length = min_length
        self.max_length = max_length

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        return _with_limits(handler(source), min_length=self.min_length, max_length=self.max_length)


class Range:
    """Limit a number, both limits included."""

    __slots__ = ("maximum", "minimum")

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        return _with_limits(handler(source), ge=self.minimum, le=self.maximum)


class Predicate:
    """Any other rule, with the message of its error. It comes after `Length`.

    `json_schema` describes the rule in the API's description: `format="email"`, `pattern="…"`.
    """

    __slots__ = ("is_valid", "json_schema", "message")

    def __init__(self, is_valid: Callable[[Any], bool], message: str, **json_schema: str) -> None:
        self.is_valid = is_valid
        self.message = message
        self.json_schema = json_schema

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import PydanticCustomError, core_schema

        # The library asks for literal texts, which can be translated; ours are literals in the schemas.
        message = cast("Any", self.message)

        def checked(value: object) -> object:
            if not self.is_valid(value):
                raise PydanticCustomError("check", message)
            return value

        return core_schema.no_info_after_validator_function(checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        return {**handler(schema), **self.json_schema}


def _with_limits(schema: "CoreSchema", **limits: int) -> "CoreSchema":
    return cast("CoreSchema", {**schema, **limits})
