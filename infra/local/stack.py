"""Deployment of the packaged app to the running emulator, with the demo practice."""

import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3

from infra import package
from infra.deploy import Cloud, Deployment, deploy
from infra.local import emulator, emulator_patches, warm_up
from infra.local.configuration import Configuration
from infra.package import Package
from infra.paths import ROOT

STAGE = "local"
REGION = "us-east-1"
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Local:
    """A deployed stack: its package, name and outputs."""

    package: Package
    stack: str
    outputs: dict[str, str]


def cloud(configuration: Configuration) -> Cloud:
    """Return the emulated account, with root credentials."""
    session = boto3.Session(emulator.ROOT_KEY, emulator.ROOT_SECRET, region_name=REGION)
    return Cloud(session, configuration.aws)


def deploy_checkout(configuration: Configuration) -> Local:
    """Package and deploy the checkout."""
    packaged = package.build(STAGE)
    account = cloud(configuration)
    # Not sticky: settings hold for one run.
    deployment = Deployment(STAGE, packaged, configuration.settings, sticky=False, poll_seconds=POLL_SECONDS)
    outputs = deploy(account, deployment)
    emulator_patches.apply(account, packaged, outputs)
    _verify_sender(account, configuration.settings["MAIL_FROM"])
    return Local(packaged, deployment.stack, outputs)


def _verify_sender(account: Cloud, sender: str) -> None:
    """Verify the sender with SES, as a person does once for an account."""
    if sender:
        mails: Any = account.session.client("ses", endpoint_url=account.endpoint_url)
        mails.verify_email_identity(EmailAddress=sender)


def seed(configuration: Configuration, local: Local) -> None:
    """Create the demo practice, with the environment of the API's function."""
    function = _functions(configuration).get_function_configuration(FunctionName=local.outputs["APIHandlerName"])
    environment = {
        **function["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": configuration.aws,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": emulator.ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": emulator.ROOT_SECRET,
    }
    subprocess.run([sys.executable, "-m", "infra.demo"], cwd=ROOT, env=environment, check=True)


def start_functions(configuration: Configuration, local: Local) -> None:
    """Start the functions before the first page load."""
    session = cloud(configuration).session
    stacks = session.client("cloudformation", endpoint_url=configuration.aws)
    resources = stacks.describe_stack_resources(StackName=local.stack)["StackResources"]
    names = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    warm_up.run(_functions(configuration), names)


def _functions(configuration: Configuration) -> Any:  # noqa: ANN401 - one client, not worth its type stubs
    return cloud(configuration).session.client("lambda", endpoint_url=configuration.aws)


def check_health(configuration: Configuration, local: Local) -> None:
    """Request the API's health, which starts its first process.

    Exits if it is not healthy.
    """
    address = f"{configuration.aws}/_aws/execute-api/{local.outputs['RestAPIId']}/api/health"
    try:
        with urllib.request.urlopen(address, timeout=30):  # noqa: S310 - the emulator's own address
            return
    except OSError as error:
        raise SystemExit(f"The API does not work: {error}\n{emulator.log_tail(configuration)}") from None
