"""`python -m worker.fetch DIRECTORY`: bring the published checkpoint there, with a progress bar.

Exits with 1 and one sentence on standard output where the hub cannot be reached; the bar goes to
standard error.
"""

from __future__ import annotations

import sys
from pathlib import Path

from worker.joytag import hub


def main(arguments: list[str]) -> int:
    target = Path(arguments[0])
    if hub.is_complete(target):
        return 0
    try:
        hub.fetch(target)
    except hub.HubError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
