"""Accounts over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from chalicelib.accounts import service
from chalicelib.accounts.model import EmailTaken, Password, SignUp
from chalicelib.accounts.service import Profile, Session
from chalicelib.core.constraints import Length
from chalicelib.core.errors import Unauthenticated
from chalicelib.core.http import Call, Routes
from chalicelib.core.shape import Shape

routes = Routes(__name__)


@dataclass(frozen=True, slots=True)
class SignIn(Shape):
    """A member's email and password."""

    email: Annotated[str, Length(0, 254)]
    password: Password


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
    """Make a practice and its first admin."""
    return service.sign_up(call.body)


@routes.endpoint("POST", "/auth/signin", body=SignIn, answers=Session, public=True, problems=(Unauthenticated,))
def sign_in(call: Call[SignIn, None]) -> Session:
    """Sign in with email and password."""
    return service.sign_in(call.body.email, call.body.password)


@routes.endpoint("POST", "/auth/refresh", answers=Session)
def refresh(call: Call[None, None]) -> Session:
    """Exchange a token that is still valid for a fresh one."""
    return service.refresh(call.session)


@routes.endpoint("GET", "/auth/me", answers=Profile)
def me(call: Call[None, None]) -> Profile:
    """The caller and their practice."""
    return service.profile(call.principal)
