"""Stack parameters, read from the environment under the functions' variable names."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import ParameterTypeDef

# Set by the deployment, not by the environment.
_NOT_FROM_ENVIRONMENT = ("Stage", "EndpointUrl")


def settings(template: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings in the environment: LOCK_SECONDS=5 gives LockSeconds, "5"."""
    names = [name for name in json.loads(template.read_text())["Parameters"] if name not in _NOT_FROM_ENVIRONMENT]
    return {name: environment[_variable(name)] for name in names if environment.get(_variable(name))}


def to_arguments(given: Mapping[str, str], previous: Collection[str] = ()) -> "list[ParameterTypeDef]":
    """Convert to CloudFormation's form.

    Values are given or, for the other `previous` names, the previous ones. Any other name gets the template's
    default.
    """
    kept: list[ParameterTypeDef] = [
        {"ParameterKey": name, "UsePreviousValue": True} for name in sorted(previous) if name not in given
    ]
    changed: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in sorted(given.items())
    ]
    return changed + kept


def _variable(parameter: str) -> str:
    """Return LOCK_SECONDS for LockSeconds."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).upper()
