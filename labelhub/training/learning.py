"""What a run computes (numpy, no database): a head from what people answered, and how it compares.

Compared in two ways. On held-out scenes of the picture book, whose truth is known, where the
library holds the book. And by people's own answers: each is judged by a head that learned from the
other folds only, so from nothing that was said about its image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from labelhub.picturebook.tags import RARE
from labelhub.scoring import metrics
from labelhub.scoring.head import Floats, Head
from labelhub.scoring.prior import Prior, Space
from labelhub.scoring.teach import Bools, Ints, taught
from labelhub.training.heldout import Scenes

FOLDS = 5
Counts = tuple[metrics.Counts, metrics.Counts]  # before, after


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Answered (image, tag) pairs, each (p,).

    Attributes:
        images: image ids.
        positions: vocabulary positions of the tags.
        yes: whether the tag is there.
    """

    images: Ints
    positions: Ints
    yes: Bools

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int, bool]]) -> Lesson:
        """From (image, position, yes)."""
        columns = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
        return cls(columns[0], columns[1], columns[2].astype(bool))

    def __len__(self) -> int:
        return len(self.images)

    def only(self, chosen: Bools) -> Lesson:
        return Lesson(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path, **{field.name: getattr(self, field.name) for field in fields(self)}
        )

    @classmethod
    def load(cls, path: Path) -> Lesson:
        with np.load(path, allow_pickle=False) as saved:
            return cls(**{field.name: saved[field.name] for field in fields(cls)})


NOTHING = Lesson.of([])


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """Makes heads from lessons.

    Attributes:
        root: the head no answers taught. Every lesson starts from it, so that what was learned
            once is not learned twice.
        images: (m,) ids in rising order, all that lessons speak of.
        embeddings: (m, d), theirs.
        space: of the library's embeddings.
        threshold: the raw score at which decisions are made.
    """

    root: Head
    images: Ints
    embeddings: Floats
    space: Space
    prior: Prior
    threshold: float

    def head(self, lesson: Lesson) -> Head:
        rows = self.rows(lesson)
        return taught(
            self.root,
            self.embeddings,
            rows,
            lesson.positions,
            lesson.yes,
            self.space,
            self.prior,
            threshold=self.threshold,
        )

    def rows(self, lesson: Lesson) -> Ints:
        return np.searchsorted(self.images, lesson.images)

    def agreement(self, lesson: Lesson, judged: Lesson, threshold: float) -> float:
        """The share of `judged`, which is not empty, that heads agree with which learned from other
        images' pairs of `lesson` alone.
        """
        agreed = 0
        for fold in range(FOLDS):
            head = self.head(lesson.only(lesson.images % FOLDS != fold))
            asked = judged.only(judged.images % FOLDS == fold)
            agreed += self._agreed(head, asked, threshold)
        return agreed / len(judged)

    def _agreed(self, head: Head, asked: Lesson, threshold: float) -> int:
        embeddings = self.embeddings[self.rows(asked)]  # (p, d)
        logits = np.sum(embeddings * head.weight[asked.positions], axis=1)
        logits += head.bias[asked.positions]
        line = np.log(threshold / (1 - threshold))
        return int(np.count_nonzero((logits > line) == asked.yes))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of people's answers were judged, and what share the two heads agree with."""

    pairs: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Group:
    """Macro-F1 on a part of the scenes, over the tags that occur there."""

    group: str
    images: int
    tags: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Judged:
    """One tag on all scenes: its vocabulary position, and decisions counted before and after."""

    position: int
    positives: int
    before_hits: int
    before_alarms: int
    after_hits: int
    after_alarms: int


def agreement(teacher: Teacher, *, before: Lesson, after: Lesson, threshold: float) -> Agreement:
    """The answers of `after` against heads taught by two lessons.

    Args:
        before: what the base learned from; `NOTHING` where it is the root itself.
        after: what the new head learned from.
    """
    return Agreement(
        pairs=len(after),
        before=teacher.agreement(before, after, threshold),
        after=teacher.agreement(after, after, threshold),
    )


def scenes_judged(
    scenes: Scenes, names: Sequence[str], *, before: Head, after: Head, threshold: float
) -> tuple[list[Group], list[Judged]]:
    """How two heads do on the scenes, by group and by tag.

    Args:
        names: the vocabulary.
    """
    columns = [at for at, name in enumerate(scenes.tags) if name in set(names)]
    shared = [scenes.tags[at] for at in columns]
    position = {name: at for at, name in enumerate(names)}
    positions = np.array([position[name] for name in shared], dtype=np.int64)
    truth = scenes.truth[:, columns]
    scores = [_part(head, positions).scores(scenes.embeddings) for head in (before, after)]
    everything = np.ones(len(scenes.photo), dtype=bool)
    rare = np.array([name in RARE for name in shared], dtype=bool)
    parts = {
        "all": (everything, np.ones(len(shared), dtype=bool)),
        "drawn": (~scenes.photo, np.ones(len(shared), dtype=bool)),
        "photo": (scenes.photo, np.ones(len(shared), dtype=bool)),
        "rare": (everything, rare),
    }
    groups = []
    for name, (rows, tags) in parts.items():
        there = truth[rows][:, tags]
        first, second = (metrics.count(each[rows][:, tags], there, threshold) for each in scores)
        judged = int(np.count_nonzero(first.positives))
        if judged:
            images = int(np.count_nonzero(rows))
            groups.append(Group(name, images, judged, first.macro_f1(), second.macro_f1()))
    first, second = (metrics.count(each, truth, threshold) for each in scores)
    tags_judged = [
        Judged(
            position=int(positions[at]),
            positives=int(first.positives[at]),
            before_hits=int(first.hits[at]),
            before_alarms=int(first.alarms[at]),
            after_hits=int(second.hits[at]),
            after_alarms=int(second.alarms[at]),
        )
        for at in np.flatnonzero(first.positives)
    ]
    return groups, tags_judged


def _part(head: Head, positions: Ints) -> Head:
    return Head(weight=head.weight[positions], bias=head.bias[positions])
