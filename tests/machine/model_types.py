"""The nouns of the lock on paper. Instants and spans are whole milliseconds; nothing of the product is used."""

from dataclasses import dataclass

SECOND = 1000
LEASE, GRACE, REQUEST_TIMEOUT, RESERVATION_TIMEOUT = 300 * SECOND, 15 * SECOND, 30 * SECOND, 5 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR

View = dict[str, object]


@dataclass(frozen=True)
class ModelMember:
    """A member."""

    member_id: str
    name: str
    email: str
    is_admin: bool

    def view(self) -> View:
        """How everybody sees them."""
        return {"user": self.member_id, "name": self.name, "email": self.email}


@dataclass(frozen=True)
class ModelTab:
    """A member in one browser tab."""

    member: ModelMember
    tab_id: str


@dataclass
class ModelLease:
    """One lock id, from its beginning to its end. `until` is the deadline that a dropped connection gets back."""

    lock_id: str
    tab: ModelTab
    acquired: int
    renewed: int
    expires: int
    lease_until: int | None = None


@dataclass
class ModelWaiter:
    """A place in line. `grants`: the lock is theirs if the holder does not answer."""

    tab: ModelTab
    message: str
    asked: int
    granted_on_timeout: bool
    disconnected: int | None = None


@dataclass(frozen=True)
class ModelPolicy:
    """What the practice chose."""

    grant_on_timeout: bool = False
    admins_first: bool = False


class Rejected(Exception):
    """The problem's code, and the evidence beside it."""

    def __init__(self, code: str, **evidence: object) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence
