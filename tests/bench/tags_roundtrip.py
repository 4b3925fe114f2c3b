"""Names through the whole product and back: create → label → search → URL → export → import.

Wants Django set up, a database whose vocabulary makes none of the names an alias, and nobody else
who changes labels meanwhile.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Iterable, Sequence
from urllib.parse import quote as percent
from urllib.parse import unquote

from django.core.files.storage import default_storage
from django.test import RequestFactory

from labelhub.accounts.models import Role, User
from labelhub.datasets.models import Dataset
from labelhub.datasets.services import dataset_build, dataset_claim, dataset_make, file_key
from labelhub.images.models import Image, Upload
from labelhub.labels.imports import selectors, services
from labelhub.labels.imports.work import import_step
from labelhub.labels.models import Absence, Label, LabelForm, LabelImport
from labelhub.labels.services import stale_step
from labelhub.search.ast import Query, Tag
from labelhub.search.grammar import parse, quote
from labelhub.search.selectors import search_images
from labelhub.tags.models import ImportState
from labelhub.tags.names import AUTOMATIC, BadTagName, refuse_new
from labelhub.tags.services import tags_ensure

AN_IMAGE = 20  # names
# Wide and tall, lowres and highres: the automatic tags an image may have, from its size alone.
SIZES = ((64, 48), (20_000, 1_100), (1_100, 20_000))
Truth = dict[str, frozenset[tuple[str, str]]]


def roundtrip(names: Sequence[str]) -> list[str]:
    """Those of the names that do not come through unchanged."""
    user, _made = User.objects.get_or_create(username="roundtrip", defaults={"role": Role.CURATOR})
    changed = {name for name in names if not _same_when_made_and_typed(name)}
    good = [name for name in names if name not in changed]
    tags = tags_ensure(names=good)
    changed |= {name for name, tag in zip(good, tags, strict=True) if tag.name != name}
    images = _images(good)

    first = taken_in(user, LabelForm.JSONL, _json_lines(images, good))
    labelled = truth_of(images)
    changed |= set(good) - {name for labels in labelled.values() for name, _state in labels}
    for image in images:
        having = sorted(name for name, state in labelled[image.sha256] if state == "positive")
        # All at once must find it; where they do not, whichever fails alone is to blame.
        if having and not _found(image, having, user):
            changed |= {name for name in having if not _found(image, [name], user)} or set(having)

    tables = exported(user)
    services.import_retract(import_id=first.pk, by=user)
    derived()
    bare = truth_of(images)
    assert all(labels <= _automatic(labelled[sha256]) for sha256, labels in bare.items())
    for table in tables:
        taken_in(user, LabelForm.PARQUET, table)
    again = truth_of(images)
    for sha256, labels in labelled.items():
        changed |= {name for name, _state in labels ^ again[sha256]}
    return sorted(changed)


def taken_in(user: User, form: LabelForm, data: bytes) -> LabelImport:
    """A file of labels, sent, read and applied."""
    found = services.import_add(
        form=form,
        absence=Absence.UNKNOWN,
        name=f"roundtrip.{form.value}",
        source=io.BytesIO(data),
        length=len(data),
        by=user,
    )
    _worked(found)
    services.import_apply(import_id=found.pk, by=user)
    _worked(found)
    found = selectors.import_get(found.pk)
    assert found.state == ImportState.APPLIED, (found.state, found.message)
    return found


def exported(user: User) -> list[bytes]:
    """The parquet files of a dataset of all labels there are."""
    dataset = dataset_make(name="roundtrip", seed=0, validation_percent=20, by=user)
    claimed = dataset_claim(dataset_id=dataset.pk)
    assert claimed is not None
    dataset_build(dataset=claimed)
    made = Dataset.objects.get(pk=dataset.pk)
    tables = []
    for file in made.files:
        if str(file["name"]).endswith(".parquet"):
            with default_storage.open(file_key(made.sha256, str(file["name"]))) as stored:
                tables.append(stored.read())
    return tables


def derived() -> None:
    while stale_step().claimed:
        pass


def truth_of(images: Iterable[Image]) -> Truth:
    """By an image's hash: the names of its labels with their states."""
    labels: dict[str, set[tuple[str, str]]] = {image.sha256: set() for image in images}
    rows = Label.objects.filter(image__sha256__in=labels.keys())
    for sha256, name, state in rows.values_list("image__sha256", "tag__name", "state"):
        labels[sha256].add((name, state))
    return {sha256: frozenset(found) for sha256, found in labels.items()}


def _same_when_made_and_typed(name: str) -> bool:
    """Whether people may make it, and addresses give it back: of a page, and of the API."""
    try:
        made = refuse_new(name)
    except BadTagName:
        return False
    request = RequestFactory().get("/api/tag", {"name": name})
    address = f"/tags/{percent(name, safe='')}"
    return made == name == request.GET["name"] == unquote(address.removeprefix("/tags/"))


def _found(image: Image, names: Sequence[str], user: User) -> bool:
    """Whether a search for tags finds an image, and each name is a tag to it and nothing else."""
    if any(parse(quote(name)) != Query(Tag(name)) for name in names):
        return False
    page = search_images(" ".join(map(quote, names)), user=user, cursor=None, limit=200)
    return image.pk in page.image_ids


def _images(names: Sequence[str]) -> list[Image]:
    """For some names each, two images: one that has them and one that has not."""
    upload = Upload.objects.create(expected=0)
    made = []
    for number in range(2 * -(-len(names) // AN_IMAGE)):
        unique = uuid.uuid4().hex
        width, height = SIZES[number % len(SIZES)]
        made.append(
            Image(
                sha256=hashlib.sha256(unique.encode()).hexdigest(),
                name=f"{unique}.png",
                format="PNG",
                bytes=1000,
                width=width,
                height=height,
                phash=number,
                phash_algorithm="none",
                upload=upload,
            )
        )
    Image.objects.bulk_create(made)
    derived()
    return made


def _json_lines(images: Sequence[Image], names: Sequence[str]) -> bytes:
    lines = []
    for number, image in enumerate(images):
        start = number // 2 * AN_IMAGE
        some = list(names[start : start + AN_IMAGE])
        lines.append(json.dumps({"sha256": image.sha256, "not" if number % 2 else "tags": some}))
    return "\n".join(lines).encode()


def _automatic(labels: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset(label for label in labels if label[0] in AUTOMATIC)


def _worked(found: LabelImport) -> None:
    while selectors.import_unfinished(found.pk):
        import_step(import_id=found.pk, follow=lambda _image_ids: None)
