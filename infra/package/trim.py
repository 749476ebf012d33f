"""Removal of unused files from the deployment zip, and addition of bytecode.

A function's files are read-only in AWS: without bytecode in the zip each cold start compiles every module, which
costs more than the rest of the start. Versions, times and order are fixed, so the same sources
give the same bytes.
"""

import hashlib
import importlib.util
import marshal
import sys
import zipfile
from pathlib import Path, PurePosixPath

# The services whose models the functions load; the rest of botocore's data is unused.
SERVICES = ("dynamodb", "secretsmanager", "ses", "sqs")
_BOTOCORE_FILES = ("endpoints.json", "partitions.json", "sdk-default-configuration.json", "_retry.json")
_METADATA = ("METADATA", "entry_points.txt", "licenses")
_DROPPED_FOLDERS = {"__pycache__", "tests"}
_DROPPED_SUFFIXES = {".pyc", ".pyi", ".typed", ".c", ".h", ".pxd", ".pyx"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Version 2 has no back references, which would depend on other objects in memory.
_MARSHAL_VERSION = 2
_MAGIC = importlib.util.MAGIC_NUMBER
_UNCHECKED_HASH = (0b01).to_bytes(4, "little")


def trim(source: Path, into: Path, cache: Path) -> None:
    """Write the zip `into` from chalice's `source`.

    `cache` keeps bytecode between runs.
    """
    with zipfile.ZipFile(source) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if is_needed(PurePosixPath(name))}
    entries = kept | _bytecode(kept, cache)
    scratch = into.with_suffix(".tmp")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            _write(archive, name, entries[name])
    scratch.replace(into)


def is_needed(path: PurePosixPath) -> bool:
    """Return whether a function may read this file of the zip."""
    folder = path.parts[0]
    if path.suffix in _DROPPED_SUFFIXES or _DROPPED_FOLDERS.intersection(path.parts[:-1]):
        return False
    if path.parts[:2] == ("botocore", "data"):
        return path.parts[2] in SERVICES or path.parts[2] in _BOTOCORE_FILES
    if folder.endswith(".dist-info"):
        return path.parts[1] in _METADATA
    return not folder.endswith(".data")


def _bytecode(files: dict[str, bytes], cache: Path) -> dict[str, bytes]:
    """Return the bytecode of every module among the files.

    The cache then holds exactly these.
    """
    cache.mkdir(parents=True, exist_ok=True)
    compiled, used = {}, set()
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.suffix == ".py":
            stored = cache / hashlib.sha256(b"\0".join([_MAGIC, name.encode(), content])).hexdigest()
            target = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
            compiled[str(target)] = _compiled(name, content, stored)
            used.add(stored)
    for stale in set(cache.iterdir()) - used:
        stale.unlink(missing_ok=True)
    return compiled


def _compiled(name: str, content: bytes, stored: Path) -> bytes:
    if stored.exists():
        return stored.read_bytes()
    code = compile(content, f"/var/task/{name}", "exec", dont_inherit=True)
    header = _MAGIC + _UNCHECKED_HASH + importlib.util.source_hash(content)
    compiled = header + marshal.dumps(code, _MARSHAL_VERSION)
    stored.write_bytes(compiled)
    return compiled


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
