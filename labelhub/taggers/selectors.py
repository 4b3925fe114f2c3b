"""Reading taggers, embeddings and the suggestions that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from labelhub.images.models import Image
from labelhub.images.selectors import files_wait
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.scoring.calibration import Probability, Score, Scores
from labelhub.scoring.head import Floats
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Embedding, Runtime, Tagger, TaggerState
from labelhub.taggers.vocabulary import VocabularyTag, meaning_of

# In the order in which they get images to look at.
PRETAGGING = (TaggerState.SERVING, TaggerState.WARMING)
SENT_BEFORE = 4  # bytes of a sent halfvec that say how many numbers follow


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag with a tagger's raw score for one image, the probability that belongs to it,
    and the tag's line (`Head.lines`).
    """

    tag: VocabularyTag
    score: Score
    probability: Probability
    line: Probability


def tagger_list() -> QuerySet[Tagger]:
    return Tagger.objects.select_related("backbone", "run")


def run_of(tagger: Tagger) -> int | None:
    """The id of the run that taught this tagger; None of one that no answers taught."""
    if not Tagger.run.is_cached(tagger):
        # Its id alone: its figures are long.
        return Tagger.objects.values_list("run", flat=True).get(pk=tagger.pk)
    run = getattr(tagger, "run", None)  # the far end of `Run.candidate`, absent without a row
    return run.pk if run else None


def tagger_serving() -> Tagger | None:
    """The tagger whose suggestions are shown; None before the first has been loaded."""
    # Without its run, whose figures are long: nearly every page asks who serves.
    serving = Tagger.objects.select_related("backbone").filter(state=TaggerState.SERVING)
    return serving.first()


def taggers_pretagging() -> list[Tagger]:
    """The taggers whose backbones look at images, in the order in which images are looked at: the
    serving one, then one that warms.
    """
    found = tagger_list().filter(state__in=PRETAGGING)
    return sorted(found, key=lambda each: PRETAGGING.index(TaggerState(each.state)))


def embeddings_of(tagger: Tagger) -> QuerySet[Embedding]:
    """The rows of a loaded tagger's backbone, those still to be made included."""
    assert tagger.backbone_id is not None  # the database says so of every loaded tagger
    return Embedding.objects.filter(backbone_id=tagger.backbone_id)


def embeddings_made(tagger: Tagger) -> QuerySet[Embedding]:
    return embeddings_of(tagger).filter(vector__isnull=False)


def pretagged_count(tagger: Tagger) -> int:
    return embeddings_made(tagger).count()


def pretagged_counts(taggers: Iterable[Tagger]) -> dict[int, int]:
    """By backbone id: how many images it has looked at; none for one that has not begun."""
    made = Embedding.objects.filter(vector__isnull=False, backbone__in=_backbones(taggers))
    return dict(made.values_list("backbone").annotate(Count("pk")).order_by())


def runtimes_of(taggers: Iterable[Tagger]) -> dict[int, Runtime]:
    """By backbone id: how it was computed where it was measured last; none before that."""
    measured = Runtime.objects.filter(backbone__in=_backbones(taggers))
    latest = measured.order_by("backbone", "-measured_at", "-pk").distinct("backbone")
    return {runtime.backbone_id: runtime for runtime in latest}


def _backbones(taggers: Iterable[Tagger]) -> set[int]:
    return {tagger.backbone_id for tagger in taggers if tagger.backbone_id is not None}


def vocabulary_of(tagger: Tagger) -> tuple[VocabularyTag, ...]:
    """The tags that a tagger's outputs mean now, in the order of its outputs, which never changes;
    two outputs may mean one tag.
    """
    return meaning_of(tagger).tags


def position_of(tagger: Tagger) -> dict[int, int]:
    """By tag id: which of a tagger's outputs stands for it."""
    return meaning_of(tagger).position


def embeddings_by_image(tagger: Tagger, image_ids: Sequence[int]) -> dict[int, Floats]:
    """By image id: the embedding (d,), of those images that have one."""
    with connection.cursor() as cursor:
        # As bytes: to read hundreds of written numbers takes longer than what they are wanted for.
        cursor.execute(
            "SELECT image_id, halfvec_send(vector) FROM taggers_embedding"
            " WHERE backbone_id = %s AND image_id = ANY(%s) AND vector IS NOT NULL",
            [tagger.backbone_id, list(image_ids)],
        )
        return {
            image_id: np.frombuffer(sent, dtype=">f2", offset=SENT_BEFORE).astype(np.float32)
            for image_id, sent in cursor.fetchall()
        }


def suggestions(
    tagger: Tagger, image_ids: Sequence[int], limit: int
) -> dict[int, list[Suggestion]]:
    """By image id: the highest-scoring tags, best first; none for an image not yet pre-tagged."""
    embeddings = embeddings_by_image(tagger, image_ids)
    if not embeddings:
        return {}
    found = suggestions_from(tagger, np.stack(list(embeddings.values())), limit)
    return dict(zip(embeddings, found, strict=True))


def suggestions_from(tagger: Tagger, embeddings: Floats, limit: int) -> list[list[Suggestion]]:
    """The highest-scoring tags of each embedding (b, d), best first."""
    meaning, head = meaning_of(tagger), head_of(tagger.sha256)
    scores = meaning.joined(head.scores(embeddings))  # (b, n)
    wanted = np.flatnonzero(meaning.asked)
    best = wanted[_best(Scores(scores[:, wanted]), limit)]
    of_best = Scores(np.take_along_axis(scores, best, axis=1))
    probabilities, lines = head.probabilities(of_best), head.lines
    return [
        [
            Suggestion(
                tag=meaning.tags[at],
                score=Score(float(of_best[row, rank])),
                probability=Probability(float(probabilities[row, rank])),
                line=Probability(float(lines[at])),
            )
            for rank, at in enumerate(best[row])
        ]
        for row in range(len(scores))
    ]


def _best(scores: Scores, limit: int) -> NDArray[np.intp]:
    """(b, limit): where the highest scores of each row are, best first, ties by position."""
    rows, count = scores.shape
    if limit < count:
        best = np.sort(np.argpartition(-scores, limit - 1, axis=1)[:, :limit], axis=1)
    else:
        best = np.tile(np.arange(count), (rows, 1))
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1)


def images_pretagged(tagger: Tagger | None, image_ids: list[int]) -> set[int]:
    if tagger is None:
        return set()
    found = embeddings_made(tagger).filter(image_id__in=image_ids)
    return set(found.values_list("image_id", flat=True))


def pretag_error(tagger: Tagger, image_id: int) -> str:
    """Why the tagger could not look at an image; empty where it did, or is still to."""
    row = embeddings_of(tagger).filter(image_id=image_id).first()
    return row.error if row else ""


def pending() -> Iterator[Work]:
    """Taggers to fetch or load, and those for whose backbone images wait.

    A warming one always is: where nothing waits any more, it is still to take over.
    """
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    kinds = {TaggerState.FETCHING: Kind.FETCH, TaggerState.REGISTERING: Kind.REGISTER}
    for tagger in Tagger.objects.filter(free, state__in=kinds):
        yield Work(kinds[TaggerState(tagger.state)], tagger.pk)
    for tagger in taggers_pretagging():
        if tagger.state == TaggerState.WARMING or pretag_waits(tagger):
            yield Work(Kind.PRETAG, tagger.pk)


def pretag_turn(tagger: Tagger) -> Tagger:
    """Whose images a step for this tagger looks at: those that wait for the serving one go first,
    so that what comes in while another warms has its suggestions as soon as ever.
    """
    for each in taggers_pretagging():
        if each.pk == tagger.pk or pretag_waits(each):
            return each
    return tagger


def pretag_waits(tagger: Tagger) -> bool:
    """Whether there are images for the tagger's backbone to look at that no worker has taken."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    waiting = embeddings_waiting(tagger).filter(free)
    return waiting.exists() or images_without_embedding_row(tagger).exists()


def import_under_way(tagger: Tagger) -> bool:
    """Whether the tagger's backbone has images to look at, those in a worker's hands included, or
    is going to have more in a moment: where it is faster than what reads the files, nothing waits
    for it in the middle of an import.
    """
    return files_wait() or embeddings_waiting(tagger).exists() or pretag_waits(tagger)


def urgent_waits() -> bool:
    """Whether an image that somebody waits for waits for the tagger that serves."""
    serving = tagger_serving()
    return serving is not None and embeddings_waiting(serving).filter(urgent=True).exists()


def embeddings_waiting(tagger: Tagger) -> QuerySet[Embedding]:
    """The rows still to be made, those that a worker has taken included."""
    return embeddings_of(tagger).filter(vector__isnull=True, error="")


def images_lacking(tagger: Tagger, serving: Tagger) -> bool:
    """Whether images with suggestions by the serving tagger would have none by this one."""
    if tagger.backbone_id == serving.backbone_id:
        return False
    seen = embeddings_made(serving).filter(image_id=OuterRef("image_id"))
    # Until it is nearly through, the first of those that wait says so already.
    if embeddings_waiting(tagger).filter(Exists(seen)).exists():
        return True
    have = embeddings_of(tagger).filter(image_id=OuterRef("image_id"))
    return embeddings_made(serving).filter(~Exists(have)).exists()


def images_without_embedding_row(tagger: Tagger) -> QuerySet[Image]:
    """Images that nobody has noted for the tagger's backbone (`embeddings.images_expect`)."""
    assert tagger.backbone is not None
    have = embeddings_of(tagger).filter(image_id=OuterRef("pk"))
    return Image.objects.filter(~Exists(have), pk__gt=tagger.backbone.noted_to)
