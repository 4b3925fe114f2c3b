"""Datasets: make one, watch it, download its files."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.datasets.models import Dataset, DatasetState
from labelhub.datasets.selectors import dataset_list
from labelhub.datasets.services import dataset_make, file_key
from labelhub.errors import NotFound
from labelhub.paging import Cursor, Limit, Page, page_schema

router = Router(tags=["datasets"])


class DatasetFileMissing(NotFound):
    code = "dataset_file_missing"


class DatasetFile(Schema):
    name: str
    bytes: int
    sha256: str
    url: str


class DatasetRow(Schema):
    id: int
    name: str
    state: DatasetState
    error: str
    sha256: str
    created_at: datetime
    created_by: str
    images: int
    train_images: int
    validation_images: int
    positives: int
    negatives: int
    tags: int
    seed: int
    validation_percent: int
    files: list[DatasetFile]


class DatasetNew(Schema):
    name: str = Field(min_length=1, max_length=200)
    seed: int = Field(0, ge=0, lt=2**31)
    validation_percent: int = Field(10, ge=0, le=50)


def dataset_row(dataset: Dataset) -> DatasetRow:
    files = [
        DatasetFile(**file, url=f"/api/datasets/{dataset.pk}/files/{file['name']}")
        for file in dataset.files
    ]
    return DatasetRow(
        id=dataset.pk,
        name=dataset.name,
        state=DatasetState(dataset.state),
        error=dataset.error,
        sha256=dataset.sha256,
        created_at=dataset.created_at,
        created_by=dataset.created_by.username if dataset.created_by else "",
        images=dataset.images,
        train_images=dataset.train_images,
        validation_images=dataset.validation_images,
        positives=dataset.positives,
        negatives=dataset.negatives,
        tags=dataset.tags,
        seed=dataset.seed,
        validation_percent=dataset.validation_percent,
        files=files,
    )


@router.get("", auth=allow(Action.DATASET_VIEW), response=Page[DatasetRow])
def datasets_list(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 50
) -> Page[DatasetRow]:
    return page_schema(dataset_list(), cursor=cursor, limit=limit, show=dataset_row)


@router.post("", auth=allow(Action.DATASET_MAKE), response=DatasetRow)
def datasets_make(request: HttpRequest, body: DatasetNew) -> DatasetRow:
    assert isinstance(request.user, User)
    return dataset_row(dataset_make(**body.dict(), by=request.user))


@router.get("/{int:dataset_id}", auth=allow(Action.DATASET_VIEW), response=DatasetRow)
def datasets_get(request: HttpRequest, dataset_id: int) -> DatasetRow:
    return dataset_row(get_object_or_404(dataset_list(), pk=dataset_id))


@router.get("/{int:dataset_id}/files/{name}", auth=allow(Action.DATASET_VIEW))
def datasets_file(request: HttpRequest, dataset_id: int, name: str) -> FileResponse:
    dataset = get_object_or_404(Dataset, pk=dataset_id, state=DatasetState.READY)
    if name not in {file["name"] for file in dataset.files}:
        raise NotFound(_("This dataset has no file of that name."))
    try:
        content = default_storage.open(file_key(dataset.sha256, name))
    except FileNotFoundError as error:
        raise DatasetFileMissing(
            _("This file is missing from the storage: restore it from a backup.")
        ) from error
    return FileResponse(content, as_attachment=True, filename=name)
