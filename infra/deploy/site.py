"""Upload of the built site to its bucket."""

import hashlib
import mimetypes
import time
from pathlib import Path

from infra.deploy.cloud import Cloud

# Vite puts a content hash into the name of each bundled file.
_HASHED = "assets/"
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


def sync(cloud: Cloud, bucket: str, folder: Path) -> int:
    """Upload new and changed files. Returns their number.

    Pages come last, so that none refers to a missing file. Old hashed files stay for pages opened before the
    deployment.
    """
    etags = _etags(cloud, bucket)
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not _is_private(file, folder))
    changed = [file for file in files if etags.get(_key(file, folder)) != _etag(file)]
    for file in sorted(changed, key=lambda file: file.suffix == ".html"):
        key = _key(file, folder)
        cloud.s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=file.read_bytes(),
            ContentType=content_type(key),
            CacheControl=_IMMUTABLE if key.startswith(_HASHED) else _REVALIDATE,
        )
    return len(changed)


def invalidate(cloud: Cloud, distribution_id: str) -> None:
    """Invalidate CloudFront's cache of unhashed files.

    Hashed files have new names anyway.
    """
    cloud.cloudfront.create_invalidation(
        DistributionId=distribution_id,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())},
    )


def content_type(name: str) -> str:
    """Return the media type of a file, with a character set for text."""
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("json", "xml"))
    return f"{kind}; charset=utf-8" if is_text else kind


def _is_private(file: Path, folder: Path) -> bool:
    """Return whether a file is internal, such as Vite's manifest."""
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _etags(cloud: Cloud, bucket: str) -> dict[str, str]:
    pages = cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {entry["Key"]: entry["ETag"].strip('"') for page in pages for entry in page.get("Contents", [])}


def _etag(file: Path) -> str:
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def _key(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()
