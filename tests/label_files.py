"""Files of labels in tests: sent, worked off as the worker does it, and what became of them."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.db import transaction

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.jobs.models import Job, Kind
from labelhub.labels.imports import selectors, services
from labelhub.labels.models import Absence, ImportedTags, Label, LabelForm, LabelImport
from labelhub.labels.services import labels_derive, labels_lock, stale_step
from labelhub.tags.models import ImportState
from labelhub.tags.services import tags_ensure
from worker.tasks.labels import labels as labels_task


def sent(
    by: User,
    text: str,
    *,
    form: LabelForm = LabelForm.CSV,
    absence: Absence = Absence.UNKNOWN,
    name: str = "labels.csv",
) -> LabelImport:
    source = io.BytesIO(text.encode())
    return services.import_add(
        form=form, absence=absence, name=name, source=source, length=None, by=by
    )


def stepped(found: LabelImport) -> LabelImport:
    """As the worker does it, until nothing is left to do."""
    for _each in range(1000):
        if not selectors.import_unfinished(found.pk):
            break
        job = Job.objects.filter(kind=Kind.LABELS, subject_id=found.pk).latest("pk")
        labels_task.run(job.pk)
    return selectors.import_get(found.pk)


def applied(by: User, text: str, **how: object) -> LabelImport:
    found = stepped(sent(by, text, **how))  # type: ignore[arg-type]
    assert found.state == ImportState.READY, (found.message, found.problems)
    services.import_apply(import_id=found.pk, by=by)
    found = stepped(found)
    assert found.state == ImportState.APPLIED
    return found


def effects(found: LabelImport) -> dict[str, int]:
    return {each["what"]: each["count"] for each in found.preview["effects"]}


def truth(image: Image) -> dict[str, tuple[str, str]]:
    rows = Label.objects.filter(image=image).select_related("tag")
    return {row.tag.name: (row.state, row.source) for row in rows}


def everything() -> list[tuple[object, ...]]:
    return list(Label.objects.order_by("image_id", "tag_id").values_list())


def csv(rows: dict[Image, str]) -> str:
    return "sha256,tags\n" + "".join(f'{image.sha256},"{tags}"\n' for image, tags in rows.items())


def recorded(
    batch: LabelImport,
    image: Image,
    *,
    yes: Iterable[str] = (),
    no: Iterable[str] = (),
    complete: bool = False,
) -> ImportedTags:
    """A row of an import, as applying it leaves one."""
    with transaction.atomic():
        labels_lock(image_ids=[image.pk])
        row = ImportedTags.objects.create(
            image=image,
            batch=batch,
            origin=batch.name,
            positive=sorted({tag.pk for tag in tags_ensure(names=list(yes))}),
            negative=sorted({tag.pk for tag in tags_ensure(names=list(no))}),
            complete=complete,
        )
        labels_derive(image_ids=[image.pk])
    return row


def derived() -> None:
    while stale_step().claimed:
        pass
