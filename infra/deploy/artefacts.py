"""Bucket of packages for CloudFormation."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from infra.deploy.cloud import Cloud
from infra.package import Package

if TYPE_CHECKING:
    from types_boto3_s3.literals import BucketLocationConstraintType


def upload(cloud: Cloud, package: Package) -> str:
    """Upload the code and the template that refers to it. Returns the template's URL.

    Both are named by their content, so an existing file is not sent again.
    """
    bucket = f"holdfast-artefacts-{cloud.account()}-{cloud.region}"
    _ensure_bucket(cloud, bucket)
    code = _upload_once(cloud, bucket, package.code.read_bytes(), ".zip")
    template = _upload_once(cloud, bucket, _with_code_uri(package.template, f"s3://{bucket}/{code}"), ".json")
    return f"{cloud.s3.meta.endpoint_url}/{bucket}/{template}"


def _with_code_uri(template: Path, code: str) -> bytes:
    packaged = json.loads(template.read_text())
    for resource in packaged["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code
    return json.dumps(packaged).encode()


def _ensure_bucket(cloud: Cloud, bucket: str) -> None:
    if _exists(lambda: cloud.s3.head_bucket(Bucket=bucket)):
        return
    if cloud.region == "us-east-1":  # the default, which S3 rejects as a value
        cloud.s3.create_bucket(Bucket=bucket)
    else:
        where = cast("BucketLocationConstraintType", cloud.region)
        cloud.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": where})
    cloud.s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )


def _upload_once(cloud: Cloud, bucket: str, content: bytes, suffix: str) -> str:
    key = hashlib.sha256(content).hexdigest() + suffix
    if not _exists(lambda: cloud.s3.head_object(Bucket=bucket, Key=key)):
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=content)
    return key


def _exists(head: Callable[[], object]) -> bool:
    try:
        head()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket", "NoSuchKey"}:
            return False
        raise
    return True
