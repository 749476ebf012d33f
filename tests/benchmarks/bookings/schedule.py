"""A tenant that never closes, so that each start is offered: visits of 30 minutes with a buffer of 5."""

from datetime import UTC, datetime, timedelta

from chalicelib.accounts.model import LockPolicy, Member, Tenant
from chalicelib.accounts.store.tenants import create_tenant
from chalicelib.appointments.model.appointment import Patient
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor, Hours
from chalicelib.scheduling.model.resource import Resource
from chalicelib.scheduling.model.service import Need, Service
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.store.tenant_schedule import add_schedule

TENANT, DOCTORS = "4f1c2a9be3d84c5f93d84c5f4f1c2a9b", 20
NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIRST = NOW + timedelta(days=1)
LASTS = timedelta(minutes=35)
PLAIN, WITH_ROOM = "visit", "treatment"
ROOMS = ("room-1", "room-2", "room-3")
MEMBER = Principal(TENANT, "9d2e7c41ab604f38", "alice@benchmark.test", "Alice of the Benchmark", "staff")
PATIENT = Patient("Marta Nunes", "marta@benchmark.test", "+351 900 000 000")


def doctor(number: int) -> str:
    """Return a doctor's id, as long as a real one."""
    return f"{number:0>32}"


def create_schedule() -> None:
    """Create doctors, services and rooms."""
    services = {
        PLAIN: Service(PLAIN, "Visit", 30, 0, 5, None, "#4f46e5"),
        WITH_ROOM: Service(WITH_ROOM, "Treatment", 30, 0, 5, None, "#4f46e5", [Need(list(ROOMS))]),
    }
    hours = [Hours(weekday, "00:00", "24:00") for weekday in range(1, 8)]
    doctors = {
        doctor(one): Doctor(doctor(one), f"Dr. {one}", "UTC", "", list(services), hours, [], [])
        for one in range(DOCTORS)
    }
    rooms = {room: Resource(room, room, "room") for room in ROOMS}
    setup = TenantSchedule(doctors, services, rooms, BookingRules(0, 366, 5, 0))
    policy = LockPolicy()
    tenant = Tenant(TENANT, "Benchmark", "bench", "UTC", policy.on_timeout, policy.admins_first)
    admin = Member(MEMBER.member_id, TENANT, MEMBER.name, MEMBER.email, "admin")

    def add_initial_setup(transaction: Transaction, *_: object) -> None:
        add_schedule(transaction, TENANT, setup)

    create_tenant(tenant, admin, "no password", add_initial_setup)
