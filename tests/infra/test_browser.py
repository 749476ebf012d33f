"""Chromium for the browser tests: found, installed, or requested from the developer."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.paths import ROOT

LINK = shutil.which("ln")
INSTALLS = f'case "$*" in *install*chromium) {LINK} -s "$0" "${{0%/*}}/chromium";; esac'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a PATH with the required programs only."""
    _program(tmp_path / "sudo", 'shift; exec "$@"')
    for name in ("env", "true", "sh"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    return tmp_path


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_existing_browser_is_used(name: str, machine: Path) -> None:
    _program(machine / name, "")
    _program(machine / "apt-get", "exit 1")
    assert _run(machine) == (0, "", "")


def test_missing_browser_is_installed(machine: Path) -> None:
    _program(machine / "apt-get", INSTALLS)
    assert _run(machine) == (0, "Installing Chromium\n", "")
    assert _run(machine) == (0, "", "")


def test_missing_browser_without_installer_is_explained(machine: Path) -> None:
    code, _, output = _run(machine)
    assert code == 1
    assert "apt-get install chromium" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("apt_get", ["exit 100", "exit 0"])
def test_failed_browser_installation_is_explained(apt_get: str, machine: Path) -> None:
    _program(machine / "apt-get", apt_get)
    code, _, output = _run(machine)
    assert code == 1
    assert "apt-get install chromium" in output
    assert "Traceback" not in output


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _run(machine: Path) -> tuple[int, str, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.browser"],
        cwd=ROOT,
        env={"PATH": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr
