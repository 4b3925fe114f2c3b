"""What a tagger's outputs mean, whatever became of the tags they were made for."""

from __future__ import annotations

import numpy as np
import pytest

from labelhub.scoring.calibration import Scores
from labelhub.taggers.borderline import borderline_of, borderline_store
from labelhub.taggers.selectors import (
    position_of,
    suggestions_from,
    vocabulary_of,
)
from labelhub.taggers.vocabulary import meaning_of, taggers_knowing
from labelhub.tags import changes, lifecycle
from labelhub.tags.changes import Outcome
from labelhub.tags.models import Tag
from labelhub.tags.pen import Pen
from labelhub.tags.services import tags_ensure, vocabulary_bump
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = ["apron", "dress", "highres", "smile", "2010"]


def done(_outcome: Outcome) -> None:
    vocabulary_bump()


def merge(tag: str, into: str) -> None:
    done(lifecycle.merge(Pen(), tag, into))


def test_without_changes_outputs_mean_what_they_were_made_for() -> None:
    tagger = factories.tagger(NAMES)
    assert [tag.name for tag in vocabulary_of(tagger)] == meaning_of(tagger).names() == NAMES
    assert [vocabulary_of(tagger)[at].id for at in position_of(tagger).values()] == list(
        position_of(tagger)
    )


def test_a_rename_shows_at_once_and_another_one_after_it() -> None:
    tagger = factories.tagger(NAMES)
    for name in ("pinafore", "front_cloth"):
        done(changes.rename(Pen(), vocabulary_of(tagger)[0].name, name))
        assert vocabulary_of(tagger)[0].name == name


def test_of_two_outputs_for_one_tag_the_larger_score_counts_in_either_order() -> None:
    tagger = factories.tagger(NAMES)
    merge("apron", "2010")
    embeddings = np.array([[2, 0, 0, 0], [-2, 0, 0, 0]], dtype=np.float32)  # "2010" sees as "apron"
    meaning = meaning_of(tagger)
    assert meaning.twins == ((4, 0),)
    scores = Scores(np.array([[0.9, 0, 0, 0, 0.1], [0.1, 0, 0, 0, 0.9]], dtype=np.float32))
    assert meaning.joined(scores)[:, 4].tolist() == pytest.approx([0.9, 0.9])
    assert position_of(tagger)[Tag.objects.get(name="2010").pk] == 4
    for found in suggestions_from(tagger, embeddings, 9):
        assert [each.tag.name for each in found].count("2010") == 1
        assert "apron" not in {each.tag.name for each in found}


def test_two_outputs_merged_into_a_tag_the_tagger_does_not_know_are_one() -> None:
    tagger = factories.tagger(NAMES)
    (cloth,) = tags_ensure(names=["cloth"])
    merge("apron", "cloth")
    merge("dress", "cloth")
    assert meaning_of(tagger).names() == ["cloth", None, "highres", "smile", "2010"]
    assert position_of(tagger)[cloth.pk] == 0


def test_hidden_deprecated_and_automatic_tags_are_not_suggested() -> None:
    tagger = factories.tagger(NAMES)
    done(changes.flags(Pen(), "apron", hidden=True, subjective=None))
    done(lifecycle.deprecate(Pen(), "dress"))
    (found,) = suggestions_from(tagger, np.zeros((1, 4), dtype=np.float32), 9)
    assert {each.tag.name for each in found} == {"smile", "2010"}
    (one,) = suggestions_from(tagger, np.array([[0, 0, 0, 5]], dtype=np.float32), 1)
    assert [each.tag.name for each in one] == ["smile"]
    assert one[0].score > 0.99


def test_what_is_near_a_line_is_kept_once_for_a_tag_of_two_outputs() -> None:
    tagger = factories.tagger(NAMES)
    merge("apron", "2010")
    ids = np.array([[1], [2], [3], [4], [5]])
    borderline_store(
        tagger=tagger,
        image_ids=ids,
        scores=Scores(np.full((5, 1), 0.4, dtype=np.float32)),
        among=5,
    )
    row = borderline_of(tagger, Tag.objects.get(name="2010").pk)
    assert row is not None
    assert row.image_ids == [5]


def test_which_taggers_know_a_tag() -> None:
    knows, _other = factories.tagger(NAMES), factories.tagger(["solo"])
    ids = [Tag.objects.get(name="apron").pk]
    assert taggers_knowing(ids) == [knows.name]
    assert taggers_knowing([]) == []
