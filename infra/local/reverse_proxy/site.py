"""Files of the site's bucket, served as by CloudFront."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote

from aiohttp import web
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

PAGE = "/index.html"


def rewrite_path(path: str) -> str:
    """Return the file of a path.

    It is the page for any path without a file extension (SiteRoutes in the template).
    """
    return path if "." in path.rpartition("/")[2] else PAGE


class Site:
    """GET and HEAD from one bucket, with the headers of the policy."""

    def __init__(self, s3: "S3Client", bucket: str, headers: dict[str, str]) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._headers = headers

    async def handle(self, request: web.Request) -> web.Response:
        """Return the file, 304 if the viewer has it, 404 without one."""
        if request.method not in {"GET", "HEAD"}:
            return self._error(web.HTTPMethodNotAllowed.status_code, "Only GET and HEAD are answered here.")
        key = unquote(rewrite_path(request.rel_url.raw_path), errors="replace").removeprefix("/")
        found = await asyncio.to_thread(self._read, key)
        if found is None:
            return self._error(web.HTTPNotFound.status_code, "There is no such file.")
        file, body = found
        headers = {"ETag": file["ETag"], "Cache-Control": file.get("CacheControl", "no-cache"), **self._headers}
        if request.headers.get("If-None-Match") == file["ETag"]:
            return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
        response = web.Response(body=body, headers={**headers, "Content-Type": file["ContentType"]})
        if _is_compressible(file["ContentType"]) and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.enable_compression(web.ContentCoding.gzip)
        return response

    def _read(self, key: str) -> "tuple[GetObjectOutputTypeDef, bytes] | None":
        try:
            file = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError:
            return None
        return file, file["Body"].read()

    def _error(self, status: int, text: str) -> web.Response:
        return web.Response(status=status, text=text, headers=self._headers)


def _is_compressible(content_type: str) -> bool:
    """Return whether CloudFront compresses this type.

    Images and fonts are compressed already.
    """
    return "charset=" in content_type
