"""The emulated account behind a stack, as its root sees it."""

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
    """AWS clients with every right, and the names that the deployment made."""

    stack: Stack
    key: str = ROOT_KEY
    secret: str = ROOT_SECRET
    token: str | None = None

    def client(self, service: str, **how: Any) -> Any:
        """A client of one AWS service."""
        return self._session().client(service, **{"endpoint_url": self.stack.aws, **how})  # type: ignore[call-overload]

    def resource(self, service: str) -> Any:
        """The same, as boto3's objects."""
        return self._session().resource(service, endpoint_url=self.stack.aws)  # type: ignore[call-overload]

    def output(self, output: str) -> str:
        """What the stack tells of itself."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return str(next(entry["OutputValue"] for entry in found["Outputs"] if entry["OutputKey"] == output))

    def name(self, logical_id: str) -> str:
        """The name of a resource."""
        told = self.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        return str(told["StackResourceDetail"]["PhysicalResourceId"])

    def invoke(self, function: str, event: object) -> Any:
        """Run a function, under its own role; what it returns."""
        answer = self.client("lambda").invoke(FunctionName=self.name(function), Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, payload
        return payload

    def in_role_of(self, function: str) -> "Account":
        """The same account with the rights of this function and no others."""
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
    """The policy with the account's own principals beside Lambda; emulated, and for a moment."""
    everyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    return {**trust, "Statement": [*trust["Statement"], everyone]}
