"""Runs: teach the serving tagger, see what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.paging import Cursor, Limit, Page, page_schema
from labelhub.scoring import metrics
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.training.models import Run, RunState, RunTag
from labelhub.training.selectors import run_list, run_tags
from labelhub.training.services import run_start

router = Router(tags=["training"])


class RunTagger(Schema):
    id: int
    name: str
    state: TaggerState


class GroupFigures(Schema):
    """Macro-F1 at the decision line over the tags of a group that have a positive scene."""

    group: Literal["all", "drawn", "photo", "rare"]
    images: int
    tags: int
    before: float
    after: float


class UnseenFigures(Schema):
    """Share of people's answers a head agrees with that did not learn from their images."""

    pairs: int
    before: float
    after: float


class RunRow(Schema):
    id: int
    state: RunState
    message: str
    base: RunTagger
    candidate: RunTagger | None
    by: str | None
    pairs: int
    images: int
    people: int
    tags_taught: int
    scenes: list[GroupFigures]
    unseen: UnseenFigures | None
    created_at: datetime
    finished_at: datetime | None


class Figures(Schema):
    precision: float
    recall: float
    f1: float


class TagFigures(Schema):
    tag: str
    pairs: int
    yes: int
    positives: int
    before: Figures | None
    after: Figures | None


class RunDetail(RunRow):
    tags: list[TagFigures]


def run_row(run: Run) -> RunRow:
    return RunRow(
        id=run.pk,
        state=RunState(run.state),
        message=run.message,
        base=_tagger(run.base),
        candidate=_tagger(run.candidate) if run.candidate else None,
        by=run.created_by.username if run.created_by else None,
        pairs=run.pairs,
        images=run.images,
        people=run.people,
        tags_taught=run.tags_taught,
        scenes=[GroupFigures(**group) for group in run.scenes],
        unseen=UnseenFigures(**run.unseen) if run.unseen else None,
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _tagger(tagger: Tagger) -> RunTagger:
    return RunTagger(id=tagger.pk, name=tagger.name, state=TaggerState(tagger.state))


def _tag_figures(row: RunTag) -> TagFigures:
    return TagFigures(
        tag=row.tag.name,
        pairs=row.pairs,
        yes=row.yes,
        positives=row.positives,
        before=_figures(row.before_hits, row.before_alarms, row.positives),
        after=_figures(row.after_hits, row.after_alarms, row.positives),
    )


def _figures(hits: int | None, alarms: int | None, positives: int) -> Figures | None:
    if hits is None or alarms is None:
        return None
    found = metrics.Counts.of_one(hits, alarms, positives - hits)
    return Figures(
        precision=float(found.precision[0]),
        recall=float(found.recall[0]),
        f1=float(found.f1[0]),
    )


@router.get("/runs", auth=allow(Action.TAGGER_VIEW), response=Page[RunRow])
def runs_list(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[RunRow]:
    return page_schema(run_list(), cursor=cursor, limit=limit, show=run_row)


@router.post("/runs", auth=allow(Action.TAGGER_TRAIN), response=RunRow)
def runs_start(request: HttpRequest) -> RunRow:
    assert isinstance(request.user, User)
    return run_row(run_start(by=request.user))


@router.get("/runs/{int:run_id}", auth=allow(Action.TAGGER_VIEW), response=RunDetail)
def runs_get(request: HttpRequest, run_id: int) -> RunDetail:
    run = get_object_or_404(run_list(), pk=run_id)
    tags = [_tag_figures(row) for row in run_tags(run)]
    return RunDetail(**run_row(run).dict(), tags=tags)
