"""The library's endpoints: images as the pages show them, and the product at a glance."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.images.schemas import DomainOrNone, RatingOrNone
from labelhub.images.selectors import image_get, image_list
from labelhub.images.services import image_edit
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.jobs.selectors import jobs_active_count
from labelhub.labels.selectors import answers_since, answers_standing, today
from labelhub.review.image_page import ImageDetail, image_detail
from labelhub.review.near import BorderlineRow, SimilarRow, borderline_row, similar_rows
from labelhub.review.selectors import left
from labelhub.taggers.api import TaggerRow, tagger_row
from labelhub.taggers.embeddings import image_look_again
from labelhub.taggers.models import Origin, Tagger, TaggerState
from labelhub.taggers.selectors import pretagged_count, tagger_serving

router = Router(tags=["library"])


class ImageChange(Schema):
    """What is left out stays as it is."""

    rating: RatingOrNone | None = None
    domain: DomainOrNone | None = None
    source: str | None = Field(None, max_length=2000)
    licence: str | None = Field(None, max_length=200)


class Hub(Schema):
    """Whether the published checkpoint is here, and why not."""

    state: Literal["have", "unreachable", "fetching", "unknown"]
    message: str


class Overview(Schema):
    images: int
    pretagged: int
    images_to_review: int
    open_questions: int
    answers: int
    answers_today: int
    active_jobs: int
    tagger: TaggerRow | None
    hub: Hub


@router.get("/overview", auth=allow(Action.IMAGE_VIEW), response=Overview)
def overview(request: HttpRequest) -> Overview:
    tagger = tagger_serving()
    remaining = left(tagger)
    return Overview(
        images=image_list().count(),
        pretagged=pretagged_count(tagger) if tagger else 0,
        images_to_review=remaining.images,
        open_questions=remaining.questions,
        answers=answers_standing().count(),
        answers_today=answers_since(today()),
        active_jobs=jobs_active_count(),
        tagger=tagger_row(tagger) if tagger else None,
        hub=_hub(),
    )


@router.get("/images/{int:image_id}", auth=allow(Action.IMAGE_VIEW), response=ImageDetail)
def images_get(request: HttpRequest, image_id: int) -> ImageDetail:
    return image_detail(image_get(image_id), _user(request))


@router.post("/images/{int:image_id}/pretag", auth=allow(Action.ANSWER), response=ImageDetail)
def images_pretag(request: HttpRequest, image_id: int) -> ImageDetail:
    """Look again at an image that the tagger could not look at."""
    image_look_again(image_id=image_get(image_id).pk)
    return image_detail(image_get(image_id), _user(request))


@router.get(
    "/images/{int:image_id}/similar", auth=allow(Action.IMAGE_VIEW), response=list[SimilarRow]
)
def images_similar(
    request: HttpRequest, image_id: int, limit: Annotated[int, Query(24, ge=1, le=100)]
) -> list[SimilarRow]:
    """More like this, most alike first; empty until the serving tagger has looked at the image."""
    return similar_rows(image_get(image_id), limit)


@router.get("/borderline", auth=allow(Action.IMAGE_VIEW), response=BorderlineRow)
def borderline_list(
    request: HttpRequest, tag: Annotated[str, Query(..., min_length=1, max_length=170)]
) -> BorderlineRow:
    """The images nearest to a tag's line, nearest first; none until a worker has found them."""
    return borderline_row(tag)


@router.patch("/images/{int:image_id}", auth=allow(Action.IMAGE_EDIT), response=ImageDetail)
def images_edit(request: HttpRequest, image_id: int, body: ImageChange) -> ImageDetail:
    image_edit(image_id=image_id, **body.model_dump(exclude_none=True))
    return image_detail(image_get(image_id), _user(request))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `allow` let nobody else in
    return request.user


def _hub() -> Hub:
    published = Tagger.objects.filter(origin=Origin.PUBLISHED).first()
    if published is None:
        return Hub(state="unknown", message="")
    if published.state == TaggerState.REFUSED:
        return Hub(state="unreachable", message=published.message)
    if published.state != TaggerState.FETCHING:
        return Hub(state="have", message="")
    last = Job.objects.filter(kind=Kind.FETCH, subject_id=published.pk).order_by("-pk").first()
    if last is not None and last.state == JobState.FAILED:
        return Hub(state="unreachable", message=last.error)
    return Hub(state="fetching", message="")
