"""Build of the page, skipped when nothing has changed.

`python -m infra.frontend` builds it; `--packages` only installs the packages.
"""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from infra import tools
from infra.paths import FRONTEND, LOCAL, SITE

_SOURCES = (
    "src",
    "public",
    "scripts",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
)


def install() -> None:
    """Install the packages of the lock file, unless they are present."""
    if _is_outdated("node-modules", [FRONTEND / "package-lock.json"], FRONTEND / "node_modules"):
        print("Installing the page's packages", flush=True)
        tools.npm("ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND)
        _write_stamp("node-modules", [FRONTEND / "package-lock.json"])


def build() -> None:
    """Build frontend/dist from its sources, unless it is up to date."""
    install()
    sources = [file for name in _SOURCES for file in _files(FRONTEND / name)]
    if _is_outdated("site", sources, SITE):
        print("Building the page", flush=True)
        tools.npm("run", "build", "--silent", "--", "--logLevel=warn", cwd=FRONTEND)
        _write_stamp("site", sources)


def _is_outdated(name: str, sources: Iterable[Path], result: Path) -> bool:
    stamp = _stamp(name)
    return not (result.exists() and stamp.exists() and stamp.read_text() == _fingerprint(sources))


def _write_stamp(name: str, sources: Iterable[Path]) -> None:
    _stamp(name).parent.mkdir(parents=True, exist_ok=True)
    _stamp(name).write_text(_fingerprint(sources))


def _stamp(name: str) -> Path:
    return LOCAL / "stamps" / name


def _fingerprint(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(f"{source}\0".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    return sorted(file for file in source.rglob("*") if file.is_file())


if __name__ == "__main__":
    install() if "--packages" in sys.argv[1:] else build()
