"""Rewrite the assertions in the machine's modules, so that failures show both sides."""

import pytest

from tests.feature.conftest import aws, practice

__all__ = ["aws", "practice"]

pytest.register_assert_rewrite(*(f"tests.machine.{name}" for name in ("machine", "members", "waitlist", "cloud")))
