"""Signing up over HTTP: a practice comes with the first of what it needs to be booked."""

from http import HTTPStatus

from chalicelib.accounts.model import EmailTaken, SignUp
from chalicelib.accounts.service.sessions import SignInResponse
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.scheduling.service import tenant_setup


@endpoint(body=SignUp, response=SignInResponse, status=HTTPStatus.CREATED, public=True, errors=(EmailTaken,))
def sign_up(request: Request[SignUp, None]) -> SignInResponse:
    """Make a practice, its first admin, and what it takes to be booked at once: a service, a doctor, hours."""
    return tenant_setup.sign_up_tenant(request.body)
