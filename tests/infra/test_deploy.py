"""The settings of `make deploy`, and what it refuses."""

import os
import subprocess
import sys

import pytest

from infra import template
from infra.deploy import Cloud, cloud, parameters
from infra.package import Package
from infra.paths import ROOT

# The documented settings, and the JWT key's.
SETTINGS = {
    "LOCK_SECONDS": "LockSeconds",
    "LOCK_GRACE_SECONDS": "LockGraceSeconds",
    "CONTROL_REQUEST_SECONDS": "ControlRequestSeconds",
    "HOLD_SECONDS": "HoldSeconds",
    "GENERAL_RATE_LIMIT": "GeneralRateLimit",
    "GENERAL_RATE_WINDOW_SECONDS": "GeneralRateWindowSeconds",
    "LOCK_RATE_LIMIT": "LockRateLimit",
    "LOCK_RATE_WINDOW_SECONDS": "LockRateWindowSeconds",
    "ALLOWED_ORIGINS": "AllowedOrigins",
    "JWT_SECONDS": "JwtSeconds",
}
DEFAULTS = {
    "LockSeconds": 300,
    "LockGraceSeconds": 15,
    "ControlRequestSeconds": 30,
    "HoldSeconds": 300,
    "GeneralRateLimit": 100,
    "GeneralRateWindowSeconds": 900,
    "LockRateLimit": 10,
    "LockRateWindowSeconds": 60,
    "AllowedOrigins": "",
}


@pytest.mark.parametrize("variable", SETTINGS)
def test_setting_is_read_from_the_environment(variable: str, packaged: Package) -> None:
    assert parameters.settings(packaged.template, {variable: "7", "HOME": "/"}) == {SETTINGS[variable]: "7"}


def test_empty_setting_is_ignored(packaged: Package) -> None:
    assert parameters.settings(packaged.template, {"LOCK_SECONDS": ""}) == {}


def test_stage_and_endpoint_are_not_read_from_environment(packaged: Package) -> None:
    assert parameters.settings(packaged.template, {"STAGE": "prod", "ENDPOINT_URL": "http://127.0.0.1:1"}) == {}


def test_defaults_equal_the_documented_ones() -> None:
    parameters = template.load()["Parameters"]
    assert {name: parameters[name]["Default"] for name in DEFAULTS} == DEFAULTS


def test_parameters_have_only_documented_minimums() -> None:
    numbers = {
        name: parameter["MinValue"]
        for name, parameter in template.load()["Parameters"].items()
        if parameter["Type"] == "Number" and "AllowedValues" not in parameter
    }
    assert numbers
    assert set(numbers.values()) == {1}


def test_setting_without_new_value_keeps_previous_one() -> None:
    arguments = parameters.to_arguments({"LockSeconds": "7"}, previous=["LockSeconds", "HoldSeconds"])
    assert arguments == [
        {"ParameterKey": "LockSeconds", "ParameterValue": "7"},
        {"ParameterKey": "HoldSeconds", "UsePreviousValue": True},
    ]


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_REGION": "eu-central-1"},
        {"AWS_DEFAULT_REGION": "eu-central-1"},
        {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "us-west-2"},
        {"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-central-1"},
    ],
)
def test_region_is_read_from_either_variable(environment: dict[str, str]) -> None:
    there = Cloud(cloud.session(environment))
    assert there.region == there.cloudformation.meta.region_name == "eu-central-1"


@pytest.mark.parametrize("stage", ["", "local", "production"])
def test_deploy_of_local_stage_is_refused(stage: str) -> None:
    assert "make deploy STAGE=dev" in _refusal({"STAGE": stage})


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "JWT_KEYS"])
def test_deploy_with_local_setting_is_refused(name: str) -> None:
    assert f"{name} is set" in _refusal({"STAGE": "prod", name: "http://127.0.0.1:4566"})


def _refusal(environment: dict[str, str]) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.deploy"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    return ran.stderr
