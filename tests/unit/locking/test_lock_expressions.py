"""A lock's conditions and changes in DynamoDB's own words: what PynamoDB is given to send."""

from typing import Any

from pynamodb.expressions.update import Update

from chalicelib.core.dynamodb.connection import connection
from chalicelib.locking.store.expressions import RawCondition, RemoveExpression, SetExpression


def test_a_condition_brings_its_names_and_its_values() -> None:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}

    words = RawCondition("#lockId = :lock_id AND #expiresAt >= :now", lock_id="t.x", now=5).serialize(
        names, values
    )

    assert words == "(#lockId = :lock_id AND #expiresAt >= :now)"
    assert names == {"lockId": "#lockId", "expiresAt": "#expiresAt"}
    assert values == {":lock_id": {"S": "t.x"}, ":now": {"N": "5"}}


def test_conditions_join_without_changing_each_others_meaning() -> None:
    joined = RawCondition("#a = :a OR #b = :b", a=1, b=2) & RawCondition("attribute_not_exists(#line)")

    assert joined.serialize({}, {}) == "((#a = :a OR #b = :b) AND (attribute_not_exists(#line)))"


def test_an_update_sets_copies_counts_and_removes() -> None:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}

    words = Update(
        SetExpression({"ttl": 7}, {"userId": "#line[0].#userId"}), RemoveExpression(["line", "reason"])
    ).serialize(names, values)

    assert words == "SET #ttl = :ttl, #userId = #line[0].#userId, #version = #version + :one REMOVE #line, #reason"
    assert names == {name: f"#{name}" for name in ("ttl", "userId", "line", "version", "reason")}
    assert values == {":ttl": {"N": "7"}, ":one": {"N": "1"}}


def test_an_update_may_remove_nothing() -> None:
    assert (
        Update(SetExpression({"ttl": 7}, {}), RemoveExpression([])).serialize({}, {})
        == "SET #ttl = :ttl, #version = #version + :one"
    )


def test_no_call_asks_for_the_capacity_that_nobody_reads() -> None:
    assert connection.get_consumed_capacity_map("TOTAL") == {}
