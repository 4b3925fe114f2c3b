"""The figures that come with the published checkpoint: full-metrics.txt, tag by tag (numpy).

    Tag: NAME (INDEX) (cnt: N)
    Precision: 0.7435
    Recall: 0.7550
    F1: 0.7492
    TP: 114, TN: 32578, FP: 39, FN: 37

with an empty line between tags.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from labelhub.scoring.calibration import Probabilities
from labelhub.scoring.lines import lines_of_f1

NAME = "full-metrics.txt"
TAG = re.compile(r"^Tag: (.+) \(\d+\) \(cnt: \d+\)$")
F1 = re.compile(r"^F1: ([01]\.\d+)$")


def published_lines(text: str, tags: Sequence[str], *, otherwise: float) -> Probabilities:
    """(n,): each tag's line by its published F1.

    Args:
        otherwise: the line of a tag that the text says nothing of.

    Raises:
        ValueError: with a sentence, where the text has another form.
    """
    position = {name: at for at, name in enumerate(tags)}
    f1 = np.full(len(tags), np.nan)
    for block in text.strip().split("\n\n"):
        rows = block.splitlines()
        named = TAG.match(rows[0]) if rows else None
        figure = next((found for row in rows if (found := F1.match(row))), None)
        if named is None or figure is None:
            raise ValueError(
                f"{NAME} is damaged at “{block[:40]}”; fetch it again, or remove it: it only says "
                "how good the tagger is."
            )
        if named[1] in position:
            f1[position[named[1]]] = float(figure[1])
    return Probabilities(np.where(np.isnan(f1), otherwise, lines_of_f1(f1)))
