"""Events (answers, retractions, imported tags, completions), which are only ever added, and the
labels derived from them.
"""

from __future__ import annotations

from labelhub.labels.models.derived import (
    HUMAN,
    LETTERS,
    Label,
    Labels,
    LabelState,
    Source,
    Stale,
    TagCount,
)
from labelhub.labels.models.events import Answer, Completion, How, Retraction, Undo, Verdict, View
from labelhub.labels.models.examples import TagExample
from labelhub.labels.models.imported import Absence, ImportedTags, LabelForm, LabelImport

__all__ = [
    "Absence",
    "Answer",
    "Completion",
    "HUMAN",
    "How",
    "ImportedTags",
    "LETTERS",
    "Label",
    "LabelForm",
    "LabelImport",
    "LabelState",
    "Labels",
    "Retraction",
    "Source",
    "Stale",
    "TagCount",
    "TagExample",
    "Undo",
    "Verdict",
    "View",
]
