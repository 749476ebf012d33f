"""The emulated AWS account of a stack."""

import json
from dataclasses import dataclass
from typing import Any

import boto3

from infra.local.emulator import ROOT_KEY, ROOT_SECRET
from infra.local.stack import REGION
from tests.stack import Stack

STACK = "holdfast-local"


@dataclass
class Account:
    """AWS clients with some credentials, by default those of the root user."""

    stack: Stack
    key: str = ROOT_KEY
    secret: str = ROOT_SECRET
    token: str | None = None

    def client(self, service: str, **how: Any) -> Any:
        """Return a client of one AWS service."""
        return self._session().client(service, **{"endpoint_url": self.stack.aws, **how})  # type: ignore[call-overload]

    def resource(self, service: str) -> Any:
        """Return a boto3 resource of one AWS service."""
        return self._session().resource(service, endpoint_url=self.stack.aws)  # type: ignore[call-overload]

    def output(self, output: str) -> str:
        """Return an output of the stack."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return str(next(entry["OutputValue"] for entry in found["Outputs"] if entry["OutputKey"] == output))

    def name(self, logical_id: str) -> str:
        """Return the physical name of a resource."""
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical_id
        )
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def invoke(self, function: str, event: object) -> Any:
        """Invoke a function under its own role, and return its result."""
        answer = self.client("lambda").invoke(FunctionName=self.name(function), Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, payload
        return payload

    def in_role_of(self, function: str) -> "Account":
        """Return the account with the permissions of this function only."""
        roles = self.client("iam")
        arn = self.client("lambda").get_function_configuration(FunctionName=self.name(function))["Role"]
        role = arn.rpartition("/")[2]
        trust = roles.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        roles.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(_trusting_all(trust)))
        try:
            found = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        finally:
            roles.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
        return Account(self.stack, found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])

    def _session(self) -> boto3.Session:
        return boto3.Session(self.key, self.secret, self.token, region_name=REGION)


def _trusting_all(trust: dict[str, Any]) -> dict[str, Any]:
    """Return the policy with all principals beside Lambda."""
    everyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    return {**trust, "Statement": [*trust["Statement"], everyone]}
