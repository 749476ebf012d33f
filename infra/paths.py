"""The places in a checkout that infra reads and writes; the only module that knows them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "infra" / "template.json"
FRONTEND = ROOT / "frontend"
SITE = FRONTEND / "dist"
BUILD = ROOT / "build"
LOCAL = ROOT / ".local"
