"""The library as the pages show it: images with their labels, suggestions and answers.

Images know nothing of tags or taggers; this is the lowest place that may put them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.errors import NotFound
from labelhub.images.models import Image
from labelhub.images.schemas import ImageFacts, image_facts
from labelhub.images.selectors import image_duplicates, image_list
from labelhub.labels.events import COUNTING
from labelhub.labels.models import (
    Answer,
    Completion,
    How,
    ImportedTags,
    Label,
    Labels,
    LabelState,
    Source,
    Verdict,
)
from labelhub.labels.selectors import (
    LabelFacts,
    image_answers,
    image_completions,
    image_imports,
    image_labels,
)
from labelhub.scoring.calibration import Scores
from labelhub.taggers.api import TrialTagger
from labelhub.taggers.borderline import borderline_of
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Tagger
from labelhub.taggers.neighbours import similar_images
from labelhub.taggers.selectors import (
    images_pretagged,
    position_of,
    pretag_error,
    suggestions,
    tagger_serving,
)
from labelhub.tags.models import Tag, category_name
from labelhub.tags.names import AUTOMATIC
from labelhub.tags.selectors import tags_meant

SUGGESTIONS = 50
ANSWERS = 50


class ImageCard(ImageFacts):
    pretagged: bool
    positives: int
    negatives: int


class LabelRow(Schema):
    """A stored label; `automatic` tags are nobody's to change."""

    tag: str
    category: str
    state: LabelState
    source: Source
    automatic: bool


class CompletionRow(Schema):
    """Who said that an image's positives are all there; an import, where `by` is its origin."""

    by: str
    at: datetime
    mine: bool


class ImportedRow(Schema):
    """Tags that came with the image, or with a file about it."""

    origin: str
    positive: list[str]
    negative: list[str]
    complete: bool
    at: datetime
    retracted: bool


class SuggestionRow(Schema):
    """A tag the tagger suggests, and the label it has already, if any.

    `score` is raw; `probability` is how likely the tag is there, and `line` the probability from
    which on it is more likely worth a yes than not.
    """

    tag: str
    category: str
    score: float
    probability: float
    line: float
    state: LabelState | None


class DuplicateRow(Schema):
    image: ImageCard
    distance: int


class SimilarRow(Schema):
    """An image and the cosine between its embedding and that of the one asked about."""

    image: ImageCard
    similarity: float


class BorderlineImage(Schema):
    """An image near a line: its raw score, and how likely the tag is there."""

    image: ImageCard
    score: float
    probability: float


class BorderlineRow(Schema):
    """What is near one tag's line: `line` is a probability, `threshold` the raw score at which
    decisions are made.
    """

    tagger: TrialTagger
    tag: str
    line: float
    threshold: float
    made_at: datetime | None
    images: list[BorderlineImage]


class AnswerRow(Schema):
    id: UUID
    tag: str
    category: str
    verdict: Verdict
    how: How
    probability: float | None = Field(description="what the person saw of it")
    by: str
    mine: bool
    at: datetime
    retracted: bool


class ImageDetail(ImageCard):
    sha256: str
    phash: str
    phash_algorithm: str
    format: str
    bytes: int
    source: str
    licence: str
    labels: list[LabelRow]
    suggestions: list[SuggestionRow]
    pretag_error: str = Field(description="why the tagger could not look at it")
    duplicates: list[DuplicateRow]
    answers: list[AnswerRow]
    completions: list[CompletionRow]
    imports: list[ImportedRow]


def image_cards(image_ids: Sequence[int]) -> list[ImageCard]:
    """The cards of these images, in the order of the ids."""
    images = {image.pk: image for image in image_list().filter(pk__in=image_ids)}
    return cards_of([images[pk] for pk in image_ids if pk in images])


def cards_of(images: Sequence[Image]) -> list[ImageCard]:
    """The cards of rows that `image_list` gave."""
    return _cards(images, tagger_serving())


def _cards(images: Sequence[Image], tagger: Tagger | None) -> list[ImageCard]:
    if not images:
        return []
    ids = [image.pk for image in images]
    pretagged = images_pretagged(tagger, ids)
    rows = Labels.objects.filter(pk__in=ids)
    counted = {
        pk: (yes, no) for pk, yes, no in rows.values_list("pk", "positive__len", "negative__len")
    }
    return [
        ImageCard(
            **image_facts(image).model_dump(),
            pretagged=image.pk in pretagged,
            positives=counted[image.pk][0],
            negatives=counted[image.pk][1],
        )
        for image in images
    ]


def suggestion_rows(
    tagger: Tagger, image_ids: Sequence[int], *, limit: int, without: Mapping[int, Set[int]]
) -> dict[int, list[SuggestionRow]]:
    """By image id: the best-scoring tags that are not among the image's in `without` (tag ids)."""
    labels = Label.objects.filter(image_id__in=image_ids)
    states = {
        (image_id, tag_id): LabelState(state)
        for image_id, tag_id, state in labels.values_list("image_id", "tag_id", "state")
    }
    return _suggestion_rows(tagger, image_ids, states, limit=limit, without=without)


def _suggestion_rows(
    tagger: Tagger,
    image_ids: Sequence[int],
    states: Mapping[tuple[int, int], LabelState],
    *,
    limit: int,
    without: Mapping[int, Set[int]],
) -> dict[int, list[SuggestionRow]]:
    most = limit + max((len(ids) for ids in without.values()), default=0)
    return {
        image_id: [
            SuggestionRow(
                tag=each.tag.name,
                category=each.tag.category,
                score=each.score,
                probability=each.probability,
                line=each.line,
                state=states.get((image_id, each.tag.id)),
            )
            for each in found
            if each.tag.id not in without.get(image_id, ())
        ][:limit]
        for image_id, found in suggestions(tagger, image_ids, most).items()
    }


def similar_rows(image: Image, limit: int) -> list[SimilarRow]:
    """The images most like this one to the serving tagger, most alike first."""
    tagger = tagger_serving()
    found = dict(similar_images(tagger, image.pk, limit)) if tagger else {}
    return [SimilarRow(image=card, similarity=found[card.id]) for card in image_cards(list(found))]


def borderline_row(name: str) -> BorderlineRow:
    """What is near a tag's line by the serving tagger.

    Raises:
        NotFound: no tagger serves, or it does not know the tag.
    """
    tagger = tagger_serving()
    if tagger is None:
        raise NotFound(_("No tagger serves yet, so nothing is near its lines."))
    tag = tags_meant({name})[name]
    at = position_of(tagger).get(tag.pk)
    if at is None:
        raise NotFound(_("The serving tagger does not know the tag “%s”.") % name)
    head, found = head_of(tagger.sha256), borderline_of(tagger, tag.pk)
    cards = {card.id: card for card in image_cards(found.image_ids)} if found else {}
    scores = np.array(found.scores if found else [], dtype=np.float32)
    rows = zip(
        found.image_ids if found else [], scores, head.probabilities(Scores(scores)), strict=True
    )
    return BorderlineRow(
        tagger=TrialTagger(id=tagger.pk, name=tagger.name),
        tag=tag.name,
        line=float(head.lines[at]),
        threshold=tagger.threshold,
        made_at=found.made_at if found else None,
        images=[
            BorderlineImage(image=cards[pk], score=float(score), probability=float(probability))
            for pk, score, probability in rows
            if pk in cards
        ],
    )


def image_detail(image: Image, user: User) -> ImageDetail:
    """Everything the page of one image shows this person; `image` comes from `image_list`."""
    tagger = tagger_serving()
    near = image_duplicates(image) if image.near_duplicates else []
    cards = {card.id: card for card in _cards([other for other, _distance in near], tagger)}
    labels = image_labels(image.pk)
    states = Counter(label.state for label in labels)
    suggested = _suggestions(tagger, image.pk, labels)
    imports = list(image_imports(image.pk))
    return ImageDetail(
        **image_facts(image).model_dump(),
        pretagged=bool(suggested),  # whatever has been looked at has some
        positives=states[LabelState.POSITIVE],
        negatives=states[LabelState.NEGATIVE],
        sha256=image.sha256,
        phash=image.phash_hex,
        phash_algorithm=image.phash_algorithm,
        format=image.format,
        bytes=image.bytes,
        source=image.source,
        licence=image.licence,
        labels=[_label_row(each) for each in labels],
        suggestions=suggested,
        pretag_error=pretag_error(tagger, image.pk) if tagger and not suggested else "",
        duplicates=[
            DuplicateRow(image=cards[other.pk], distance=distance) for other, distance in near
        ],
        answers=[answer_row(each, user) for each in image_answers(image.pk)[:ANSWERS]],
        completions=_completion_rows(image_completions(image.pk), imports, user),
        imports=_imported_rows(imports),
    )


def answer_row(answer: Answer, user: User) -> AnswerRow:
    """An answer of `image_answers` as this person sees it."""
    return AnswerRow(
        id=answer.pk,
        tag=answer.tag.name,
        category=category_name(answer.tag.category),
        verdict=Verdict(answer.verdict),
        how=How(answer.how),
        probability=answer.shown.get("probability"),
        by=answer.user.username,
        mine=answer.user_id == user.pk,
        at=answer.created_at,
        retracted=hasattr(answer, "retraction"),
    )


def _label_row(label: LabelFacts) -> LabelRow:
    return LabelRow(
        tag=label.tag,
        category=category_name(label.category),
        state=label.state,
        source=label.source,
        automatic=label.tag in AUTOMATIC,
    )


def _completion_rows(
    completions: Iterable[Completion], imports: Iterable[ImportedTags], user: User
) -> list[CompletionRow]:
    rows = [
        CompletionRow(by=each.user.username, at=each.created_at, mine=each.user_id == user.pk)
        for each in completions
    ]
    rows += [
        CompletionRow(by=each.origin, at=each.created_at, mine=False)
        for each in imports
        if each.complete and _counts(each)
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _imported_rows(imports: Sequence[ImportedTags]) -> list[ImportedRow]:
    ids = {tag for each in imports for tag in (*each.positive, *each.negative)}
    names = dict(Tag.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [
        ImportedRow(
            origin=each.origin,
            positive=sorted(names[tag] for tag in each.positive),
            negative=sorted(names[tag] for tag in each.negative),
            complete=each.complete,
            at=each.created_at,
            retracted=not _counts(each),
        )
        for each in imports
    ]


def _counts(imported: ImportedTags) -> bool:
    return imported.batch is None or imported.batch.state in COUNTING


def _suggestions(
    tagger: Tagger | None, image_id: int, labels: Iterable[LabelFacts]
) -> list[SuggestionRow]:
    if tagger is None:
        return []
    states = {(image_id, label.tag_id): label.state for label in labels}
    rows = _suggestion_rows(tagger, [image_id], states, limit=SUGGESTIONS, without={})
    return rows.get(image_id, [])
