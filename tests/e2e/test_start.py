"""A run that cannot start prints one line with the reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import ports
from infra.paths import ROOT


@pytest.mark.parametrize(("setting", "parameter"), [("LOCK_SECONDS", "LockSeconds"), ("LOG_LEVEL", "LogLevel")])
def test_start_with_refused_setting_names_the_parameter(setting: str, parameter: str, tmp_path: Path) -> None:
    places = {"PORT": str(ports.free_port()), "AWS_PORT": str(ports.free_port()), "HOLDFAST_STATE": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env={**os.environ, **places, setting: "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    line = ran.stderr.splitlines()[-1]  # after warnings of an installation
    assert line.startswith("Not started: ")
    assert parameter in line
