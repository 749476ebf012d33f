"""Types of the reference model, independent of the product. Instants and spans are in milliseconds."""

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
        """Return the member as others see them."""
        return {"user": self.member_id, "name": self.name, "email": self.email}


@dataclass(frozen=True)
class ModelTab:
    """A member in one browser tab."""

    member: ModelMember
    tab_id: str


@dataclass
class ModelLease:
    """One lock id, from its start to its end. `lease_until` is the deadline that a reconnect restores."""

    lock_id: str
    tab: ModelTab
    acquired: int
    renewed: int
    expires: int
    lease_until: int | None = None


@dataclass
class ModelWaiter:
    """A place in the waitlist, with the lock granted on a timeout or not."""

    tab: ModelTab
    message: str
    asked: int
    granted_on_timeout: bool
    disconnected: int | None = None


@dataclass(frozen=True)
class ModelPolicy:
    """The lock policy of the tenant."""

    grant_on_timeout: bool = False
    admins_first: bool = False


class Rejected(Exception):
    """A rejection: the problem's code and its evidence."""

    def __init__(self, code: str, **evidence: object) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence
