"""Deployment of a package to CloudFormation, AWS's or an emulator's."""

from infra.deploy.cloud import Cloud
from infra.deploy.deployment import Deployment, deploy

__all__ = ["Cloud", "Deployment", "deploy"]
