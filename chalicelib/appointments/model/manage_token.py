"""The token by which a patient comes to their own appointment: it names it, and its secret cannot be guessed."""

from typing import NamedTuple

from chalicelib.core.dynamodb.keys import validate_id
from chalicelib.core.http.errors import NotFound

_PARTS = 3
# No dot: what has one at the end of an address is taken for a file by whoever serves the page.
_SEPARATOR = "~"


class ManageToken(NamedTuple):
    """What a token says."""

    tenant_id: str
    appointment_id: str
    secret: str


def encode(tenant_id: str, appointment_id: str, secret: str) -> str:
    """The token of an appointment."""
    return _SEPARATOR.join((tenant_id, appointment_id, secret))


def decode(token: str) -> ManageToken:
    """What a token says; whether its secret is the appointment's is another question.

    Raises:
        NotFound: it does not have the form of one.
    """
    parts = token.split(_SEPARATOR)
    if len(parts) != _PARTS:
        raise NotFound("There is no booking at this address.")
    return ManageToken(validate_id(parts[0]), validate_id(parts[1]), parts[2])
