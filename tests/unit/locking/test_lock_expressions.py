"""The expression text that a lock's conditional updates pass to PynamoDB."""

from typing import Any

from pynamodb.expressions.update import Update

from chalicelib.core.dynamodb.connection import connection
from chalicelib.locking.store.conditional_updates import RawCondition, RemoveExpression, SetExpression


def test_raw_condition_declares_its_names_and_values() -> None:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    condition = RawCondition("#lockId = :lock_id AND #expiresAt >= :now", lock_id="t.x", now=5)

    text = condition.serialize(names, values)

    assert text == "(#lockId = :lock_id AND #expiresAt >= :now)"
    assert names == {"lockId": "#lockId", "expiresAt": "#expiresAt"}
    assert values == {":lock_id": {"S": "t.x"}, ":now": {"N": "5"}}


def test_joined_raw_conditions_keep_their_parentheses() -> None:
    joined = RawCondition("#a = :a OR #b = :b", a=1, b=2) & RawCondition("attribute_not_exists(#line)")

    assert joined.serialize({}, {}) == "((#a = :a OR #b = :b) AND (attribute_not_exists(#line)))"


def test_update_sets_counts_and_removes_attributes() -> None:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    update = Update(SetExpression({"ttl": 7, "userId": "u"}), RemoveExpression(["line", "reason"]))

    text = update.serialize(names, values)

    assert text == "SET #ttl = :ttl, #userId = :userId, #version = #version + :one REMOVE #line, #reason"
    assert names == {name: f"#{name}" for name in ("ttl", "userId", "line", "version", "reason")}
    assert values == {":ttl": {"N": "7"}, ":userId": {"S": "u"}, ":one": {"N": "1"}}


def test_update_without_removals_has_no_remove_clause() -> None:
    update = Update(SetExpression({"ttl": 7}), RemoveExpression([]))

    assert update.serialize({}, {}) == "SET #ttl = :ttl, #version = #version + :one"


def test_no_call_requests_the_consumed_capacity() -> None:
    assert connection.get_consumed_capacity_map("TOTAL") == {}
