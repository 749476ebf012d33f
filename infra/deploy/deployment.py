"""One deployment from the package to the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.deploy import artefacts, parameters, site, stack
from infra.deploy.cloud import Cloud
from infra.package import Package
from infra.paths import SITE


@dataclass(frozen=True)
class Deployment:
    """A package and its destination.

    `sticky` keeps unnamed settings of the last deployment.
    """

    stage: str
    package: Package
    settings: Mapping[str, str]
    sticky: bool = True
    site: Path = SITE
    poll_seconds: float = 5

    @property
    def stack(self) -> str:
        """The name of the stack."""
        return f"holdfast-{self.stage}"


def deploy(cloud: Cloud, deployment: Deployment) -> dict[str, str]:
    """Deploy the stack and the site. Returns the stack's outputs.

    Raises:
        DeploymentError: CloudFormation refused or rolled back.
    """
    name = deployment.stack
    template_url = artefacts.upload(cloud, deployment.package)
    existing = stack.find(cloud, name)
    known = [parameter["ParameterKey"] for parameter in existing.get("Parameters", [])] if existing else []
    given = {
        **parameters.settings(deployment.package.template, deployment.settings),
        "Stage": deployment.stage,
        "EndpointUrl": cloud.endpoint_url or "",
    }
    arguments = parameters.to_arguments(given, known if deployment.sticky else ())
    stack.apply(
        cloud, name, template_url, arguments, is_new=existing is None, poll_seconds=deployment.poll_seconds
    )
    outputs = stack.outputs(cloud, name)
    if deployment.site.is_dir() and site.sync(cloud, outputs["SiteBucketName"], deployment.site):
        site.invalidate(cloud, outputs["DistributionId"])
    return outputs
