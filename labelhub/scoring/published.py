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
from dataclasses import dataclass

import numpy as np

from labelhub.scoring.calibration import Probabilities
from labelhub.scoring.lines import lines_of_f1

NAME = "full-metrics.txt"
TAG = re.compile(r"^Tag: (.+) \((\d{1,9})\) \(cnt: (\d{1,12})\)$", re.ASCII)
F1 = re.compile(r"^F1: ([01]\.\d+)$", re.ASCII)
COUNTS = re.compile(r"^TP: (\d{1,9}), TN: (\d{1,9}), FP: (\d{1,9}), FN: (\d{1,9})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Published:
    """One tag's figures; precision, recall and F1 follow from the counts.

    Attributes:
        position: of the tag in the vocabulary.
        count: images that had it in the whole set.
        printed_f1: as the file has it, to four digits.
    """

    name: str
    position: int
    count: int
    printed_f1: float
    hits: int
    rejections: int
    alarms: int
    misses: int

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.alarms)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.misses)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.alarms + self.misses)


def published_read(rows: Sequence[str]) -> Published:
    """The figures that the rows about one tag say.

    Raises:
        ValueError: they have another form.
    """
    found = [
        next((match for row in rows if (match := each.match(row))), None)
        for each in (TAG, F1, COUNTS)
    ]
    named, figure, counts = found
    if named is None or figure is None or counts is None:
        raise ValueError
    hits, rejections, alarms, misses = map(int, counts.groups())
    return Published(
        name=named[1],
        position=int(named[2]),
        count=int(named[3]),
        printed_f1=float(figure[1]),
        hits=hits,
        rejections=rejections,
        alarms=alarms,
        misses=misses,
    )


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
        try:
            found = published_read(block.splitlines())
        except ValueError as error:
            raise ValueError(
                f"{NAME} is damaged at “{block[:40]}”; fetch it again, or remove it: it only says "
                "how good the tagger is."
            ) from error
        if found.name in position:
            f1[position[found.name]] = found.printed_f1
    return Probabilities(np.where(np.isnan(f1), otherwise, lines_of_f1(f1)))
