"""Figures that tests print at the end of the run, collected from all processes."""

import pytest

# Section, then the name of a figure, then its line.
Report = dict[str, dict[str, str]]
_REPORT: Report = {}


def report_line(section: str, counted: str, line: str) -> None:
    """Print a line at the end of the run."""
    _REPORT.setdefault(section, {})[counted] = line


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["figures"] = _REPORT


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    handed_in: dict[str, Report] = getattr(node, "workeroutput", {})
    for section, lines in handed_in.get("figures", {}).items():
        _REPORT.setdefault(section, {}).update(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for section, lines in _REPORT.items():
        terminalreporter.section(section)
        for line in lines.values():
            terminalreporter.write_line(line)
