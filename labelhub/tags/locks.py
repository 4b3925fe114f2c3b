"""Who changes the vocabulary, and who relies on it meanwhile.

Labels are derived from names and implications. Whoever changes these notes which images follow; a
label that another transaction derives from the old ones at that moment would be missed. So writers
of labels hold the vocabulary as it is, as a foreign key holds the row it leads to, and a change of
it waits for them and makes them wait.
"""

from __future__ import annotations

from django.db import connection

from labelhub.tags.models import VocabularyVersion


def vocabulary_lock() -> None:
    """Let nobody else change the vocabulary, nor derive labels from it, until the transaction
    ends. To be taken before anything is read that the change depends on, and before any image is
    locked.
    """
    VocabularyVersion.objects.get_or_create(pk=1)
    list(VocabularyVersion.objects.select_for_update().filter(pk=1))


def vocabulary_hold() -> None:
    """Keep the vocabulary as it is until the transaction ends. New tags do not wait for that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM tags_vocabularyversion FOR KEY SHARE")
