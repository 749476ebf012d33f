"""AWS clients for deployment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import boto3


def session(environment: Mapping[str, str] = os.environ) -> boto3.Session:
    """Open a session with the environment's credentials and region.

    Boto3 alone ignores AWS_REGION.
    """
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    return boto3.Session(region_name=region or None)


@dataclass
class Cloud:
    """An AWS account and region, or an emulator at `endpoint_url`."""

    session: boto3.Session = field(default_factory=session)
    endpoint_url: str | None = None

    def __post_init__(self) -> None:
        """Create the clients; sends nothing yet."""
        self.cloudformation = self.session.client("cloudformation", endpoint_url=self.endpoint_url)
        self.cloudfront = self.session.client("cloudfront", endpoint_url=self.endpoint_url)
        self.s3 = self.session.client("s3", endpoint_url=self.endpoint_url)
        self.sts = self.session.client("sts", endpoint_url=self.endpoint_url)

    @property
    def region(self) -> str:
        """The region of the deployment."""
        return str(self.session.region_name)

    def account(self) -> str:
        """Return the account id of the credentials."""
        return str(self.sts.get_caller_identity()["Account"])
