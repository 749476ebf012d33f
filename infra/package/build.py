"""Build of one stage's package, skipped when nothing has changed."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import template
from infra.package import trim
from infra.paths import BUILD, ROOT

STAGES = ("local", "dev", "prod")
_INPUTS = ("app.py", "chalicelib", "requirements.txt", ".chalice", "infra/template", "infra/package")
_INPUT_SUFFIXES = {".py", ".json", ".yaml", ".txt"}
# chalice imports the app to find its functions and needs a region; neither affects the package.
_IMPORT_ENVIRONMENT = {"STAGE": "local", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Package:
    """A template whose functions refer to `code`, a zip beside it."""

    template: Path
    code: Path

    def resources(self) -> dict[str, Any]:
        """Return the packaged template's resources by logical id."""
        resources: dict[str, Any] = json.loads(self.template.read_text())["Resources"]
        return resources


def build(stage: str, project: Path = ROOT, into: Path = BUILD) -> Package:
    """Build the app in `project` into `into`/<stage>.

    The same tree gives the same bytes.
    """
    if stage not in STAGES:
        raise SystemExit(f"There is no stage {stage!r}; choose one of {', '.join(STAGES)}.")
    folder = into / stage
    package = Package(folder / "template.json", folder / "deployment.zip")
    stamp, fingerprint = folder / "fingerprint", _fingerprint(project)
    if stamp.exists() and stamp.read_text() == fingerprint:
        return package
    stamp.unlink(missing_ok=True)
    _chalice(stage, project, folder / "chalice")
    trim.trim(folder / "chalice" / "deployment.zip", package.code, cache=into / "bytecode")
    _write_template(folder / "chalice" / "sam.json", package.template)
    stamp.write_text(fingerprint)
    return package


def _chalice(stage: str, project: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    merge = out / "merge.json"
    merge.write_text(json.dumps(template.load()))
    command = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(project), "package"]
    subprocess.run(
        [*command, "--stage", stage, "--merge-template", str(merge), str(out)],
        env={**os.environ, **_IMPORT_ENVIRONMENT},
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _write_template(merged: Path, into: Path) -> None:
    packaged = json.loads(merged.read_text())
    # Static, so it would never carry a changed route; the stage has AutoDeploy instead.
    del packaged["Resources"]["WebsocketAPIDeployment"]
    into.write_text(json.dumps(packaged, indent=1, sort_keys=True))


def _fingerprint(project: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in _inputs(project):
        digest.update(f"{file}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _inputs(project: Path) -> Iterator[Path]:
    for name in _INPUTS:
        source = (ROOT if name.startswith("infra/") else project) / name
        files = [source] if source.is_file() else sorted(source.glob("**/*"))
        yield from (file for file in files if file.suffix in _INPUT_SUFFIXES)
