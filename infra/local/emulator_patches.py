"""Differences between the emulator and AWS, patched after each deployment.

The deployed template is the same to the byte. The emulator's CloudFormation ignores gateway responses in the API's
definition and the TTL of tables. Its IAM has a separate action for batches of messages (`sqs:SendMessage` on AWS),
and neither the identity nor the sender of a mail as a condition.
"""

import json
from typing import Any

import boto3

from infra.deploy import Cloud
from infra.package import Package

_SEND_BATCH = "sqs:SendMessageBatch"
_TABLES = {"DataTable": "DataTableName", "ConnectionsTable": "ConnectionsTableName"}


def apply(cloud: Cloud, package: Package, outputs: dict[str, str]) -> None:
    """Patch the stack that was deployed from `package`; `outputs` are its outputs."""
    resources = package.resources()
    _set_gateway_responses(_client(cloud, "apigateway"), outputs["RestAPIId"], resources["RestAPI"]["Properties"])
    _enable_ttl(_client(cloud, "dynamodb"), resources, outputs)
    _widen_policies(_client(cloud, "iam"))


def gateway_responses(rest_api: dict[str, Any]) -> dict[str, Any]:
    """Return the gateway responses of the API's definition by response type."""
    responses: dict[str, Any] = rest_api["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    return responses


def _set_gateway_responses(api_gateway: Any, rest_api_id: str, rest_api: dict[str, Any]) -> None:  # noqa: ANN401
    for response_type, response in gateway_responses(rest_api).items():
        api_gateway.put_gateway_response(restApiId=rest_api_id, responseType=response_type, **response)
    # Gateway responses take effect with a deployment.
    api_gateway.create_deployment(restApiId=rest_api_id, stageName=rest_api["StageName"])


def _enable_ttl(dynamodb: Any, resources: dict[str, Any], outputs: dict[str, str]) -> None:  # noqa: ANN401
    for logical_id, output in _TABLES.items():
        wanted = resources[logical_id]["Properties"]["TimeToLiveSpecification"]
        table = outputs[output]
        found = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if found.get("TimeToLiveStatus") != "ENABLED":
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def _widen_policies(iam: Any) -> None:  # noqa: ANN401
    for role in iam.list_roles()["Roles"]:
        for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            names = {"RoleName": role["RoleName"], "PolicyName": policy}
            document = iam.get_role_policy(**names)["PolicyDocument"]
            statements = [_widen_statement(statement) for statement in document["Statement"]]
            if statements != document["Statement"]:
                iam.put_role_policy(**names, PolicyDocument=json.dumps({**document, "Statement": statements}))


def _widen_statement(statement: dict[str, Any]) -> dict[str, Any]:
    actions = statement["Action"]
    if "sqs:SendMessage" in actions and _SEND_BATCH not in actions:
        return {**statement, "Action": [*actions, _SEND_BATCH]}
    if any(action.startswith("ses:") for action in actions):
        return {"Effect": statement["Effect"], "Action": actions, "Resource": "*"}
    return statement


def _client(cloud: Cloud, service: str) -> Any:  # noqa: ANN401 - one client each, not worth its type stubs
    session: boto3.Session = cloud.session
    return session.client(service, endpoint_url=cloud.endpoint_url)  # type: ignore[call-overload]
