"""Concurrent sign-ups: one account for an email, and a slug of its own for each tenant."""

from dataclasses import dataclass

from chalicelib.accounts.model import EmailTaken, SignUp, Tenant
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import ValidationFailed
from chalicelib.scheduling.service.tenant_setup import sign_up_tenant
from tests.consistency.race_results import RaceResults
from tests.consistency.seed import FAST_HASHER
from tests.consistency.table_reader import TableReader
from tests.consistency.worker_pool import BarrierWait, WorkerPool

ROUNDS, APPLICANTS = 10, 8


@dataclass(frozen=True)
class Applicant:
    """A person that signs up with each of these forms."""

    forms: list[SignUp]


def sign_up_in_each_round(applicant: Applicant, wait_at_barrier: BarrierWait) -> list[Tenant | None]:
    """Sign up in each round. Returns the tenants, None for a taken email or slug."""
    made: list[Tenant | None] = []
    for form in applicant.forms:
        wait_at_barrier()
        try:
            made.append(sign_up_tenant(form, hasher=FAST_HASHER).tenant)
        except (EmailTaken, ValidationFailed):
            made.append(None)
    return made


def _form(practice: str, email: str, slug: str | None = None) -> SignUp:
    return SignUp(practice, "Europe/Lisbon", "Dana", email, "correct horse battery", slug)


def test_sign_up_race_with_one_email_makes_one_tenant(
    workers: WorkerPool, tables: TableReader, race_results: RaceResults
) -> None:
    applicants = [
        Applicant([_form(f"Twice {number} {turn}", f"twice-{turn}@contest.test") for turn in range(ROUNDS)])
        for number in range(APPLICANTS)
    ]

    rounds = list(zip(*workers.run_together(sign_up_in_each_round, applicants), strict=True))

    for made in rounds:
        race_results.add("sign-up with one email", APPLICANTS, sum(tenant is not None for tenant in made))
    made_by_all = [tenant for made in rounds for tenant in made if tenant]
    assert [sum(tenant is not None for tenant in made) for made in rounds] == [1] * ROUNDS
    stored = [item["tenantId"] for item in tables.all_items() if item.get("name", "").startswith("Twice")]
    assert sorted(stored) == sorted(tenant.id for tenant in made_by_all), "rejected sign-ups leave nothing"


def test_sign_up_race_with_one_name_gives_different_slugs(workers: WorkerPool, tables: TableReader) -> None:
    applicants = [
        Applicant([_form("Same Name", f"same-{number}-{turn}@contest.test") for turn in range(ROUNDS)])
        for number in range(APPLICANTS)
    ]

    tenants = [
        tenant for made in workers.run_together(sign_up_in_each_round, applicants) for tenant in made if tenant
    ]

    assert len(tenants) == ROUNDS * APPLICANTS
    items = tables.all_items()
    owners = {item["pk"]: item["tenantId"] for item in items if item["pk"].startswith("SLUG#same-name")}
    assert owners == {keys.slug_key(tenant.slug).partition: tenant.id for tenant in tenants}
    for tenant in tenants:
        kinds = [item["sk"].partition("#")[0] for item in items if item["pk"] == keys.setup(tenant.id)]
        assert sorted(kinds) == ["DOCTOR", "RULES", "SERVICE"], "each has the initial setup"


def test_sign_up_race_with_one_slug_has_one_winner(
    workers: WorkerPool, tables: TableReader, race_results: RaceResults
) -> None:
    applicants = [
        Applicant(
            [_form("Wanted", f"slug-{number}-{turn}@contest.test", f"wanted-{turn}") for turn in range(ROUNDS)]
        )
        for number in range(APPLICANTS)
    ]

    rounds = list(zip(*workers.run_together(sign_up_in_each_round, applicants), strict=True))

    for made in rounds:
        race_results.add("sign-up with one slug", APPLICANTS, sum(tenant is not None for tenant in made))
    winners = {keys.slug_key(tenant.slug).partition: tenant.id for made in rounds for tenant in made if tenant}
    assert [sum(tenant is not None for tenant in made) for made in rounds] == [1] * ROUNDS
    items = tables.all_items()
    assert {i["pk"]: i["tenantId"] for i in items if i["pk"].startswith("SLUG#wanted-")} == winners
    assert not [i for i in items if i["pk"].startswith("EMAIL#slug-") and i["tenantId"] not in winners.values()]
