"""The deployment zip: small, complete and reproducible."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import package
from infra.package import Package
from infra.package.trim import SERVICES

MOST_MEGABYTES = 12.0
# Imports all modules of the functions from the zip only, and prints the file of each.
PROBE = """
import json, sys
sys.path[:] = [path for path in sys.path if "site-packages" not in path]
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import app
from chalicelib.routes import ROUTES
for route in ROUTES:
    route.load()
for function in app.HANDLERS:
    app.handler_of(function)
from botocore.session import Session
session = Session()
for service in sys.argv[2:]:
    session.create_client(service, region_name="us-east-1")
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items() if "." not in name}
print(json.dumps({name: file for name, file in files.items() if file}))
"""


@pytest.fixture(scope="session")
def unpacked(packaged: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked zip."""
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(packaged.code) as archive:
        archive.extractall(folder)
    return folder


def test_zip_is_complete_for_the_app(unpacked: Path) -> None:
    command = [sys.executable, "-I", "-S", "-c", PROBE, str(unpacked), *SERVICES]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert ran.returncode == 0, ran.stderr
    came_from = json.loads(ran.stdout)
    assert Path(came_from["app"]).parent == unpacked
    outside = {name for name, file in came_from.items() if not _is_inside(file, unpacked)}
    assert not [name for name in outside if "site-packages" in came_from[name]]
    assert {"botocore", "chalice", "chalicelib", "pynamodb"} <= set(came_from) - outside


def test_zip_has_bytecode_of_each_module(packaged: Package) -> None:
    names = zipfile.ZipFile(packaged.code).namelist()
    compiled = {name for name in names if name.endswith(".pyc")}
    sources = [Path(name) for name in names if name.endswith(".py")]
    tag = sys.implementation.cache_tag
    assert compiled == {
        (source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc").as_posix() for source in sources
    }


def test_zip_bytecode_is_unchecked(packaged: Package) -> None:
    with zipfile.ZipFile(packaged.code) as archive:
        flags = archive.read(f"__pycache__/app.{sys.implementation.cache_tag}.pyc")[4:8]
    assert int.from_bytes(flags, "little") == 0b01


def test_zip_of_same_sources_is_identical(packaged: Package, tmp_path: Path) -> None:
    again = package.build("dev", into=tmp_path)
    assert again.code.read_bytes() == packaged.code.read_bytes()
    assert again.template.read_bytes() == packaged.template.read_bytes()


def test_zip_size_is_limited(packaged: Package) -> None:
    megabytes = packaged.code.stat().st_size / 1e6
    print(f"\nThe deployment zip has {megabytes:.1f} MB")
    assert megabytes < MOST_MEGABYTES


def test_zip_has_no_development_files(packaged: Package) -> None:
    names = zipfile.ZipFile(packaged.code).namelist()
    models = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert models == set(SERVICES)
    assert not [name for name in names if name.startswith(("infra/", "tests/", "moto/", "boto3/", "frontend/"))]


def _environment() -> dict[str, str]:
    variables = ("STAGE", "TABLE_NAME", "CONNECTIONS_TABLE_NAME")
    return {**dict.fromkeys(variables, "local"), "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}


def _is_inside(file: str, folder: Path) -> bool:
    return Path(file).is_relative_to(folder)
