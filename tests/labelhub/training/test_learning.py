"""What a run computes: heads from lessons, compared on scenes and by people's own answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labelhub.picturebook.tags import RARE
from labelhub.scoring.head import Head
from labelhub.scoring.prior import Prior, Space
from labelhub.training import learning
from labelhub.training.heldout import Scenes
from labelhub.training.learning import NOTHING, Lesson, Teacher

LINE = 0.4


def teacher(images: int = 40, width: int = 8, tags: int = 2) -> Teacher:
    random = np.random.default_rng(1)
    embeddings = random.normal(size=(images, width)).astype(np.float32)
    head = Head(
        weight=np.zeros((tags, width), dtype=np.float32), bias=np.full(tags, -1, dtype=np.float32)
    )
    return Teacher(
        root=head,
        images=np.arange(100, 100 + images),
        embeddings=embeddings,
        space=Space.of(embeddings),
        prior=Prior(bias=0.5, weight=3.0),
        threshold=LINE,
    )


def lesson(by: Teacher) -> Lesson:
    """Tag 0 is there where the first number of an image's embedding is positive."""
    yes = by.embeddings[:, 0] > 0
    return Lesson.of([(int(pk), 0, bool(there)) for pk, there in zip(by.images, yes, strict=True)])


def test_a_lesson_is_written_and_read_back(tmp_path: Path) -> None:
    first = lesson(teacher())
    first.save(tmp_path / "lesson.npz")
    again = Lesson.load(tmp_path / "lesson.npz")
    assert len(again) == 40
    for name in ("images", "positions", "yes"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))


def test_what_can_be_learned_is_agreed_with_on_images_it_was_not_learned_from() -> None:
    ours = teacher()
    learned = lesson(ours)
    found = learning.agreement(ours, before=NOTHING, after=learned, threshold=LINE)
    assert found.pairs == 40
    # the root says no to all
    assert found.before == np.count_nonzero(~learned.yes) / 40
    assert found.after > 0.8


def test_what_is_chance_is_not_agreed_with_however_well_it_was_learned() -> None:
    ours = teacher(images=60, width=40)
    random = np.random.default_rng(2)
    noise = Lesson.of([(int(pk), 0, bool(random.random() < 0.5)) for pk in ours.images])
    by_heart = ours._agreed(ours.head(noise), noise, LINE) / 60
    found = learning.agreement(ours, before=NOTHING, after=noise, threshold=LINE)
    assert by_heart > 0.8
    assert found.after < 0.62


def test_a_base_that_learned_the_same_answers_is_not_judged_by_what_it_knows_by_heart() -> None:
    ours = teacher()
    learned = lesson(ours)
    found = learning.agreement(ours, before=learned, after=learned, threshold=LINE)
    assert found.before == found.after


def test_scenes_judge_the_tags_they_share_in_groups() -> None:
    rare = RARE[0]
    truth = np.array([[1, 0, 0], [1, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=bool)
    scenes = Scenes(
        embeddings=np.array([[1], [-1], [1], [-1]], dtype=np.float32),
        truth=truth,
        photo=np.array([False, False, True, True]),
        tags=("solo", "smile", rare),
    )
    names = ["unheard_of", rare, "solo", "smile"]
    always = Head(np.zeros((4, 1), dtype=np.float32), np.ones(4, dtype=np.float32))
    looks = Head(np.full((4, 1), 5, dtype=np.float32), np.zeros(4, dtype=np.float32))
    groups, tags = learning.scenes_judged(scenes, names, before=always, after=looks, threshold=LINE)
    shape = {each.group: (each.images, each.tags) for each in groups}
    # smile occurs nowhere, the rare one in no photograph
    assert shape == {"all": (4, 2), "drawn": (2, 2), "photo": (2, 1), "rare": (4, 1)}
    by_group = {each.group: each for each in groups}
    assert by_group["photo"].before == pytest.approx(2 / 3)
    assert by_group["photo"].after == 0  # it says yes to the wrong one
    solo = next(each for each in tags if names[each.position] == "solo")
    assert (solo.positives, solo.before_hits, solo.before_alarms) == (3, 3, 1)
    assert (solo.after_hits, solo.after_alarms) == (1, 1)
    assert {names[each.position] for each in tags} == {"solo", rare}
