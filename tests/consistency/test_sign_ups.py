"""Two who sign up in the same moment: one account for an email, a different address for each practice."""

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
    """Somebody who signs up with each of these forms."""

    forms: list[SignUp]


def sign_up_in_each_round(applicant: Applicant, line_up: BarrierWait) -> list[Tenant | None]:
    """The practices that were made; None where the email or the slug was taken."""
    made: list[Tenant | None] = []
    for form in applicant.forms:
        line_up()
        try:
            made.append(sign_up_tenant(form, hasher=FAST_HASHER).tenant)
        except (EmailTaken, ValidationFailed):
            made.append(None)
    return made


def _form(practice: str, email: str, slug: str | None = None) -> SignUp:
    return SignUp(practice, "Europe/Lisbon", "Dana", email, "correct horse battery", slug)


def test_an_email_gets_one_account_and_one_practice(
    contenders: WorkerPool, ledger: TableReader, scoreboard: RaceResults
) -> None:
    applicants = [
        Applicant([_form(f"Twice {number} {turn}", f"twice-{turn}@contest.test") for turn in range(ROUNDS)])
        for number in range(APPLICANTS)
    ]

    rounds = list(zip(*contenders.run_together(sign_up_in_each_round, applicants), strict=True))

    for made in rounds:
        scoreboard.add("sign-up with one email", APPLICANTS, sum(tenant is not None for tenant in made))
    made_by_all = [tenant for made in rounds for tenant in made if tenant]
    assert [sum(tenant is not None for tenant in made) for made in rounds] == [1] * ROUNDS
    stored = [item["tenantId"] for item in ledger.all_items() if item.get("name", "").startswith("Twice")]
    assert sorted(stored) == sorted(tenant.id for tenant in made_by_all), "nothing is left of those refused"


def test_practices_of_one_name_get_addresses_of_their_own(contenders: WorkerPool, ledger: TableReader) -> None:
    applicants = [
        Applicant([_form("Same Name", f"same-{number}-{turn}@contest.test") for turn in range(ROUNDS)])
        for number in range(APPLICANTS)
    ]

    tenants = [
        tenant for made in contenders.run_together(sign_up_in_each_round, applicants) for tenant in made if tenant
    ]

    assert len(tenants) == ROUNDS * APPLICANTS
    items = ledger.all_items()
    owners = {item["pk"]: item["tenantId"] for item in items if item["pk"].startswith("SLUG#same-name")}
    assert owners == {keys.slug_key(tenant.slug).partition: tenant.id for tenant in tenants}
    for tenant in tenants:
        kinds = [item["sk"].partition("#")[0] for item in items if item["pk"] == keys.setup(tenant.id)]
        assert sorted(kinds) == ["DOCTOR", "RULES", "SERVICE"], "each begins with what it takes to be booked"


def test_an_address_that_many_ask_for_goes_to_one(
    contenders: WorkerPool, ledger: TableReader, scoreboard: RaceResults
) -> None:
    applicants = [
        Applicant(
            [_form("Wanted", f"slug-{number}-{turn}@contest.test", f"wanted-{turn}") for turn in range(ROUNDS)]
        )
        for number in range(APPLICANTS)
    ]

    rounds = list(zip(*contenders.run_together(sign_up_in_each_round, applicants), strict=True))

    for made in rounds:
        scoreboard.add("sign-up with one slug", APPLICANTS, sum(tenant is not None for tenant in made))
    winners = {keys.slug_key(tenant.slug).partition: tenant.id for made in rounds for tenant in made if tenant}
    assert [sum(tenant is not None for tenant in made) for made in rounds] == [1] * ROUNDS
    items = ledger.all_items()
    assert {i["pk"]: i["tenantId"] for i in items if i["pk"].startswith("SLUG#wanted-")} == winners
    assert not [i for i in items if i["pk"].startswith("EMAIL#slug-") and i["tenantId"] not in winners.values()]
