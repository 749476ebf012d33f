"""The machine's parts check by plain assertions; what they compared is shown when one fails."""

import pytest

pytest.register_assert_rewrite(*(f"tests.feature.machine.{name}" for name in ("walk", "members", "line", "cloud")))
