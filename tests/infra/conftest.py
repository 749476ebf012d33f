"""One package for all of these tests."""

from typing import Any

import pytest

from infra import package
from infra.package import Package

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def packaged() -> Package:
    """What `make package STAGE=dev` writes."""
    return package.build("dev")


@pytest.fixture(scope="session")
def resources(packaged: Package) -> Resources:
    """Every resource of the packaged template, by logical id."""
    return packaged.resources()


@pytest.fixture(scope="session")
def functions(resources: Resources) -> Resources:
    """The properties of every function, by logical id."""
    return {
        logical_id: resource["Properties"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
