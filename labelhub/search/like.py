"""Patterns with `*` as Postgres writes them (pure)."""

from __future__ import annotations

import re


def like(pattern: str) -> str:
    """A pattern in which `*` is anything and all else is itself, for LIKE."""
    return "%".join(re.sub(r"([\\%_])", r"\\\1", part) for part in pattern.split("*"))
