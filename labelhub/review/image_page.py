"""One image as its page shows it: its labels, suggestions, answers, and what came with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, Field

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.images.schemas import image_facts
from labelhub.images.selectors import image_duplicates
from labelhub.labels.events import COUNTING
from labelhub.labels.models import (
    Answer,
    Completion,
    How,
    ImportedTags,
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
from labelhub.review.image_cards import ImageCard, cards_by
from labelhub.review.suggested import SuggestionRow, suggestion_rows_of
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import pretag_error, tagger_serving
from labelhub.tags.models import Tag, category_name
from labelhub.tags.names import AUTOMATIC

SUGGESTIONS = 50
ANSWERS = 50


class LabelRow(BaseModel):  # as `SuggestionRow`
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


class DuplicateRow(Schema):
    image: ImageCard
    distance: int


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


def image_detail(image: Image, user: User) -> ImageDetail:
    """Everything the page of one image shows this person; `image` comes from `image_list`."""
    tagger = tagger_serving()
    near = image_duplicates(image) if image.near_duplicates else []
    cards = {card.id: card for card in cards_by([other for other, _distance in near], tagger)}
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
    rows = suggestion_rows_of(tagger, [image_id], states, limit=SUGGESTIONS, without={})
    return rows.get(image_id, [])
