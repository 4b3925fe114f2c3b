"""The one error of this package: a sentence that says what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path


class Problem(Exception):
    """Shown as it is, never with a traceback. `log` is a file whose last lines explain it."""

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.log = log
