"""The machine's parts check by plain assertions; what they compared is shown when one fails."""

import pytest

from tests.feature.conftest import aws, practice

__all__ = ["aws", "practice"]

pytest.register_assert_rewrite(*(f"tests.machine.{name}" for name in ("walk", "members", "line", "cloud")))
