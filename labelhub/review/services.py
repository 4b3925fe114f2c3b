"""Ranking questions, handing them out, and taking the answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from labelhub.accounts.models import User
from labelhub.jobs.work import Progress
from labelhub.labels import services as labels
from labelhub.labels.models import Undo
from labelhub.labels.services import NewAnswer, answers_images, labels_lock
from labelhub.review.asked import questions_settle, questions_want
from labelhub.review.models import Card, Question
from labelhub.scoring.ranking import Doubt, doubts
from labelhub.taggers.files import head_of
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import embeddings_made, vocabulary_of
from labelhub.taggers.vocabulary import meaning_of

LEASE_SECONDS = 600
RANKED_AT_ONCE = 512


def images_rank(*, tagger: Tagger, limit: int = RANKED_AT_ONCE) -> Progress:
    """Make cards and questions for images that have an embedding and no card of this tagger yet."""
    made = embeddings_made(tagger)
    ranked = Card.objects.filter(tagger=tagger, image_id=OuterRef("image_id"))
    rows = list(made.filter(~Exists(ranked)).order_by("pk")[:limit])
    if rows:
        embeddings = np.stack([np.asarray(row.vector, dtype=np.float32) for row in rows])
        head, meaning = head_of(tagger.sha256), meaning_of(tagger)
        scores = meaning.joined(head.scores(embeddings))
        found = doubts(scores, head.line_scores(), tagger.threshold, meaning.asked)
        _cards_write(tagger, dict(zip((row.image_id for row in rows), found, strict=True)))
    done = Card.objects.filter(tagger=tagger).count()
    return Progress(claimed=len(rows), done=done, total=made.count())


def cards_lease(
    *, user: User, tagger: Tagger, count: int, without: Sequence[int] = ()
) -> list[Card]:
    """Hand a person the next cards, those they hold already first; nobody else gets them meanwhile.

    Two people at the top of the queue never wait for each other and never share a card. A card all
    of whose open questions this person has answered (with "unsure", say) is left to others.

    Args:
        without: images the person has put aside for now.
    """
    asked: dict[str, int | list[int]] = {
        "tagger": tagger.pk,
        "user": user.pk,
        "without": list(without),
        "lease": LEASE_SECONDS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LEASE.format(free=MINE), asked | {"count": count})
        held = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(LEASE.format(free=NOBODYS), asked | {"count": count - len(held)})
        new = [pk for (pk,) in cursor.fetchall()]
    rank = {pk: at for at, ids in enumerate((held, new)) for pk in ids}
    cards = Card.objects.filter(pk__in=rank).select_related("tagger")
    return sorted(cards, key=lambda card: (rank[card.pk], card.doubt, card.pk))


MINE = "c.leased_to_id = %(user)s AND c.leased_until >= now()"
NOBODYS = "(c.leased_until IS NULL OR c.leased_until < now())"
# Walks the queue's index from its top; SKIP LOCKED passes by what others are taking.
LEASE = """
    WITH next AS (
        SELECT c.id FROM review_card c
         WHERE c.tagger_id = %(tagger)s AND c.open AND c.image_id <> ALL(%(without)s)
           AND {free}
           AND EXISTS (
               SELECT 1 FROM review_question q
                WHERE q.tagger_id = c.tagger_id AND q.image_id = c.image_id AND q.open
                  AND NOT EXISTS (
                      SELECT 1 FROM labels_answer a
                        JOIN tags_tag t ON t.id = a.tag_id
                        LEFT JOIN labels_retraction r ON r.answer_id = a.id
                       WHERE a.image_id = q.image_id AND a.tag_id = q.tag_id
                         AND a.guideline_version >= t.asks_again_from
                         AND a.user_id = %(user)s AND r.id IS NULL))
         ORDER BY c.doubt, c.id
         LIMIT %(count)s FOR UPDATE OF c SKIP LOCKED)
    UPDATE review_card c
       SET leased_to_id = %(user)s, leased_until = now() + make_interval(secs => %(lease)s)
      FROM next WHERE c.id = next.id RETURNING c.id
"""


def cards_release(*, user: User, image_ids: Sequence[int]) -> None:
    """Give cards back before their lease ends, so that others can have them at once."""
    Card.objects.filter(leased_to=user, image_id__in=image_ids).update(
        leased_to=None, leased_until=None
    )


@transaction.atomic
def answers_take(*, user: User, answers: Sequence[NewAnswer]) -> int:
    """Record answers and close the questions they settle; how many were new."""
    new = labels.answers_record(user=user, answers=answers)
    questions_refresh(image_ids={answer.image_id for answer in new})
    return len(new)


@transaction.atomic
def undo_take(
    *,
    user: User,
    answer_ids: Collection[UUID],
    asked: dict[str, Any] | None = None,
    anybodys: bool = False,
) -> Undo:
    """Take answers back; their questions are open again where nothing else settles them."""
    undo = labels.answers_retract(user=user, answer_ids=answer_ids, asked=asked, anybodys=anybodys)
    questions_refresh(image_ids=answers_images(answer_ids))
    return undo


@transaction.atomic
def undo_give_back(*, user: User, undo_id: int, anybodys: bool = False) -> Undo:
    """Do the opposite of an undo, also to the questions."""
    undo = labels.undo_reverse(user=user, undo_id=undo_id, anybodys=anybodys)
    questions_refresh(image_ids=answers_images(undo.answer_ids))
    return undo


@transaction.atomic
def completion_take(*, user: User, image_id: int, complete: bool, anybodys: bool = False) -> None:
    """Say that an image is complete, or take it back; what nobody touched is asked accordingly."""
    labels.completion_set(user=user, image_id=image_id, complete=complete, anybodys=anybodys)
    questions_refresh(image_ids=[image_id])


@transaction.atomic
def tags_take(
    *,
    image_id: int,
    names: Iterable[str],
    origin: str,
    negative: Iterable[str] = (),
    complete: bool = False,
) -> list[str]:
    """Import tags that came with an image and close the questions they settle.

    Returns:
        A sentence for each name that breaks the rules of tag names.
    """
    refused = labels.tags_import(
        image_id=image_id,
        names=names,
        origin=origin,
        negative=negative,
        complete=complete,
    )
    questions_refresh(image_ids=[image_id])
    return refused


def stale_step() -> Progress:
    """Derive labels that wait for it, and open and close the questions of their images."""
    return labels.stale_step(refresh=lambda ids: questions_refresh(image_ids=ids))


def labels_rebuild() -> int:
    """Derive all labels anew, with the questions that follow from them; how many images changed."""
    return labels.labels_rebuild(follow=lambda ids: questions_refresh(image_ids=ids))


def questions_refresh(*, image_ids: Iterable[int]) -> None:
    """Open and close the questions of these images as their labels now have it.

    Call inside a transaction that holds `labels_lock` on them.
    """
    questions_settle(image_ids=set(image_ids))


@transaction.atomic
def _cards_write(tagger: Tagger, found: dict[int, Doubt]) -> None:
    labels_lock(image_ids=found)
    tags = vocabulary_of(tagger)
    Question.objects.bulk_create(
        [
            Question(
                image_id=image_id,
                tag_id=tags[position].id,
                tagger=tagger,
                score=score,
                distance=distance,
                open=True,
            )
            for image_id, doubt in found.items()
            for position, score, distance in zip(
                doubt.positions, doubt.scores, doubt.distances, strict=True
            )
        ],
        ignore_conflicts=True,
    )
    Card.objects.bulk_create(
        [
            Card(image_id=image_id, tagger=tagger, doubt=doubt.mean_distance, open=True)
            for image_id, doubt in found.items()
        ],
        ignore_conflicts=True,
    )
    questions_want(image_ids=found)
    questions_refresh(image_ids=found)
