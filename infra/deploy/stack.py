"""Create or update the stack by a change set, and wait for it."""

import time
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError, WaiterError

from infra.deploy.cloud import Cloud

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef, WaiterConfigTypeDef

_UNCHANGED = ("didn't contain changes", "No updates are to be performed")


class DeploymentError(RuntimeError):
    """CloudFormation refused or rolled back; the message has its reasons."""


def find(cloud: Cloud, name: str) -> "StackTypeDef | None":
    """Return the stack with this name; None without one, or if it was never executed."""
    try:
        (stack,) = cloud.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if stack["StackStatus"] == "REVIEW_IN_PROGRESS" else stack


def apply(
    cloud: Cloud,
    name: str,
    template_url: str,
    parameters: "list[ParameterTypeDef]",
    *,
    is_new: bool,
    poll_seconds: float,
) -> bool:
    """Update the stack to this template, polling every `poll` seconds.

    Returns False if nothing had to change.

    Raises:
        DeploymentError: CloudFormation did not execute it.
    """
    change_set = f"deploy-{time.time_ns()}"
    cloud.cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType="CREATE" if is_new else "UPDATE",
        TemplateURL=template_url,
        Parameters=parameters,
        # The template creates roles and uses the SAM transform.
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    if not _has_changes(cloud, name, change_set, poll_seconds):
        cloud.cloudformation.delete_change_set(StackName=name, ChangeSetName=change_set)
        return False
    cloud.cloudformation.execute_change_set(StackName=name, ChangeSetName=change_set)
    done = cloud.cloudformation.get_waiter("stack_create_complete" if is_new else "stack_update_complete")
    try:
        done.wait(StackName=name, WaiterConfig=_waiter_config(poll_seconds))
    except WaiterError as error:
        raise DeploymentError(f"{error}\n{_failure_reasons(cloud, name)}") from None
    return True


def outputs(cloud: Cloud, name: str) -> dict[str, str]:
    """Return the outputs of the stack."""
    (stack,) = cloud.cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _has_changes(cloud: Cloud, name: str, change_set: str, poll_seconds: float) -> bool:
    waiter = cloud.cloudformation.get_waiter("change_set_create_complete")
    try:
        waiter.wait(StackName=name, ChangeSetName=change_set, WaiterConfig=_waiter_config(poll_seconds))
    except WaiterError:
        found = cloud.cloudformation.describe_change_set(StackName=name, ChangeSetName=change_set)
        reason = found.get("StatusReason", "")
        if any(words in reason for words in _UNCHANGED):
            return False
        raise DeploymentError(reason) from None
    return True


def _waiter_config(seconds: float) -> "WaiterConfigTypeDef":
    """Wait an hour at most.

    A waiter accepts fractions of a second, although its types do not.
    """
    return {"Delay": cast("int", seconds), "MaxAttempts": round(3600 / seconds)}


def _failure_reasons(cloud: Cloud, name: str) -> str:
    """Return the failures among the newest events, oldest last."""
    events = cloud.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason')}"
        for event in events
        if event.get("ResourceStatus", "").endswith("_FAILED")
    )
