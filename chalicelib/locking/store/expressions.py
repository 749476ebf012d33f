"""Conditions and changes in DynamoDB's own words.

PynamoDB builds an object for every path and every value, and a lock's write has two dozen of each: that took most
of the time that we add to a bare write. Here the words are constants, and only the values are new each time.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import RemoveAction, SetAction

Names = dict[str, str]
Image = dict[str, Any]


class RawCondition(Condition):
    """A condition; every attribute in it begins with `#` and every value, given by its name, with `:`.

    Those that are joined share their values' names, and are not joined with conditions of PynamoDB's own, which
    number theirs.
    """

    def __init__(self, words: str, **values: str | int) -> None:
        super().__init__(words)
        self._values = values

    def serialize(self, placeholder_names: Names, expression_attribute_values: Image) -> str:
        """Called by PynamoDB."""
        placeholder_names.update(_names_in(self.operator))
        expression_attribute_values.update({f":{name}": _typed(value) for name, value in self._values.items()})
        return f"({self.operator})"


class SetExpression(SetAction):
    """Sets attributes to values, counts `version` up by one, and copies what is to be copied within the item."""

    def __init__(self, values: Mapping[str, str | int], copied: Mapping[str, str]) -> None:
        self._values = values
        self._copied = copied

    def serialize(self, placeholder_names: Names, expression_attribute_values: Image) -> str:
        """Called by PynamoDB."""
        words = _set_clause(tuple(self._values), tuple(self._copied.items()))
        placeholder_names.update(_names_in(words))
        expression_attribute_values.update({f":{name}": _typed(value) for name, value in self._values.items()})
        expression_attribute_values[":one"] = {"N": "1"}
        return words


class RemoveExpression(RemoveAction):
    """Removes attributes."""

    def __init__(self, attributes: Iterable[str]) -> None:
        self._words = ", ".join(f"#{name}" for name in attributes)

    def serialize(self, placeholder_names: Names, expression_attribute_values: Image) -> str:  # noqa: ARG002
        """Called by PynamoDB."""
        placeholder_names.update(_names_in(self._words))
        return self._words


@cache
def _names_in(words: str) -> Names:
    return {name: f"#{name}" for name in re.findall(r"#(\w+)", words)}


@cache
def _set_clause(names: tuple[str, ...], copied: tuple[tuple[str, str], ...]) -> str:
    parts = [*(f"#{name} = :{name}" for name in names), *(f"#{name} = {path}" for name, path in copied)]
    return ", ".join([*parts, "#version = #version + :one"])


def _typed(value: str | int) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}
