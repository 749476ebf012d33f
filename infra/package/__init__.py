"""Package for AWS: `chalice package` with the merge template, and a zip of the files that run."""

from infra.package.build import STAGES, Package, build

__all__ = ["STAGES", "Package", "build"]
