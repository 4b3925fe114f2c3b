"""What the API says about images and uploads, and what it takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from labelhub.images.models import Domain, Image, Rating, Upload, UploadFile
from labelhub.picturebook.book import LIBRARY_PAGES, LIBRARY_SEED

RatingOrNone = Rating | Literal[""]
DomainOrNone = Domain | Literal[""]
PAGES_LIMIT = 5000


class ImageFacts(Schema):
    """What a list says of an image, apart from its tags."""

    id: int
    name: str
    width: int
    height: int
    rating: RatingOrNone
    domain: DomainOrNone
    created_at: datetime
    thumbnail_url: str
    file_url: str
    near_duplicates: int = Field(description="how many images look like it; counted up to 100")


class NewUpload(Schema):
    expected: int = Field(ge=0, le=10_000_000)
    source: str = Field("", max_length=2000)
    licence: str = Field("", max_length=200)
    rating: RatingOrNone = ""
    domain: DomainOrNone = ""


class NewBook(Schema):
    pages: int = Field(LIBRARY_PAGES, ge=1, le=PAGES_LIMIT)
    seed: int = Field(LIBRARY_SEED, ge=0, lt=2**31)


class UploadRow(Schema):
    id: int
    expected: int
    created_at: datetime
    closed: bool
    source: str
    licence: str
    rating: RatingOrNone
    domain: DomainOrNone
    received: int
    waiting: int
    stored: int
    duplicates: int
    rejected: int
    sidecars: int


class UploadFileRow(Schema):
    id: int
    path: str
    state: UploadFile.State
    message: str
    image_id: int | None
    near_duplicates: int


def image_facts(image: Image) -> ImageFacts:
    """Of an image as `selectors.image_list` has it."""
    return ImageFacts(**_facts(image))


def upload_row(upload: Upload, counts: dict[str, int]) -> UploadRow:
    """Of an upload and its `selectors.upload_counts`."""
    return UploadRow(
        id=upload.pk,
        expected=upload.expected,
        created_at=upload.created_at,
        closed=upload.closed_at is not None,
        source=upload.source,
        licence=upload.licence,
        rating=_rating(upload.rating),
        domain=_domain(upload.domain),
        received=counts["received"],
        waiting=counts[UploadFile.State.WAITING],
        stored=counts[UploadFile.State.STORED],
        duplicates=counts[UploadFile.State.DUPLICATE],
        rejected=counts[UploadFile.State.REJECTED],
        sidecars=counts[UploadFile.State.SIDECAR],
    )


def upload_file_row(file: UploadFile) -> UploadFileRow:
    """Of a file as `selectors.file_list` has it."""
    return UploadFileRow(
        id=file.pk,
        path=file.path,
        state=UploadFile.State(file.state),
        message=file.message,
        image_id=file.image_id,
        near_duplicates=file.near_duplicates,
    )


def _facts(image: Image) -> dict[str, Any]:
    address = f"/api/images/{image.pk}"
    # The address names the content, so that a browser may keep it for ever.
    version = image.sha256[:8]
    return {
        "id": image.pk,
        "name": image.name,
        "width": image.width,
        "height": image.height,
        "rating": _rating(image.rating),
        "domain": _domain(image.domain),
        "created_at": image.created_at,
        "thumbnail_url": f"{address}/thumbnail?v={version}",
        "file_url": f"{address}/file?v={version}",
        "near_duplicates": image.near_duplicates,
    }


def _rating(value: str) -> RatingOrNone:
    return Rating(value) if value else ""


def _domain(value: str) -> DomainOrNone:
    return Domain(value) if value else ""
