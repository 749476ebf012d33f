"""The one place where AWS clients for deploying are made."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import boto3


def session(environment: Mapping[str, str] = os.environ) -> boto3.Session:
    """The credentials of the environment, and its region by either name: boto3 itself knows only the second."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    return boto3.Session(region_name=region or None)


@dataclass
class Cloud:
    """An account and region of AWS, or an emulator of them at `endpoint_url`."""

    session: boto3.Session = field(default_factory=session)
    endpoint_url: str | None = None

    def __post_init__(self) -> None:
        """Make the clients; nothing is sent yet."""
        self.cloudformation = self.session.client("cloudformation", endpoint_url=self.endpoint_url)
        self.cloudfront = self.session.client("cloudfront", endpoint_url=self.endpoint_url)
        self.s3 = self.session.client("s3", endpoint_url=self.endpoint_url)
        self.sts = self.session.client("sts", endpoint_url=self.endpoint_url)

    @property
    def region(self) -> str:
        """The region that everything goes to."""
        return str(self.session.region_name)

    def account(self) -> str:
        """The account's id, as the credentials in use see it."""
        return str(self.sts.get_caller_identity()["Account"])
