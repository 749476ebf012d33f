"""Fetch the engine: an npm package carries AWS's jar, so the npm registry is the only source needed."""

import base64
import hashlib
import shutil
import tarfile
import tempfile
from pathlib import Path

from infra import tools
from infra.paths import LOCAL

PACKAGE = "amplify-dynamodb-simulator@2.9.30"
SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="


def folder() -> Path:
    """Return the folder of DynamoDBLocal.jar and its libraries.

    They are fetched on first use (56 MB).
    """
    engine = LOCAL / "dynamodb-local" / PACKAGE.rpartition("@")[2]
    if not engine.is_dir():
        print(f"Fetching DynamoDB Local ({PACKAGE})", flush=True)
        engine.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=engine.parent) as scratch:
            _fetch(Path(scratch), engine)
    return engine


def _fetch(scratch: Path, engine: Path) -> None:
    tools.npm("pack", PACKAGE, "--silent", "--pack-destination", str(scratch))
    (archive,) = scratch.glob("*.tgz")
    _verify(archive)
    with tarfile.open(archive) as contents:
        members = [member for member in contents if member.name.startswith("package/emulator/")]
        contents.extractall(scratch, members, filter="data")
    # Two test runs may fetch at once: the first move wins, the other copy is identical.
    if not engine.is_dir():
        shutil.move(scratch / "package" / "emulator", engine)


def _verify(archive: Path) -> None:
    with archive.open("rb") as content:
        digest = hashlib.file_digest(content, "sha512").digest()
    if base64.b64encode(digest).decode() != SHA512:
        raise SystemExit(f"{archive.name} is not the archive that was pinned: its checksum differs.")
