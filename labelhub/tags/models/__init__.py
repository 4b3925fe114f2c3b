"""The vocabulary: tags, all the names they go by, what they imply, how they are to be used, and who
changed what of it.
"""

from __future__ import annotations

from labelhub.tags.models.changes import ChangeKind, TagChange
from labelhub.tags.models.figures import PublishedFigures
from labelhub.tags.models.guidelines import Guideline, Markup
from labelhub.tags.models.imports import ImportState, VocabularyForm, VocabularyImport
from labelhub.tags.models.vocabulary import (
    Category,
    CategoryName,
    Implication,
    Tag,
    TagName,
    VocabularyVersion,
    category_name,
)

__all__ = [
    "Category",
    "CategoryName",
    "ChangeKind",
    "Guideline",
    "Implication",
    "ImportState",
    "Markup",
    "PublishedFigures",
    "Tag",
    "TagChange",
    "TagName",
    "VocabularyForm",
    "VocabularyImport",
    "VocabularyVersion",
    "category_name",
]
