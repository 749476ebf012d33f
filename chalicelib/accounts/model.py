"""Tenants and members, and the rules of names and passwords."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chalicelib.core.http.constraints import Length, Predicate
from chalicelib.core.http.errors import Conflict
from chalicelib.core.http.schema import Email, Name, Schema, ZoneName
from chalicelib.core.security.tokens import Principal, Role

TENANT_NOT_FOUND = "There is no practice at this address."
# Public by design, and refused outside local runs.
DEMO_PASSWORD = "demo-password"
MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 10, 128
_MIN_SLUG_LENGTH, _MAX_SLUG_LENGTH = 3, 40
_SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
# Words that our own public addresses use, and names that could be taken for ours.
RESERVED_SLUGS = frozenset({"admin", "api", "book", "bookings", "feeds", "holdfast", "public", "support", "www"})

# Long enough for any passphrase; hashing more is a waste.
Password = Annotated[str, Length(0, 1024)]


def _is_slug(text: str) -> bool:
    return bool(re.fullmatch(_SLUG_PATTERN, text))


def _is_not_reserved(text: str) -> bool:
    return text not in RESERVED_SLUGS


Slug = Annotated[
    str,
    Length(_MIN_SLUG_LENGTH, _MAX_SLUG_LENGTH),
    Predicate(
        _is_slug, "must be small letters and digits, with single hyphens between them", pattern=_SLUG_PATTERN
    ),
    Predicate(_is_not_reserved, "is kept for our own addresses; choose another one"),
]


class EmailTaken(Conflict):
    code, title = "EMAIL_TAKEN", "There is an account with this email"


class OwnAccount(Conflict):
    code, title = "OWN_ACCOUNT", "You cannot deactivate yourself"

    def __init__(self) -> None:
        super().__init__("Only another admin can deactivate you, so that a practice always keeps one.")


# The outcome of a control request that the holder does not answer in time.
OnTimeout = Literal["lapse", "grant"]


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """A tenant's rules for locks.

    They are the outcome of an unanswered control request, and the priority of admins.
    """

    on_timeout: OnTimeout = "lapse"
    admins_first: bool = False


@dataclass(frozen=True, slots=True)
class Tenant(Schema):
    """A practice. `slug` names it in public addresses; `time_zone` is an IANA name.

    `on_control_timeout` is the outcome of a control request that the holder does not answer: it lapses or is
    granted. With `admins_first`, admins come before others in the waitlist of a lock.
    """

    id: str
    name: str
    slug: str
    time_zone: str
    on_control_timeout: OnTimeout
    admins_first: bool


@dataclass(frozen=True, slots=True)
class Member(Schema):
    """A member as other members see them."""

    id: str
    tenant_id: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class MemberDetails(Member):
    """A member as admins see them; `deactivated_at` is null for an active member."""

    deactivated_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberPage(Schema):
    """One page of members in order of their ids.

    `next_cursor` is null on the last page.
    """

    items: list[MemberDetails]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Deactivation:
    """The deactivation of a member, with the admin that did it."""

    tenant_id: str
    member_id: str
    at: datetime
    by: Principal


@dataclass(frozen=True, slots=True)
class SignUp(Schema):
    """A new practice and its first admin.

    Without a `slug`, one is derived from the practice's name.
    """

    tenant_name: Name
    time_zone: ZoneName
    name: Name
    email: Email
    password: Password
    slug: Slug | None = None


def slugify(name: str) -> str:
    """Convert a practice's name to a slug; `practice` if no character of it fits.

    >>> slugify("Müller & Söhne, Zahnärzte")
    'muller-sohne-zahnarzte'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_SLUG_LENGTH].strip("-") or "practice"


def slug_candidates(name: str, random_below: Callable[[int], int]) -> Iterator[str]:
    """Yield slugs for a name, to be tried in turn.

    First the name itself, then with 2 and 3, then with random numbers. The numbers get longer with each attempt.
    `random_below(limit)` returns a number below its limit.

    >>> list(slug_candidates("Riverside Clinic", lambda limit: limit - 1))[:4]
    ['riverside-clinic', 'riverside-clinic-2', 'riverside-clinic-3', 'riverside-clinic-99']
    """
    plain = slugify(name)
    if plain not in RESERVED_SLUGS:
        yield plain
    for suffix in ("2", "3"):
        yield _with_suffix(plain, suffix)
    for digits in range(2, 10):
        smallest = 10 ** (digits - 1)
        yield _with_suffix(plain, str(smallest + random_below(10**digits - smallest)))


def _with_suffix(slug: str, suffix: str) -> str:
    return f"{slug[: _MAX_SLUG_LENGTH - len(suffix) - 1].strip('-')}-{suffix}"
