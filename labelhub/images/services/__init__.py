"""Writing images: uploads, what becomes of their files, near-duplicates, edits."""

from __future__ import annotations

from labelhub.images.services.books import book_close, book_open, page_take
from labelhub.images.services.claims import Claim, files_claim, files_release
from labelhub.images.services.edits import image_edit
from labelhub.images.services.receive import file_receive, file_refuse, image_receive
from labelhub.images.services.settle import (
    Facts,
    NewImage,
    archive_unpack,
    file_put_back,
    file_reject,
    image_keep,
    images_store,
    sidecar_apply,
    sidecar_read,
)
from labelhub.images.services.uploads import upload_advance, upload_close, upload_open

__all__ = [
    "Claim",
    "Facts",
    "NewImage",
    "archive_unpack",
    "book_close",
    "book_open",
    "file_put_back",
    "file_receive",
    "file_refuse",
    "file_reject",
    "files_claim",
    "files_release",
    "image_edit",
    "image_keep",
    "image_receive",
    "images_store",
    "page_take",
    "sidecar_apply",
    "sidecar_read",
    "upload_advance",
    "upload_close",
    "upload_open",
]
