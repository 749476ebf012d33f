"""Merge template: the AWS resources beside the functions, one YAML file per concern.

`chalice package` merges it into the template of app.py, as JSON: chalice writes YAML with aliases, which
CloudFormation does not read.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent

# Sections, then logical ids, then properties: plain JSON values and CloudFormation's own `Fn::` objects.
Template = dict[str, Any]


def load() -> Template:
    """Load all files as one template.

    Raises ValueError if two files write the same property.
    """
    whole: Template = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        _merge(whole, yaml.load(file.read_text(), _Loader), file.name)  # noqa: S506 - a safe loader's child
    return whole


def _merge(into: Template, part: Template, where: str) -> None:
    for name, value in part.items():
        if name not in into:
            into[name] = value
        elif isinstance(into[name], dict) and isinstance(value, dict):
            _merge(into[name], value, f"{where}: {name}")
        else:
            raise ValueError(f"{where}: {name} is already written in another file")


class _Loader(yaml.SafeLoader):
    """YAML in which `!Name x` is CloudFormation's `{"Fn::Name": x}`."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Template:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    value = _CONSTRUCTORS[type(node)](loader, node)
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {name: value}


_CONSTRUCTORS: dict[type[yaml.Node], Callable[[yaml.SafeLoader, Any], Any]] = {
    yaml.ScalarNode: lambda loader, node: loader.construct_scalar(node),
    yaml.SequenceNode: lambda loader, node: loader.construct_sequence(node, deep=True),
    yaml.MappingNode: lambda loader, node: loader.construct_mapping(node, deep=True),
}
_Loader.add_multi_constructor("!", _intrinsic)
