"""Uploading files, and images as files. What is known about images' tags is added further up."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.images import selectors, services
from labelhub.images.errors import ImageFileMissing
from labelhub.images.models import Image, Upload, UploadFile
from labelhub.images.names import ascii_name
from labelhub.images.schemas import (
    NewBook,
    NewUpload,
    UploadFileRow,
    UploadRow,
    upload_file_row,
    upload_row,
)
from labelhub.paging import Cursor, Limit, Page, page_of, page_schema
from labelhub.posted import OPENAPI, announced_length
from labelhub.storage import open_stored

router = Router(tags=["images"])
uploads_router = Router(tags=["uploads"])

FilePath = Annotated[str, Query(min_length=1, max_length=4000)]


class ImageResponse(FileResponse):
    """An image's bytes: never run, sniffed or shared, kept for ever by the one browser."""

    block_size = 1 << 16

    def __init__(self, image: Image, key: str, kind: str) -> None:
        try:
            file = open_stored(key)
        except FileNotFoundError as error:
            raise ImageFileMissing(
                _("The file of this image is missing from the storage; restore it from a backup.")
            ) from error
        super().__init__(file, content_type=f"image/{kind}")
        name = ascii_name(image.name, f"image-{image.pk}")
        self["Content-Disposition"] = f'inline; filename="{name}.{kind}"'
        self["Content-Security-Policy"] = "default-src 'none'; sandbox"
        self["X-Content-Type-Options"] = "nosniff"
        _keep_for_ever(self, image)


def _keep_for_ever(response: HttpResponseBase, image: Image) -> None:
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["ETag"] = f'"{image.sha256}"'


def _unchanged(request: HttpRequest, image: Image) -> HttpResponse | None:
    if image.sha256 not in request.headers.get("If-None-Match", ""):
        return None
    response = HttpResponse(status=304)
    _keep_for_ever(response, image)
    return response


@router.get("/{int:image_id}/file", auth=allow(Action.IMAGE_VIEW))
def image_file(request: HttpRequest, image_id: int) -> HttpResponseBase:
    image = selectors.image_get(image_id)
    return _unchanged(request, image) or ImageResponse(
        image, image.original_key, image.format.lower()
    )


@router.get("/{int:image_id}/thumbnail", auth=allow(Action.IMAGE_VIEW))
def image_thumbnail(request: HttpRequest, image_id: int) -> HttpResponseBase:
    image = selectors.image_get(image_id)
    return _unchanged(request, image) or ImageResponse(image, image.thumbnail_key, "webp")


@uploads_router.post("", auth=allow(Action.IMAGE_UPLOAD), response=UploadRow)
def upload_open(request: HttpRequest, body: NewUpload) -> UploadRow:
    assert isinstance(request.user, User)
    return _upload_row(services.upload_open(**body.model_dump(), by=request.user))


@uploads_router.post("/picture-book", auth=allow(Action.IMAGE_UPLOAD), response=UploadRow)
def upload_book(request: HttpRequest, body: NewBook) -> UploadRow:
    """Have the workers draw the picture book's pages and take them in."""
    assert isinstance(request.user, User)
    return _upload_row(services.book_open(**body.model_dump(), by=request.user))


@uploads_router.get("", auth=allow(Action.IMAGE_VIEW), response=Page[UploadRow])
def uploads(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[UploadRow]:
    found, following = page_of(selectors.upload_list(), cursor=cursor, limit=limit)
    counts = selectors.upload_counts(found)
    return Page(items=[upload_row(each, counts[each.pk]) for each in found], next=following)


@uploads_router.get("/{int:upload_id}", auth=allow(Action.IMAGE_VIEW), response=UploadRow)
def upload(request: HttpRequest, upload_id: int) -> UploadRow:
    return _upload_row(selectors.upload_get(upload_id))


@uploads_router.post("/{int:upload_id}/close", auth=allow(Action.IMAGE_UPLOAD), response=UploadRow)
def upload_close(request: HttpRequest, upload_id: int) -> UploadRow:
    return _upload_row(services.upload_close(upload_id=upload_id))


@uploads_router.post(
    "/{int:upload_id}/files",
    auth=allow(Action.IMAGE_UPLOAD),
    response=UploadFileRow,
    openapi_extra=OPENAPI,
)
def upload_file(request: HttpRequest, upload_id: int, path: FilePath) -> UploadFileRow:
    """The body is the file, as it is; it is streamed to storage and not decoded here."""
    file = services.file_receive(
        upload_id=upload_id, path=path, source=request, length=announced_length(request)
    )
    return upload_file_row(selectors.file_list(file.upload).get(pk=file.pk))


@uploads_router.get(
    "/{int:upload_id}/files", auth=allow(Action.IMAGE_VIEW), response=Page[UploadFileRow]
)
def upload_files(
    request: HttpRequest,
    upload_id: int,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: UploadFile.State | Literal[""] = "",
) -> Page[UploadFileRow]:
    files = selectors.file_list(selectors.upload_get(upload_id), state)
    return page_schema(files, cursor=cursor, limit=limit, show=upload_file_row, key="pk")


def _upload_row(upload: Upload) -> UploadRow:
    return upload_row(upload, selectors.upload_counts([upload])[upload.pk])
