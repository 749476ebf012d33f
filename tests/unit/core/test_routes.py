"""The table of routes has exactly the endpoints of the code."""

import inspect
import pkgutil
import re
from collections import Counter
from importlib import import_module

import pytest

import chalicelib
from chalicelib.core.http.router import Endpoint, Route
from chalicelib.routes import ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_route_leads_to_a_handler_of_its_path_parameters(route: Route) -> None:
    _, *parameters = inspect.signature(route.load().handler).parameters

    assert parameters == re.findall(r"{(\w+)}", route.path)


def test_method_and_path_are_routed_once() -> None:
    counts = Counter((route.method, route.path) for route in ROUTES)

    assert set(counts.values()) == {1}


def test_every_endpoint_has_a_route() -> None:
    names = [
        module.name
        for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")
        if ".api" in module.name
    ]
    declared = {
        (name, attribute)
        for name in names
        for attribute, value in vars(import_module(name)).items()
        if isinstance(value, Endpoint) and value.handler.__module__ == name
    }

    assert declared == {(route.module, route.name) for route in ROUTES}
