"""Weighted rules. Hypothesis's swarm testing would leave most of its own rules out of each example."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

RuleMethod = TypeVar("RuleMethod", bound=Callable[..., None])


@dataclass(frozen=True)
class WeightedRule:
    """The weight of a rule, its precondition, and the strategies of its arguments."""

    weight: int
    when: Callable[[Any], bool]
    arguments: dict[str, st.SearchStrategy[Any]]


RULES: dict[str, WeightedRule] = {}


def weighted_rule(
    weight: int = 2, when: Callable[[Any], bool] = bool, **arguments: st.SearchStrategy[Any]
) -> Callable[[RuleMethod], RuleMethod]:
    """Register a method as a rule."""

    def register(method: RuleMethod) -> RuleMethod:
        RULES[method.__name__] = WeightedRule(weight, when, arguments)
        return method

    return register


def enabled_rules(machine: object) -> list[str]:
    """Return the names of the rules whose precondition holds, repeated by weight."""
    return [name for name, rule in RULES.items() for _ in range(rule.weight) if rule.when(machine)]
