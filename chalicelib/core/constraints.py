"""Constraints on a shape's fields, for use in `Annotated`; the message of a rule stands beside it.

They speak pydantic's protocol but import nothing of it until a request has to be checked.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core.core_schema import CoreSchema


class Length:
    """So many characters of a text, or elements of a list."""

    __slots__ = ("least", "most")

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        return _limited(handler(source), min_length=self.least, max_length=self.most)


class Between:
    """A number from `least` to `most`, both included."""

    __slots__ = ("least", "most")

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        return _limited(handler(source), ge=self.least, le=self.most)


class Check:
    """A rule of its own, and what to say to who breaks it. Put it behind `Length`.

    `described` is what the API's description says of it: `format="email"`, `pattern="…"`.
    """

    __slots__ = ("described", "holds", "message")

    def __init__(self, holds: Callable[[Any], bool], message: str, **described: str) -> None:
        self.holds = holds
        self.message = message
        self.described = described

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import PydanticCustomError, core_schema

        # The library wants literal texts, so that they can be translated; ours are literal where they are given.
        message = cast("Any", self.message)

        def checked(value: object) -> object:
            if not self.holds(value):
                raise PydanticCustomError("check", message)
            return value

        return core_schema.no_info_after_validator_function(checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> dict[str, Any]:
        return {**handler(schema), **self.described}


def _limited(schema: "CoreSchema", **limits: int) -> "CoreSchema":
    return cast("CoreSchema", {**schema, **limits})
