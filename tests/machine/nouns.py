"""The nouns of the lock on paper. Instants and spans are whole milliseconds; nothing of the product is used."""

from dataclasses import dataclass

SECOND = 1000
LEASE, GRACE, PATIENCE, TURN = 300 * SECOND, 15 * SECOND, 30 * SECOND, 5 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR

Seen = dict[str, object]


@dataclass(frozen=True)
class Who:
    """A member."""

    user_id: str
    name: str
    email: str
    is_admin: bool

    def seen(self) -> Seen:
        """How everybody sees them."""
        return {"user": self.user_id, "name": self.name, "email": self.email}


@dataclass(frozen=True)
class At:
    """A member in one browser tab."""

    who: Who
    session: str


@dataclass
class Hold:
    """One lock id, from its beginning to its end. `until` is the deadline that a dropped connection gets back."""

    lock_id: str
    tab: At
    acquired: int
    renewed: int
    expires: int
    until: int | None = None


@dataclass
class Waiting:
    """A place in line. `grants`: the lock is theirs if the holder does not answer."""

    tab: At
    message: str
    asked: int
    grants: bool
    gone: int | None = None


@dataclass(frozen=True)
class Policy:
    """What the practice chose."""

    grants: bool = False
    admins_first: bool = False


class Refusal(Exception):
    """The problem's code, and the evidence beside it."""

    def __init__(self, code: str, **evidence: object) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence
