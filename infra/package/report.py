"""Report of a package's size and its largest parts."""

import zipfile
from collections import Counter

from infra.package.build import Package

MAX_SHOWN = 8


def show(package: Package) -> None:
    """Print the size of the zip and of its largest parts (compressed)."""
    parts: Counter[str] = Counter()
    with zipfile.ZipFile(package.code) as archive:
        for entry in archive.infolist():
            parts[entry.filename.split("/")[0]] += entry.compress_size
        unpacked = sum(entry.file_size for entry in archive.infolist())
    size = package.code.stat().st_size
    print(f"{package.code}: {_mb(size)} MB, {_mb(unpacked)} MB unpacked")
    print(", ".join(f"{name} {_mb(weight)}" for name, weight in parts.most_common(MAX_SHOWN)))


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"
