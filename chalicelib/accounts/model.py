"""Tenants and members, and the rules about names and passwords."""

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

DEMO_PASSWORD = "demo-password"
MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 10, 128
_MIN_SLUG_LENGTH, _MAX_SLUG_LENGTH = 3, 40
_SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
# Words that stand where a slug does in public addresses, and such as would pass for ours.
RESERVED_SLUGS = frozenset({"admin", "api", "book", "bookings", "feeds", "holdfast", "public", "support", "www"})

# Room for any sentence, and an end to what is worth hashing.
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


# What happens to a request for control that its holder does not answer in time.
OnTimeout = Literal["lapse", "grant"]


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """What a practice wants of its locks: what an unanswered request for control comes to, and whether admins
    stand before others in the line.
    """

    on_timeout: OnTimeout = "lapse"
    admins_first: bool = False


@dataclass(frozen=True, slots=True)
class Tenant(Schema):
    """A practice. `slug` names it in public addresses, `time_zone` is its own IANA zone; see `LockPolicy`."""

    id: str
    name: str
    slug: str
    time_zone: str
    on_control_timeout: OnTimeout
    admins_first: bool


@dataclass(frozen=True, slots=True)
class User(Schema):
    """A member as others may see them."""

    id: str
    tenant_id: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Member(User):
    """A member as admins see them; `deactivated_at` is null for all who may sign in."""

    deactivated_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberPage(Schema):
    """One page of members, in the order of their ids; `next_cursor` is null on the last."""

    items: list[Member]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Deactivation:
    """The end of a member's account, and the admin who made it."""

    tenant_id: str
    member_id: str
    at: datetime
    by: Principal


@dataclass(frozen=True, slots=True)
class SignUp(Schema):
    """A new practice and its first admin. Without a `slug` one is made from the practice's name."""

    tenant_name: Name
    time_zone: ZoneName
    name: Name
    email: Email
    password: Password
    slug: Slug | None = None


def slugify(name: str) -> str:
    """A practice's name in the form that an address can carry, `practice` if nothing of it can.

    >>> slug_of("Müller & Söhne, Zahnärzte")
    'muller-sohne-zahnarzte'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_SLUG_LENGTH].strip("-") or "practice"


def slug_candidates(name: str, random_below: Callable[[int], int]) -> Iterator[str]:
    """Addresses for a practice of this name, to be tried in turn, since names repeat: first the name itself, then
    with a 2 and a 3, then with numbers of more and more digits, for which `number` says one below its argument.

    They end; by then more practices of this name were met than there can be.

    >>> list(slugs_for("Riverside Clinic", lambda most: most - 1))[:4]
    ['riverside-clinic', 'riverside-clinic-2', 'riverside-clinic-3', 'riverside-clinic-99']
    """
    plain = slugify(name)
    if plain not in RESERVED_SLUGS:
        yield plain
    for ending in ("2", "3"):
        yield _with_suffix(plain, ending)
    for digits in range(2, 10):
        least = 10 ** (digits - 1)
        yield _with_suffix(plain, str(least + random_below(10**digits - least)))


def _with_suffix(slug: str, ending: str) -> str:
    return f"{slug[: _MAX_SLUG_LENGTH - len(ending) - 1].strip('-')}-{ending}"
