"""The taggers: which one serves, which could."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.images.models import Image
from labelhub.jobs.api import JobRow, job_row
from labelhub.paging import Cursor, Limit, Page, page_of
from labelhub.posted import announced_length
from labelhub.taggers.models import Origin, Runtime, Tagger, TaggerState
from labelhub.taggers.selectors import (
    pretagged_counts,
    run_of,
    runtimes_of,
    tagger_list,
)
from labelhub.taggers.services.promotion import (
    tagger_promote,
    tagger_reconsider,
    tagger_stay,
    tagger_turn_down,
)
from labelhub.taggers.services.registration import tagger_fetch
from labelhub.taggers.trials import tagger_try
from labelhub.taggers.vocabulary import outputs_count

router = Router(tags=["taggers"])


class RuntimeRow(Schema):
    """How a backbone is computed where a worker measured it last."""

    name: str
    device: str
    images_per_second: float
    agreement: float = Field(
        description="largest difference of a raw score to full precision's, on the probe pictures"
    )


class TaggerRow(Schema):
    id: int
    name: str
    state: TaggerState
    origin: Origin
    message: str
    about: str
    run_id: int | None
    sha256: str
    tags: int
    width: int
    image_size: int
    threshold: float
    created_at: datetime
    images_pretagged: int
    images_total: int = Field(description="images in the library")
    runtime: RuntimeRow | None


class TrialTagger(Schema):
    id: int
    name: str


class TrialTag(Schema):
    tag: str
    category: str
    score: float
    probability: float
    line: float


class Trial(Schema):
    """What a tagger sees in one picture; nothing of it is stored."""

    tagger: TrialTagger
    name: str
    width: int
    height: int
    image_id: int | None = Field(description="the image of the library that has these very bytes")
    threshold: float = Field(description="the decision line, on the raw scale")
    tags: list[TrialTag]
    seconds: float


class Refusal(Schema):
    reason: str = Field("", max_length=500)


def tagger_row(tagger: Tagger) -> TaggerRow:
    return tagger_rows([tagger])[0]


def tagger_rows(taggers: Sequence[Tagger]) -> list[TaggerRow]:
    pretagged, runtimes = pretagged_counts(taggers), runtimes_of(taggers)
    images = Image.objects.count()
    return [
        _row(
            tagger,
            pretagged=pretagged.get(tagger.backbone_id or 0, 0),
            images=images,
            runtime=runtimes.get(tagger.backbone_id or 0),
        )
        for tagger in taggers
    ]


def _row(tagger: Tagger, *, pretagged: int, images: int, runtime: Runtime | None) -> TaggerRow:
    loaded = tagger.backbone
    return TaggerRow(
        id=tagger.pk,
        name=tagger.name,
        state=TaggerState(tagger.state),
        origin=Origin(tagger.origin),
        message=tagger.message,
        about=tagger.about,
        run_id=run_of(tagger),
        sha256=tagger.sha256,
        tags=outputs_count(tagger) if loaded else 0,
        width=loaded.width if loaded else 0,
        image_size=loaded.image_size if loaded else 0,
        threshold=tagger.threshold,
        created_at=tagger.created_at,
        images_pretagged=pretagged,
        images_total=images,
        runtime=_runtime_row(runtime) if runtime else None,
    )


def _runtime_row(runtime: Runtime) -> RuntimeRow:
    return RuntimeRow(
        name=runtime.name,
        device=runtime.device,
        images_per_second=runtime.images_per_second,
        agreement=runtime.agreement,
    )


@router.get("", auth=allow(Action.TAGGER_VIEW), response=Page[TaggerRow])
def taggers_list(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[TaggerRow]:
    found, following = page_of(tagger_list(), cursor=cursor, limit=limit)
    return Page(items=tagger_rows(found), next=following)


@router.post("/fetch", auth=allow(Action.TAGGER_MANAGE), response=JobRow)
def taggers_fetch(request: HttpRequest) -> JobRow:
    assert isinstance(request.user, User)
    return job_row(tagger_fetch(by=request.user))


@router.post("/{tagger_id}/promote", auth=allow(Action.TAGGER_MANAGE), response=TaggerRow)
def taggers_promote(request: HttpRequest, tagger_id: int) -> TaggerRow:
    return tagger_row(tagger_promote(tagger=get_object_or_404(Tagger, pk=tagger_id)))


@router.post("/{tagger_id}/stay", auth=allow(Action.TAGGER_MANAGE), response=TaggerRow)
def taggers_stay(request: HttpRequest, tagger_id: int) -> TaggerRow:
    """Stop preparing a tagger to serve; the one that serves stays."""
    return tagger_row(tagger_stay(tagger=get_object_or_404(Tagger, pk=tagger_id)))


@router.post("/{tagger_id}/refuse", auth=allow(Action.TAGGER_MANAGE), response=TaggerRow)
def taggers_refuse(request: HttpRequest, tagger_id: int, body: Refusal) -> TaggerRow:
    assert isinstance(request.user, User)
    tagger = get_object_or_404(Tagger, pk=tagger_id)
    return tagger_row(tagger_turn_down(tagger=tagger, by=request.user, reason=body.reason))


@router.post("/{tagger_id}/reconsider", auth=allow(Action.TAGGER_MANAGE), response=TaggerRow)
def taggers_reconsider(request: HttpRequest, tagger_id: int) -> TaggerRow:
    return tagger_row(tagger_reconsider(tagger=get_object_or_404(Tagger, pk=tagger_id)))


@router.post(
    "/{tagger_id}/try",
    auth=allow(Action.TAGGER_VIEW),
    response=Trial,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
def taggers_try(
    request: HttpRequest, tagger_id: int, name: Annotated[str, Query(max_length=255)] = ""
) -> Trial:
    """The body is the picture, as it is."""
    tagger = get_object_or_404(Tagger, pk=tagger_id)
    found = tagger_try(tagger=tagger, name=name, source=request, length=announced_length(request))
    return Trial(
        tagger=TrialTagger(id=tagger.pk, name=tagger.name),
        name=found.name,
        width=found.width,
        height=found.height,
        image_id=found.image_id,
        threshold=tagger.threshold,
        tags=[
            TrialTag(
                tag=each.tag.name,
                category=each.tag.category,
                score=each.score,
                probability=each.probability,
                line=each.line,
            )
            for each in found.tags
        ],
        seconds=found.seconds,
    )
