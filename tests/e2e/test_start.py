"""A run that cannot start says why, in a line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import ports
from infra.paths import ROOT


@pytest.mark.parametrize(("setting", "parameter"), [("LOCK_SECONDS", "LockSeconds"), ("LOG_LEVEL", "LogLevel")])
def test_a_setting_that_aws_refuses_is_named(setting: str, parameter: str, tmp_path: Path) -> None:
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
    line = ran.stderr.splitlines()[-1]  # after what an installation may have warned of
    assert line.startswith("Not started: ")
    assert parameter in line
