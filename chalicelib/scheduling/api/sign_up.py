"""Sign-up over HTTP; here, because a new tenant starts with an initial schedule."""

from http import HTTPStatus

from chalicelib.accounts.model import EmailTaken, SignUp
from chalicelib.accounts.service.sessions import SignInResponse
from chalicelib.core.http.requests import PublicRequest
from chalicelib.core.http.router import endpoint
from chalicelib.scheduling.service.tenant_setup import sign_up_tenant


@endpoint(body=SignUp, response=SignInResponse, status=HTTPStatus.CREATED, public=True, errors=(EmailTaken,))
def sign_up(request: PublicRequest[SignUp, None]) -> SignInResponse:
    """Create a practice and its first admin, and sign the admin in.

    The practice starts with a service, a doctor and working hours, so that patients can book at once.
    """
    return sign_up_tenant(request.body)
