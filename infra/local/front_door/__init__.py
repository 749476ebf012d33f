"""The one address: what CloudFront is in AWS. The site, /api and /ws, and nothing of the app."""

from infra.local.front_door.server import Origins, serve

__all__ = ["Origins", "serve"]
