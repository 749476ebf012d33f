"""`make deploy` to the emulated account: another stage, its settings, and repeated deployments."""

from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from infra import package
from infra.deploy import Cloud, Deployment, deploy
from infra.deploy import stack as stacks
from tests.stack import Stack

INDEX = "<!doctype html>"


@pytest.fixture
def cloud(stack: Stack) -> Cloud:
    """Return the emulated account, as its root user."""
    return Cloud(boto3.Session("test", "test", region_name="us-east-1"), stack.aws)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a built site."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text("{}")
    return tmp_path


def test_repeated_deployment_keeps_settings(cloud: Cloud, site: Path) -> None:
    packaged = package.build("dev")

    outputs = deploy(cloud, Deployment("dev", packaged, {"LOCK_SECONDS": "7"}, site=site, poll_seconds=0.1))
    again = deploy(cloud, Deployment("dev", packaged, {"HOLD_SECONDS": "8"}, site=site, poll_seconds=0.1))
    unchanged = deploy(cloud, Deployment("dev", packaged, {}, site=site, poll_seconds=0.1))

    assert outputs == again == unchanged
    stack = stacks.find(cloud, "holdfast-dev")
    assert stack
    settings = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]}
    assert (settings["Stage"], settings["LockSeconds"], settings["HoldSeconds"]) == ("dev", "7", "8")


def test_deployed_site_has_cache_headers(cloud: Cloud, site: Path) -> None:
    packaged = package.build("dev")
    outputs = deploy(cloud, Deployment("dev", packaged, {}, site=site, poll_seconds=0.1))
    bucket = outputs["SiteBucketName"]

    page = cloud.s3.get_object(Bucket=bucket, Key="index.html")
    script = cloud.s3.get_object(Bucket=bucket, Key="assets/app-1a2b.js")
    keys = {entry["Key"] for entry in cloud.s3.list_objects_v2(Bucket=bucket)["Contents"]}

    assert (page["Body"].read().decode(), page["CacheControl"]) == (INDEX, "no-cache")
    assert script["CacheControl"] == "public, max-age=31536000, immutable"
    assert keys == {"index.html", "assets/app-1a2b.js"}


def test_deployment_with_refused_parameter_raises(cloud: Cloud, site: Path) -> None:
    packaged = package.build("dev")
    with pytest.raises(ClientError, match="LogLevel"):
        deploy(cloud, Deployment("dev", packaged, {"LOG_LEVEL": "LOUD"}, site=site, poll_seconds=0.1))
