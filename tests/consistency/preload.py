"""Imports of the server that forks the clients, so that each client starts in milliseconds."""

from chalicelib.core.dynamodb.connection import connection
from tests.consistency.bookings import client as bookings_client
from tests.consistency.locks import client as locks_client

# botocore keeps what it reads from its files; a client's own connection to the database comes after the fork.
connection.session.create_client("dynamodb")

__all__ = ["bookings_client", "locks_client"]
