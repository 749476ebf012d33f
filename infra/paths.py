"""Paths of a checkout that infra reads and writes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "infra" / "template.json"
FRONTEND = ROOT / "frontend"
SITE = FRONTEND / "dist"
BUILD = ROOT / "build"
LOCAL = ROOT / ".local"
