"""A new version of a guideline, with the questions that it asks again."""

from __future__ import annotations

from django.db import transaction

from labelhub.accounts.models import User
from labelhub.labels.services.derive import meaning_lock
from labelhub.review.asked import questions_again
from labelhub.tags.guidelines import Text, guideline_write
from labelhub.tags.models import Guideline
from labelhub.tags.services import vocabulary_lock


@transaction.atomic
def guideline_take(
    *, user: User | None, tag_id: int, base: int, text: Text, summary: str, asks_again: bool
) -> Guideline:
    """Add a version of a tag's guideline; where it asks again, the questions that people answered
    under older ones are open at once.

    Raises:
        GuidelineMoved, NotFound: as of `guideline_write`.
        VocabularyBusy.
    """
    if asks_again:
        # Files about the vocabulary lock it first, then tags, then this: in the same order.
        vocabulary_lock(hurried=True)
        # Whoever answers at this moment has done so before, or sees what it asks again.
        meaning_lock(change=True)
    made = guideline_write(
        user=user, tag_id=tag_id, base=base, text=text, summary=summary, asks_again=asks_again
    )
    if asks_again:
        questions_again(tag_id)
    return made
