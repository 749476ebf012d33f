"""`make package STAGE=...`."""

import os

from infra import package
from infra.package import report


def main() -> None:
    """Write build/<stage>/{template.json,deployment.zip} and print their sizes."""
    stage = os.environ.get("STAGE") or "local"
    report.show(package.build(stage))


if __name__ == "__main__":
    main()
