"""The packaged template as a whole."""

import subprocess
import sys
from pathlib import Path

from infra import template
from infra.package import Package
from infra.paths import ROOT
from tests.infra.conftest import Resources

# Accepted findings of cfn-lint with their reasons. There are none.
IGNORED: tuple[str, ...] = ()


def test_template_has_no_lint_findings(packaged: Package) -> None:
    ignored = [argument for rule in IGNORED for argument in ("--ignore-checks", rule)]
    linter = str(Path(sys.executable).with_name("cfn-lint"))
    command = [linter, *ignored, "--include-checks", "I", "--", str(packaged.template)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (linted.stdout + linted.stderr, linted.returncode) == ("", 0)


def test_template_resources_have_types(resources: Resources) -> None:
    """A mistyped logical id in the merge template creates a resource without a type."""
    assert [logical_id for logical_id, resource in resources.items() if "Type" not in resource] == []


def test_template_ids_differ_from_those_of_chalice(resources: Resources) -> None:
    """Chalice names functions and roles in CamelCase, and merges a resource with an equal id into them."""
    ours = {
        logical_id: resource for logical_id, resource in template.load()["Resources"].items() if "Type" in resource
    }
    assert {logical_id: resources[logical_id] for logical_id in ours} == ours


def test_resources_with_data_outlive_the_stack(resources: Resources) -> None:
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


def test_log_retention_follows_the_stage(resources: Resources) -> None:
    groups = [resource for resource in resources.values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert groups
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_websocket_stage_deploys_automatically(resources: Resources) -> None:
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


def test_guide_names_all_parameters() -> None:
    guide = (ROOT / "docs" / "guide" / "operations.md").read_text()
    assert [name for name in template.load()["Parameters"] if f"`{name}`" not in guide] == []
