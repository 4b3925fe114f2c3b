"""Writing events, and the labels that follow from them, in one transaction."""

from __future__ import annotations

from labelhub.labels.services.answers import (
    AnswerIdTaken,
    AutomaticTag,
    CompleteByImport,
    DeprecatedTag,
    ImageNotFound,
    NewAnswer,
    answers_record,
    completion_set,
)
from labelhub.labels.services.derive import (
    labels_derive,
    labels_lock,
    labels_rebuild,
    meaning_lock,
)
from labelhub.labels.services.imported import tags_import
from labelhub.labels.services.stale import (
    counts_step,
    stale_note_found,
    stale_note_tags,
    stale_step,
)
from labelhub.labels.services.undo import (
    AnswerNotFound,
    UndoneAlready,
    UndoNotFound,
    answers_images,
    answers_retract,
    taken_by,
    undo_reverse,
)

__all__ = [
    "AnswerIdTaken",
    "AnswerNotFound",
    "AutomaticTag",
    "CompleteByImport",
    "DeprecatedTag",
    "ImageNotFound",
    "NewAnswer",
    "UndoNotFound",
    "UndoneAlready",
    "answers_images",
    "answers_record",
    "answers_retract",
    "completion_set",
    "counts_step",
    "labels_derive",
    "labels_lock",
    "labels_rebuild",
    "meaning_lock",
    "stale_note_found",
    "stale_note_tags",
    "stale_step",
    "tags_import",
    "taken_by",
    "undo_reverse",
]
