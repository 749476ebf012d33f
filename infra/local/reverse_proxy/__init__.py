"""Reverse proxy in place of CloudFront: the site, /api and /ws behind one origin."""

from infra.local.reverse_proxy.server import Origins, serve

__all__ = ["Origins", "serve"]
