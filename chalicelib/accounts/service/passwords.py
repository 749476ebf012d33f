"""Passwords: what is accepted, and how they are hashed."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.accounts.model import DEMO_PASSWORD, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.core.settings import settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# The hash of a random, discarded password: verified for an unknown email, so that it takes as long as a known one.
DUMMY_PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$e0i5rQeUoyGPr1QJuJjENQ$K8rrUmenBYPTKHdx2T52Ht7GX81o7Myp4w+8oAaPNPE"
)


@cache
def default_hasher() -> "PasswordHasher":
    """Return Argon2id with the library's defaults.

    They follow RFC 9106's low-memory recommendation.
    """
    from argon2 import PasswordHasher

    return PasswordHasher()


def verify_password(password_hash: str, password: str) -> bool:
    """Return whether a password has this hash."""
    from argon2.exceptions import VerifyMismatchError

    try:
        return default_hasher().verify(password_hash, password)
    except VerifyMismatchError:
        return False


def validate_password(password: str) -> None:
    """Refuse a password that is too short, too long or public.

    Raises:
        ValidationFailed: with the reason.
    """
    if password == DEMO_PASSWORD and not settings().is_local:
        raise ValidationFailed([FieldError("password", "is the demo's and public; choose another one")])
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        message = f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters"
        raise ValidationFailed([FieldError("password", message)])
