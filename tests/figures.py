"""What tests count, printed at the end of the run; where several processes share it, each hands in its own."""

import pytest

# Section, then what was counted, then its line.
Figures = dict[str, dict[str, str]]
_FIGURES: Figures = {}


def tell(section: str, counted: str, line: str) -> None:
    """Have a line printed at the end."""
    _FIGURES.setdefault(section, {})[counted] = line


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["figures"] = _FIGURES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    handed_in: dict[str, Figures] = getattr(node, "workeroutput", {})
    for section, lines in handed_in.get("figures", {}).items():
        _FIGURES.setdefault(section, {}).update(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for section, lines in _FIGURES.items():
        terminalreporter.section(section)
        for line in lines.values():
            terminalreporter.write_line(line)
