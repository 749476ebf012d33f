"""Two who sign up in the same moment: one account for an email, a different address for each practice."""

from dataclasses import dataclass

from chalicelib.accounts.model import EmailTaken, SignUp, Tenant
from chalicelib.core import keys
from chalicelib.core.errors import Invalid
from chalicelib.scheduling.service import opening
from tests.consistency.contest import Crew, LineUp
from tests.consistency.ledger import Ledger
from tests.consistency.office import QUICK
from tests.consistency.scoreboard import Scoreboard

ROUNDS, APPLICANTS = 10, 8


@dataclass(frozen=True)
class Applicant:
    """Somebody who signs up with each of these forms."""

    forms: list[SignUp]


def apply(applicant: Applicant, line_up: LineUp) -> list[Tenant | None]:
    """The practices that were made; None where the email or the slug was taken."""
    made: list[Tenant | None] = []
    for form in applicant.forms:
        line_up()
        try:
            made.append(opening.open_practice(form, hasher=QUICK).tenant)
        except (EmailTaken, Invalid):
            made.append(None)
    return made


def _form(practice: str, email: str, slug: str | None = None) -> SignUp:
    return SignUp(practice, "Europe/Lisbon", "Dana", email, "correct horse battery", slug)


def test_an_email_gets_one_account_and_one_practice(
    contenders: Crew, ledger: Ledger, scoreboard: Scoreboard
) -> None:
    applicants = [
        Applicant([_form(f"Twice {number} {turn}", f"twice-{turn}@contest.test") for turn in range(ROUNDS)])
        for number in range(APPLICANTS)
    ]

    rounds = list(zip(*contenders.together(apply, applicants), strict=True))

    for made in rounds:
        scoreboard.add("sign-up with one email", APPLICANTS, sum(tenant is not None for tenant in made))
    made_by_all = [tenant for made in rounds for tenant in made if tenant]
    assert [sum(tenant is not None for tenant in made) for made in rounds] == [1] * ROUNDS
    stored = [item["tenantId"] for item in ledger.everything() if item.get("name", "").startswith("Twice")]
    assert sorted(stored) == sorted(tenant.id for tenant in made_by_all), "nothing is left of those refused"


def test_practices_of_one_name_get_addresses_of_their_own(contenders: Crew, ledger: Ledger) -> None:
    applicants = [
        Applicant([_form("Same Name", f"same-{number}-{turn}@contest.test") for turn in range(ROUNDS)])
        for number in range(APPLICANTS)
    ]

    tenants = [tenant for made in contenders.together(apply, applicants) for tenant in made if tenant]

    assert len(tenants) == ROUNDS * APPLICANTS
    items = ledger.everything()
    owners = {item["pk"]: item["tenantId"] for item in items if item["pk"].startswith("SLUG#same-name")}
    assert owners == {keys.slug(tenant.slug): tenant.id for tenant in tenants}
    for tenant in tenants:
        kinds = [item["sk"].partition("#")[0] for item in items if item["pk"] == keys.setup(tenant.id)]
        assert sorted(kinds) == ["DOCTOR", "RULES", "SERVICE"], "each begins with what it takes to be booked"


def test_an_address_that_many_ask_for_goes_to_one(
    contenders: Crew, ledger: Ledger, scoreboard: Scoreboard
) -> None:
    applicants = [
        Applicant(
            [_form("Wanted", f"slug-{number}-{turn}@contest.test", f"wanted-{turn}") for turn in range(ROUNDS)]
        )
        for number in range(APPLICANTS)
    ]

    rounds = list(zip(*contenders.together(apply, applicants), strict=True))

    for made in rounds:
        scoreboard.add("sign-up with one slug", APPLICANTS, sum(tenant is not None for tenant in made))
    winners = {keys.slug(tenant.slug): tenant.id for made in rounds for tenant in made if tenant}
    assert [sum(tenant is not None for tenant in made) for made in rounds] == [1] * ROUNDS
    items = ledger.everything()
    assert {i["pk"]: i["tenantId"] for i in items if i["pk"].startswith("SLUG#wanted-")} == winners
    assert not [i for i in items if i["pk"].startswith("EMAIL#slug-") and i["tenantId"] not in winners.values()]
