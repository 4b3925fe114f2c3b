"""`make bench-pretag`: everything about pre-tagging that has a bar, in four parts.

The engine (`pretag_engine`, which runs under any python3 that has torch and Pillow, on CPUs and
GPUs), preparation (`pretag_preparation`), the products of embeddings (`pretag_products`), and a
bulk import through the whole product (`pretag_import`). Each can be run by itself as a module.
"""

from __future__ import annotations

import sys

from tests.bench import pretag_engine, pretag_import, pretag_preparation, pretag_products
from tests.bench.report import Report


def main() -> int:
    report = Report("pretag")
    pretag_engine.run(report)
    pretag_preparation.run(report)
    pretag_products.run(report)
    pretag_import.run(report)
    return report.write()


if __name__ == "__main__":
    sys.exit(main())
