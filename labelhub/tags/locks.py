"""Who changes the vocabulary goes alone."""

from __future__ import annotations

from labelhub.tags.models import VocabularyVersion


def vocabulary_lock() -> None:
    """Let nobody else change the vocabulary until the transaction ends. To be taken before
    anything is read that the change depends on, and before any image is locked.
    """
    VocabularyVersion.objects.get_or_create(pk=1)
    list(VocabularyVersion.objects.select_for_update().filter(pk=1))
