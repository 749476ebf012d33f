"""Signing up over HTTP: a practice comes with the first of what it needs to be booked."""

from http import HTTPStatus

from chalicelib.accounts.model import EmailTaken, SignUp
from chalicelib.accounts.service.members import Session
from chalicelib.core.http import Call
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.service import opening


@routes.endpoint(
    "POST",
    "/auth/signup",
    body=SignUp,
    answers=Session,
    status=HTTPStatus.CREATED,
    public=True,
    problems=(EmailTaken,),
)
def sign_up(call: Call[SignUp, None]) -> Session:
    """Make a practice, its first admin, and what it takes to be booked at once: a service, a doctor, hours."""
    return opening.open_practice(call.body)
