"""The packaged template as a whole."""

import subprocess
import sys
from pathlib import Path

from infra import template
from infra.package import Package
from infra.paths import ROOT
from tests.infra.conftest import Resources

# Findings of cfn-lint that are no fault of ours, each with its reason. None is known.
IGNORED: tuple[str, ...] = ()


def test_the_linter_finds_nothing(packaged: Package) -> None:
    ignored = [argument for rule in IGNORED for argument in ("--ignore-checks", rule)]
    linter = str(Path(sys.executable).with_name("cfn-lint"))
    command = [linter, *ignored, "--include-checks", "I", "--", str(packaged.template)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (linted.stdout + linted.stderr, linted.returncode) == ("", 0)


def test_every_resource_has_a_type(resources: Resources) -> None:
    """A mistyped logical id in the merge template would become a resource of its own, without one."""
    assert [logical_id for logical_id, resource in resources.items() if "Type" not in resource] == []


def test_no_resource_of_ours_is_mixed_with_one_of_chalices(resources: Resources) -> None:
    """Chalice names functions and roles in CamelCase; an id of ours that is equal would be merged into them."""
    ours = {
        logical_id: resource for logical_id, resource in template.load()["Resources"].items() if "Type" in resource
    }
    assert {logical_id: resources[logical_id] for logical_id in ours} == ours


def test_what_holds_data_outlives_the_stack(resources: Resources) -> None:
    kept = {
        logical_id
        for logical_id, resource in resources.items()
        if resource.get("DeletionPolicy") == resource.get("UpdateReplacePolicy") == "Retain"
    }
    dead_letters = {
        "FanoutDeadLetters",
        "LockTimersDeadLetters",
        "NoticeDeadLetters",
        "OnChangeDeadLetters",
        "OnHistoryDeadLetters",
    }
    assert kept == {"DataTable", "JwtKeys", "SiteBucket"} | dead_letters


def test_logs_are_kept_for_as_long_as_the_stage_says(resources: Resources) -> None:
    groups = [resource for resource in resources.values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert groups
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_no_static_deployment_holds_the_websocket_api_back(resources: Resources) -> None:
    assert "AWS::ApiGatewayV2::Deployment" not in {resource["Type"] for resource in resources.values()}
    stage = resources["WebsocketAPIStage"]["Properties"]
    assert stage["StageName"] == "ws"
    assert stage["AutoDeploy"] is True
    assert stage["DeploymentId"] == {"Ref": "AWS::NoValue"}


def test_websocket_frames_all_go_to_the_default_route(resources: Resources) -> None:
    """No variable in the expression: a frame cannot choose the function that serves it."""
    assert resources["WebsocketAPI"]["Properties"]["RouteSelectionExpression"] == r"\$default"
    routes = {
        resource["Properties"]["RouteKey"]
        for resource in resources.values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }
    assert routes == {"$connect", "$default", "$disconnect"}


def test_the_guide_names_every_parameter() -> None:
    guide = (ROOT / "docs" / "guide" / "operations.md").read_text()
    assert [name for name in template.load()["Parameters"] if f"`{name}`" not in guide] == []
