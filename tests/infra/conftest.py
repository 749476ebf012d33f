"""One package for all tests of the suite."""

from typing import Any

import pytest

from infra import package
from infra.package import Package

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def packaged() -> Package:
    """Return the output of `make package STAGE=dev`."""
    return package.build("dev")


@pytest.fixture(scope="session")
def resources(packaged: Package) -> Resources:
    """All resources of the packaged template, by logical id."""
    return packaged.resources()


@pytest.fixture(scope="session")
def functions(resources: Resources) -> Resources:
    """Return the properties of all functions, by logical id."""
    return {
        logical_id: resource["Properties"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
