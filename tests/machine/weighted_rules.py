"""What may happen next. Hypothesis's own rules are not used for it: each example would leave out most of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

Act = TypeVar("Act", bound=Callable[..., None])


@dataclass(frozen=True)
class WeightedRule:
    """How often it is chosen, when it can be, and what its arguments are drawn from."""

    weight: int
    when: Callable[[Any], bool]
    arguments: dict[str, st.SearchStrategy[Any]]


RULES: dict[str, WeightedRule] = {}


def weighted_rule(
    weight: int = 2, when: Callable[[Any], bool] = bool, **arguments: st.SearchStrategy[Any]
) -> Callable[[Act], Act]:
    """Let a method be one of the things that may happen."""

    def register(method: Act) -> Act:
        RULES[method.__name__] = WeightedRule(weight, when, arguments)
        return method

    return register


def enabled_rules(walk: object) -> list[str]:
    """The names of all that may happen now, as often as their weight says."""
    return [name for name, chance in RULES.items() for _ in range(chance.weight) if chance.when(walk)]
