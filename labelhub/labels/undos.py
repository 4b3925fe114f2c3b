"""What a log of undos comes to (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from labelhub.labels.models import Undo


def retractions_due(undos: Iterable[Undo]) -> dict[UUID, int]:
    """By answer: the undo by which it does not count.

    Args:
        undos: all of them, oldest first. One without `reverses` takes its answers back; one that
            reverses another does the opposite of it.
    """
    takes: dict[int, bool] = {}
    found: dict[UUID, int] = {}
    for undo in undos:
        takes[undo.pk] = undo.reverses_id is None or not takes[undo.reverses_id]
        for answer in undo.answer_ids:
            if takes[undo.pk]:
                found[answer] = undo.pk
            else:
                found.pop(answer, None)
    return found
