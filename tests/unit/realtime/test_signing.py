"""Our signature is botocore's."""

from datetime import UTC, datetime
from urllib.parse import quote

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.realtime.gateway.signing import Credentials, Signer

HOST, REGION, PREFIX = "abc.execute-api.eu-west-1.amazonaws.com", "eu-west-1", "/ws/@connections/"
words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=40)
connection_ids = st.text(min_size=1, max_size=30).filter(lambda text: text not in (".", ".."))


@given(
    st.sampled_from(["POST", "DELETE"]),
    connection_ids,
    st.binary(max_size=200),
    st.builds(Credentials, words, words, st.none() | words),
)
@example("POST", "aB/+c=", b"{}", Credentials("id", "secret", "a/token+of==="))
def test_requests_are_signed_as_botocore_signs_them(
    method: str, connection_id: str, body: bytes, credentials: Credentials
) -> None:
    path = PREFIX + quote(connection_id, safe="~")
    request = AWSRequest(method, f"https://{HOST}{path}", data=body)
    SigV4Auth(ReadOnlyCredentials(*credentials), "execute-api", REGION).add_auth(request)
    theirs = {name.lower(): value for name, value in request.headers.items()}
    signed_at = datetime.strptime(theirs["x-amz-date"], SIGV4_TIMESTAMP).replace(tzinfo=UTC)

    lines = Signer(HOST, REGION).headers(method, path, body, credentials, int(signed_at.timestamp())).splitlines()
    ours = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    assert ours == {"host": HOST, **theirs}


def test_a_day_and_another_secret_have_keys_of_their_own() -> None:
    signer, path = Signer(HOST, REGION), f"{PREFIX}a"
    noon, next_noon = 1_760_011_200, 1_760_097_600

    signed = [
        signer.headers("POST", path, b"", Credentials("id", secret, None), now)
        for secret in ("old", "new")
        for now in (noon, next_noon)
    ]

    assert len(set(signed)) == 4
    assert signed[0] == signer.headers("POST", path, b"", Credentials("id", "old", None), noon)
