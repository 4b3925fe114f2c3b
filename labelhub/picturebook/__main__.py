"""`python -m labelhub.picturebook DIR`: draw pages into a folder, with a manifest of their labels.

The folder then holds `page-NNNNN.jpg`, `manifest.jsonl` (the trainer's form) and `top_tags.txt`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from labelhub.picturebook import export
from labelhub.picturebook.book import LIBRARY_PAGES, LIBRARY_SEED, Domain, digest, page


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m labelhub.picturebook", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR")
    parser.add_argument("--pages", type=int, default=LIBRARY_PAGES)
    parser.add_argument("--seed", type=int, default=LIBRARY_SEED)
    parser.add_argument("--domain", choices=[domain.value for domain in Domain])
    parser.add_argument(
        "--wild",
        action="store_true",
        help="labels as a site's users would leave them, not the truth",
    )
    parser.add_argument("--hash", action="store_true", help="say the book's hash and draw nothing")
    options = parser.parse_args()
    if options.hash:
        sys.stdout.write(f"{digest()}\n")
        return 0
    if options.folder is None:
        parser.error("name the folder to draw into, or --hash")
    domain = Domain(options.domain) if options.domain else None
    pages = (page(options.seed, index, domain) for index in range(options.pages))
    export.write(options.folder, {"train": pages}, wild=options.wild)
    return 0


if __name__ == "__main__":
    sys.exit(main())
