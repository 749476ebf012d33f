"""Adds a member, in a process with the environment of the API's function."""

import json
import os
import subprocess
import sys

from chalicelib.accounts.service import members
from chalicelib.core.security.tokens import Principal
from infra.local.stack import REGION
from infra.paths import ROOT
from tests.app_client.member import Member
from tests.e2e.account import Account
from tests.e2e.demo import PASSWORD


def add_member(account: Account, admin: Member, name: str, email: str) -> None:
    """Add a staff member with the password of the demo."""
    function = account.client("lambda").get_function_configuration(FunctionName=account.name("APIHandler"))
    environment = {
        **os.environ,
        **function["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": account.stack.aws,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": account.key,
        "AWS_SECRET_ACCESS_KEY": account.secret,
    }
    profile = admin.get("/auth/me")
    form = json.dumps(
        {"tenantId": profile["tenant"]["id"], "admin": profile["user"], "name": name, "email": email}
    )
    subprocess.run([sys.executable, "-m", __name__, form], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    admin = asked["admin"]
    principal = Principal(asked["tenantId"], admin["id"], admin["email"], admin["name"], "admin")
    members.add_member(principal, asked["name"], asked["email"], "staff", PASSWORD)
