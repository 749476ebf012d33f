"""Headers between the viewer, this hop and the origin."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

# Hop-by-hop headers (RFC 9110, 7.6.1), and those that each hop computes.
_HOP_BY_HOP = {
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_SECURITY_HEADERS = {
    "ContentSecurityPolicy": ("Content-Security-Policy", "ContentSecurityPolicy"),
    "FrameOptions": ("X-Frame-Options", "FrameOption"),
    "ReferrerPolicy": ("Referrer-Policy", "ReferrerPolicy"),
}


def for_next_hop(headers: Iterable[tuple[str, str]]) -> CIMultiDict[str]:
    """Return the end-to-end headers."""
    return CIMultiDict(
        (name, value)
        for name, value in headers
        if name.lower() not in _HOP_BY_HOP and not name.lower().startswith("sec-websocket-")
    )


def for_origin(request: web.Request) -> CIMultiDict[str]:
    """Return the viewer's headers, with its address where the API expects it.

    That is second from the right.
    """
    headers = for_next_hop(request.headers.items())
    forwarded = headers.get("X-Forwarded-For")
    # CloudFront adds the viewer's address; API Gateway adds CloudFront's.
    addresses = [*([forwarded] if forwarded else []), str(request.remote), "127.0.0.1"]
    headers["X-Forwarded-For"] = ", ".join(addresses)
    headers["X-Forwarded-Proto"] = "http"
    return headers


def from_policy(policy: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a ResponseHeadersPolicy of the template."""
    config = policy["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    headers = {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}
    headers |= {name: security[part][key] for part, (name, key) in _SECURITY_HEADERS.items() if part in security}
    if "ContentTypeOptions" in security:
        headers["X-Content-Type-Options"] = "nosniff"
    if transport := security.get("StrictTransportSecurity"):
        subdomains = "; includeSubDomains" if transport.get("IncludeSubdomains") else ""
        headers["Strict-Transport-Security"] = f"max-age={transport['AccessControlMaxAgeSec']}{subdomains}"
    return headers
