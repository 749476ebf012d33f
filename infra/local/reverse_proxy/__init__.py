"""The one address: what CloudFront is in AWS. The site, /api and /ws, and nothing of the app."""

from infra.local.reverse_proxy.server import Origins, serve

__all__ = ["Origins", "serve"]
