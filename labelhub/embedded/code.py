"""Which code this is: so that a running labelhub can be told from the checkout it came from."""

from __future__ import annotations

import hashlib
import os

from labelhub.embedded import places


def code_digest() -> str:
    """Of our code, the libraries' versions, the built frontend, and where the checkout lies."""
    root = places.checkout()
    digest = hashlib.sha256(os.fsencode(root))
    python = (file for name in ("labelhub", "worker") for file in (root / name).rglob("*.py"))
    # The names in the page carry the hashes of everything it loads.
    page = root / "frontend" / "dist" / "index.html"
    for file in sorted([root / "requirements.lock", *python, page]):
        if file.exists():
            digest.update(os.fsencode(file.relative_to(root)) + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
