"""What AWS is given: `chalice package` with the merge template, and a zip of nothing but what runs."""

from infra.package.build import STAGES, Package, build

__all__ = ["STAGES", "Package", "build"]
