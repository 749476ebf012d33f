"""Tenants and members, and the rules about names and passwords."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chalicelib.core.auth import Principal, Role
from chalicelib.core.constraints import Check, Length
from chalicelib.core.errors import Conflict
from chalicelib.core.shape import Email, Name, Shape, ZoneName

DEMO_PASSWORD = "demo-password"  # noqa: S105 - public by design, and refused outside local
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
_SHORTEST_SLUG, _LONGEST_SLUG = 3, 40
_SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
# Words that stand where a slug does in public addresses, and such as would pass for ours.
RESERVED_SLUGS = frozenset({"admin", "api", "book", "bookings", "feeds", "holdfast", "public", "support", "www"})

# Room for any sentence, and an end to what is worth hashing.
Password = Annotated[str, Length(0, 1024)]


def _is_slug(text: str) -> bool:
    return bool(re.fullmatch(_SLUG, text))


def _is_not_reserved(text: str) -> bool:
    return text not in RESERVED_SLUGS


Slug = Annotated[
    str,
    Length(_SHORTEST_SLUG, _LONGEST_SLUG),
    Check(_is_slug, "must be small letters and digits, with single hyphens between them", pattern=_SLUG),
    Check(_is_not_reserved, "is kept for our own addresses; choose another one"),
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
class Tenant(Shape):
    """A practice. `slug` names it in public addresses, `time_zone` is its own IANA zone; see `LockPolicy`."""

    id: str
    name: str
    slug: str
    time_zone: str
    on_control_timeout: OnTimeout
    admins_first: bool


@dataclass(frozen=True, slots=True)
class User(Shape):
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
class MemberPage(Shape):
    """One page of members, in the order of their ids; `next_cursor` is null on the last."""

    items: list[Member]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Deactivation:
    """The end of a member's account, and the admin who made it."""

    tenant_id: str
    user_id: str
    at: datetime
    by: Principal


@dataclass(frozen=True, slots=True)
class SignUp(Shape):
    """A new practice and its first admin. Without a `slug` one is made from the practice's name."""

    tenant_name: Name
    time_zone: ZoneName
    name: Name
    email: Email
    password: Password
    slug: Slug | None = None


def slug_of(name: str) -> str:
    """A practice's name in the form that an address can carry, `practice` if nothing of it can.

    >>> slug_of("Müller & Söhne, Zahnärzte")
    'muller-sohne-zahnarzte'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "practice"


def slugs_for(name: str, number: Callable[[int], int]) -> Iterator[str]:
    """Addresses for a practice of this name, to be tried in turn, since names repeat: first the name itself, then
    with a 2 and a 3, then with numbers of more and more digits, for which `number` says one below its argument.

    They end; by then more practices of this name were met than there can be.

    >>> list(slugs_for("Riverside Clinic", lambda most: most - 1))[:4]
    ['riverside-clinic', 'riverside-clinic-2', 'riverside-clinic-3', 'riverside-clinic-99']
    """
    plain = slug_of(name)
    if plain not in RESERVED_SLUGS:
        yield plain
    for ending in ("2", "3"):
        yield _ended(plain, ending)
    for digits in range(2, 10):
        least = 10 ** (digits - 1)
        yield _ended(plain, str(least + number(10**digits - least)))


def _ended(slug: str, ending: str) -> str:
    return f"{slug[: _LONGEST_SLUG - len(ending) - 1].strip('-')}-{ending}"
