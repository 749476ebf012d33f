"""How far the machine went, at the end of the run."""

import pytest

pytest.register_assert_rewrite(*(f"tests.feature.machine.{name}" for name in ("walk", "members", "line", "cloud")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted."""
    from tests.feature.machine.walk import WALKED

    if WALKED:
        steps = f"{WALKED['steps']} steps in {WALKED['examples']} examples"
        terminalreporter.section("The lock against its paper")
        terminalreporter.write_line(steps)
