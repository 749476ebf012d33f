"""Imported by the server that forks the clients, so that each of them starts in milliseconds."""

from chalicelib.core.table.connection import connection
from tests.consistency.bookings import client as of_bookings
from tests.consistency.faults import client as of_faults

# botocore keeps what it reads from its files; a client's own connection to the database comes after the fork.
connection.session.create_client("dynamodb")

__all__ = ["of_bookings", "of_faults"]
