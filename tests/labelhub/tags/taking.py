"""Taking in a file about the vocabulary as people and workers do, step by step."""

from __future__ import annotations

import io
import json

from labelhub.accounts.models import Role, User
from labelhub.tags.imports.files import import_add, import_apply, import_get
from labelhub.tags.imports.work import import_step
from labelhub.tags.models import TagChange, VocabularyForm, VocabularyImport


def curator() -> User:
    return User.objects.get_or_create(username="curator", defaults={"role": Role.CURATOR})[0]


def read(form: VocabularyForm, content: str | bytes) -> VocabularyImport:
    """Send a file and have it read."""
    data = content.encode() if isinstance(content, str) else content
    made = import_add(
        form=form, name="file", source=io.BytesIO(data), length=len(data), by=curator()
    )
    step(made)
    return import_get(made.pk)


def apply(found: VocabularyImport) -> VocabularyImport:
    import_apply(import_id=found.pk, by=curator())
    step(found)
    return import_get(found.pk)


def take(form: VocabularyForm, content: str | bytes) -> VocabularyImport:
    """Send a file, have it read and applied."""
    return apply(read(form, content))


def step(found: VocabularyImport, followed: list[TagChange] | None = None) -> None:
    changes = followed if followed is not None else []
    import_step(import_id=found.pk, follow=changes.append)


def effects(found: VocabularyImport) -> dict[str, int]:
    return {each["what"]: each["count"] for each in found.preview["effects"]}


def examples(found: VocabularyImport) -> list[str]:
    return [each for effect in found.preview["effects"] for each in effect["examples"]]


def problems(found: VocabularyImport) -> list[tuple[int, str]]:
    return [(each["line"], each["message"]) for each in found.problems]


def relations(*pairs: tuple[str, str], status: str = "active") -> str:
    return "".join(
        json.dumps({"antecedent_name": low, "consequent_name": high, "status": status}) + "\n"
        for low, high in pairs
    )
