"""The site as CloudFront serves it, and as the reverse proxy of a local run does."""

import json
import subprocess
from typing import Any

import pytest

from chalicelib.core.http.middleware import SECURITY_HEADERS
from infra import tools
from infra.deploy.site import content_type
from infra.local.reverse_proxy import headers
from infra.local.reverse_proxy.site import rewrite_path
from tests.infra.conftest import Resources

PATHS = {
    "/": "/index.html",
    "/index.html": "/index.html",
    "/sign-in": "/index.html",
    "/appointments/0a1b2c": "/index.html",
    "/appointments/0a1b2c/": "/index.html",
    "/v1.2/appointments": "/index.html",
    "/assets/index-DVYoPq35.js": "/assets/index-DVYoPq35.js",
    "/favicon.svg": "/favicon.svg",
    "/.well-known/security.txt": "/.well-known/security.txt",
    "/a%20b/c%2Ed": "/index.html",
    "/..": "/..",
    "//": "/index.html",
}


def test_content_security_policy_is_strict(resources: Resources) -> None:
    sent = headers.from_policy(resources["SiteHeaders"])["Content-Security-Policy"]
    policy = {name: set(sources) for name, *sources in (part.split() for part in sent.split(";"))}
    assert policy == {
        "default-src": {"'self'"},
        "connect-src": {"'self'", "ws:", "wss:"},
        "img-src": {"'self'", "data:"},
        "style-src": {"'self'", "'unsafe-inline'"},
        "script-src": {"'self'"},
        "font-src": {"'self'"},
        "object-src": {"'none'"},
        "frame-ancestors": {"'none'"},
        "base-uri": {"'self'"},
        "form-action": {"'self'"},
    }


def test_page_has_security_headers(resources: Resources) -> None:
    sent = headers.from_policy(resources["SiteHeaders"])
    assert sent["Strict-Transport-Security"] == SECURITY_HEADERS["Strict-Transport-Security"]
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["X-Frame-Options"] == "DENY"
    assert sent["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "geolocation=()" in sent["Permissions-Policy"]
    assert sent["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PATHS)
def test_reverse_proxy_maps_path_to_file(path: str) -> None:
    assert rewrite_path(path) == PATHS[path]


def test_cloudfront_maps_path_to_same_file(resources: Resources) -> None:
    source = resources["SiteRoutes"]["Properties"]["FunctionCode"]
    ask = f"console.log(JSON.stringify({json.dumps(list(PATHS))}.map(uri => handler({{request: {{uri}}}}).uri)))"
    answered = subprocess.run(
        ["node", "-e", source + ask], env=tools.node_environment(), capture_output=True, text=True, check=True
    )
    assert json.loads(answered.stdout) == list(PATHS.values())


def test_api_and_websocket_are_uncached_and_unfiltered(resources: Resources) -> None:
    behaviours = {behaviour["PathPattern"]: behaviour for behaviour in _distribution(resources)["CacheBehaviors"]}
    caching_disabled, all_but_host = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert set(behaviours) == {"/api/*", "/ws"}
    for behaviour in behaviours.values():
        assert behaviour["CachePolicyId"] == caching_disabled
        assert behaviour["OriginRequestPolicyId"] == all_but_host
    assert {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} <= set(behaviours["/api/*"]["AllowedMethods"])


def test_api_error_is_not_replaced_by_the_page(resources: Resources) -> None:
    assert "CustomErrorResponses" not in _distribution(resources)


def test_bucket_is_readable_by_cloudfront_only(resources: Resources) -> None:
    assert set(resources["SiteBucket"]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    (statement,) = resources["SiteBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "${Site}" in statement["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/a.js", "text/javascript; charset=utf-8"),
        ("assets/a.css", "text/css; charset=utf-8"),
        ("assets/a.woff2", "font/woff2"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json; charset=utf-8"),
        ("unknown.thing", "application/octet-stream"),
    ],
)
def test_file_has_content_type(file: str, kind: str) -> None:
    assert content_type(file) == kind


def _distribution(resources: Resources) -> dict[str, Any]:
    config: dict[str, Any] = resources["Site"]["Properties"]["DistributionConfig"]
    return config
