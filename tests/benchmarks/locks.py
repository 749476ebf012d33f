"""The cost of acquire and release, compared with bare writes: `python -m tests.benchmarks.locks [TURNS]`.

Each turn does one acquire and one release through every subject, one after another, on one DynamoDB Local:
our service; two bare conditional writes of the same attributes, by a botocore client with prepared parameters,
once with and once without those that place the item in the two indexes; and the library python-dynamodb-lock,
which makes three calls (read, put, delete), of a smaller item in a table of its own without an index.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from python_dynamodb_lock.python_dynamodb_lock import DynamoDBLockClient

from infra.dynamodb_local import dynamodb_local
from infra.schema import create_tables

LOCAL_AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}
TABLE = "holdfast"
TABLES = {"DataTable": TABLE, "ConnectionsTable": "holdfast-connections"}
TENANT, MEMBER, SESSION = "4f1c2a9be3d84c5f", "9d2e7c41ab604f38", "a-tab-of-a-benchmark"
NAME, EMAIL = "Alice of the Benchmark", "alice@benchmark.test"
OURS, FLOOR, UNINDEXED, LIBRARY = (
    "our service",
    "two bare writes",
    "two bare writes, no index keys",
    "python-dynamodb-lock 0.9.1",
)
AIM = 1.15
WARM_UP = 100

Pair = Callable[[], object]


@dataclass(frozen=True)
class Write:
    """One UpdateItem: its condition, and the attributes that it sets and removes."""

    condition: str
    values: dict[str, dict[str, Any]]
    removed: tuple[str, ...] = ()
    asked: tuple[tuple[str, dict[str, Any]], ...] = ()

    def parameters(self, key: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of the call."""
        names = [*self.values, *self.removed]
        sets = ", ".join([*(f"#{name} = :{name}" for name in self.values), "#version = #version + :one"])
        removes = f" REMOVE {', '.join(f'#{name}' for name in self.removed)}" if self.removed else ""
        return {
            "TableName": TABLE,
            "Key": key,
            "ConditionExpression": self.condition,
            "UpdateExpression": f"SET {sets}{removes}",
            "ExpressionAttributeNames": {f"#{name}": name for name in [*names, "version"]},
            "ExpressionAttributeValues": {
                **{f":{name}": value for name, value in [*self.values.items(), *self.asked]},
                ":one": {"N": "1"},
            },
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def bare_writes(*, indexed: bool) -> Pair:
    """Return an acquire and a release with our attributes and conditions, and nothing around them."""
    client: Any = botocore.session.get_session().create_client(
        "dynamodb", config=Config(parameter_validation=False)
    )
    key = {"pk": {"S": enter_appointment(client, "floor-1" if indexed else "floor-2")}, "sk": {"S": "LOCK"}}
    lease, place = _lease(int(time.time() * 1000)), _place() if indexed else {}
    client.put_item(TableName=TABLE, Item={**key, "version": {"N": "1760000000000"}})
    acquire = Write(
        "attribute_exists(pk) AND (attribute_not_exists(lockId) OR expiresAt < :now"
        " OR (userId = :userId AND sessionId = :sessionId)) AND attribute_not_exists(line)",
        {
            **lease,
            **place,
            "ttl": {"N": "1760003600"},
            "cause": {"S": "acquired"},
            "changedAt": lease["acquiredAt"],
        },
        asked=(("now", lease["acquiredAt"]),),
    ).parameters(key)
    release = Write(
        "lockId = :lockId AND attribute_not_exists(line) AND userId = :userId",
        {"ttl": {"N": "1762592000"}, "cause": {"S": "released"}, "changedAt": lease["acquiredAt"]},
        (*lease, *place),
        (("lockId", lease["lockId"]), ("userId", lease["userId"])),
    ).parameters(key)

    def pair() -> None:
        client.update_item(**acquire)
        client.update_item(**release)

    return pair


def _lease(now_ms: int) -> dict[str, dict[str, Any]]:
    return {
        "lockId": {"S": f"{TENANT}.dzFNv0H5lQGJm2aKcE8RsA"},
        "userId": {"S": MEMBER},
        "userName": {"S": NAME},
        "userEmail": {"S": EMAIL},
        "sessionId": {"S": SESSION},
        "acquiredAt": {"N": str(now_ms)},
        "renewedAt": {"N": str(now_ms)},
        "expiresAt": {"N": str(now_ms + 300_000)},
    }


def _place() -> dict[str, dict[str, Any]]:
    return {
        "gsi1pk": {"S": "DEADLINES#3"},
        "gsi1sk": {"S": "001760000000000"},
        "gsi2pk": {"S": f"TENANT#{TENANT}#HOLDER#{MEMBER}"},
        "gsi2sk": {"S": SESSION},
    }


def enter_appointment(client: Any, appointment: str) -> str:
    """Put a minimal appointment, and return its partition."""
    partition = f"TENANT#{TENANT}#APPOINTMENT#{appointment}"
    client.put_item(TableName=TABLE, Item={"pk": {"S": partition}, "sk": {"S": "APPOINTMENT"}})
    return partition


def our_service() -> Pair:
    """Return our services, as a handler calls them."""
    from chalicelib.core.security.tokens import Principal
    from chalicelib.locking.model import Tab
    from chalicelib.locking.service import leases

    appointment = "service-1"
    enter_appointment(boto3.client("dynamodb"), appointment)
    principal = Principal(TENANT, MEMBER, EMAIL, NAME, "staff")
    tab = Tab(principal, SESSION)

    def pair() -> None:
        lock = leases.acquire(tab, appointment)
        leases.release(appointment, lock.lock_id or "", principal=principal)

    return pair


@contextmanager
def library() -> Iterator[Pair]:
    """Run the library as its documentation does. Released in 2018, it works with the current boto3."""
    DynamoDBLockClient.create_dynamodb_table(boto3.client("dynamodb"))
    with closing(DynamoDBLockClient(boto3.resource("dynamodb"))) as client:
        yield lambda: client.acquire_lock("an-appointment").release(best_effort=False)


def measure(subjects: dict[str, Pair], turns: int) -> dict[str, list[float]]:
    """Return the milliseconds of each subject's pairs, in turns, without the first turns."""
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(WARM_UP + turns):
        for name, pair in subjects.items():
            started = time.perf_counter()
            pair()
            taken[name].append((time.perf_counter() - started) * 1000)
    return {name: milliseconds[WARM_UP:] for name, milliseconds in taken.items()}


def report(taken: dict[str, list[float]], turns: int) -> None:
    """Print the medians, and median and quartiles of the ratios of each turn."""
    print(f"acquire and release, {turns} turns of one each            ms    x bare writes (half of all turns)")
    for name, milliseconds in taken.items():
        ratios = [one / floor for one, floor in zip(milliseconds, taken[FLOOR], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"{name:<48}{statistics.median(milliseconds):8.2f}{middle:9.2f}   ({low:.2f} to {high:.2f})")
    print(f"aim: {OURS} at most {AIM} times {FLOOR}")


def main(turns: int) -> None:
    """Measure in turn and print."""
    with dynamodb_local() as endpoint:
        os.environ |= {**LOCAL_AWS, "AWS_ENDPOINT_URL": endpoint, "TABLE_NAME": TABLE}
        create_tables(boto3.client("dynamodb"), TABLES)
        with library() as theirs:
            subjects = {
                FLOOR: bare_writes(indexed=True),
                OURS: our_service(),
                LIBRARY: theirs,
                UNINDEXED: bare_writes(indexed=False),
            }
            report(measure(subjects, turns), turns)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
