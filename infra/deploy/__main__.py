"""`make deploy STAGE=...`: deploy to the AWS account and region of the environment's credentials."""

import os

from botocore.exceptions import BotoCoreError, ClientError

from infra import package
from infra.deploy import Cloud, Deployment, deploy
from infra.deploy.stack import DeploymentError
from infra.frontend import build as build_site

_LOCAL_ONLY_VARIABLES = ("AWS_ENDPOINT_URL", "JWT_KEYS")


def main() -> None:
    """Package, deploy, and print the address."""
    stage = os.environ.get("STAGE") or ""
    _refuse_local(stage)
    build_site()
    try:
        outputs = deploy(Cloud(), Deployment(stage, package.build(stage), os.environ))
    except (BotoCoreError, ClientError, DeploymentError) as failure:
        raise SystemExit(f"Not deployed: {failure}") from None
    print(outputs["SiteUrl"])


def _refuse_local(stage: str) -> None:
    """Refuse settings that belong to one developer's machine."""
    if stage not in package.STAGES or stage == "local":
        raise SystemExit("Name the stage: make deploy STAGE=dev, or STAGE=prod. `make run` deploys locally.")
    found = [name for name in _LOCAL_ONLY_VARIABLES if os.environ.get(name)]
    if found:
        raise SystemExit(f"{', '.join(found)} is set, which is for a local run; unset it to deploy to AWS.")


if __name__ == "__main__":
    main()
