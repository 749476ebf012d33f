"""The manage token: identifies an appointment and authorises its patient by a secret."""

from typing import NamedTuple

from chalicelib.core.dynamodb.keys import InvalidId, validate_id
from chalicelib.core.http.errors import NotFound

BOOKING_NOT_FOUND = "There is no booking at this address."
_PARTS = 3
# No dot: static hosting takes a path that ends in `.name` for a file.
_SEPARATOR = "~"


class ManageToken(NamedTuple):
    """The parts of a token."""

    tenant_id: str
    appointment_id: str
    secret: str


def encode(tenant_id: str, appointment_id: str, secret: str) -> str:
    """Return the token of an appointment."""
    return _SEPARATOR.join((tenant_id, appointment_id, secret))


def decode(token: str) -> ManageToken:
    """Split a token into its parts; the secret is not verified.

    Raises:
        NotFound: malformed token.
    """
    parts = token.split(_SEPARATOR)
    if len(parts) != _PARTS:
        raise NotFound(BOOKING_NOT_FOUND)
    try:
        return ManageToken(validate_id(parts[0]), validate_id(parts[1]), parts[2])
    except InvalidId:
        raise NotFound(BOOKING_NOT_FOUND) from None
