"""Files of labels about images that are in the library."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from labelhub.accounts.permissions import Action, allow
from labelhub.labels.models import Absence, LabelForm
from labelhub.paging import Cursor, Limit, Page
from labelhub.posted import OPENAPI
from labelhub.tags.api import ImportEffect, ImportProblem
from labelhub.tags.models import ImportState

router = Router(tags=["label imports"])


class LabelImportRow(Schema):
    id: int
    form: LabelForm
    absence: Absence
    state: ImportState
    name: str
    bytes: int
    rows: int
    rows_done: int
    effects: list[ImportEffect]
    problems: list[ImportProblem]
    problem_count: int
    message: str
    by: str | None
    created_at: datetime
    applied_at: datetime | None


@router.post(
    "",
    auth=allow(Action.LABEL_CURATE),
    response=LabelImportRow,
    openapi_extra=OPENAPI,
)
def label_imports_add(
    request: HttpRequest,
    form: LabelForm,
    absence: Absence,
    name: Annotated[str, Query(min_length=1, max_length=400)],
) -> LabelImportRow:
    """The body is the file. A worker reads it and says what applying it would change."""
    raise NotImplementedError


@router.get("", auth=allow(Action.LABEL_CURATE), response=Page[LabelImportRow])
def label_imports_list(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 20
) -> Page[LabelImportRow]:
    raise NotImplementedError


@router.get("/{int:import_id}", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_get(request: HttpRequest, import_id: int) -> LabelImportRow:
    raise NotImplementedError


@router.post("/{int:import_id}/apply", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_apply(request: HttpRequest, import_id: int) -> LabelImportRow:
    raise NotImplementedError


@router.post("/{int:import_id}/retract", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_retract(request: HttpRequest, import_id: int) -> LabelImportRow:
    """Take an applied import back: nothing of it counts any more."""
    raise NotImplementedError


@router.post("/{int:import_id}/restore", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_restore(request: HttpRequest, import_id: int) -> LabelImportRow:
    """Let an import that was taken back count again."""
    raise NotImplementedError


@router.delete("/{int:import_id}", auth=allow(Action.LABEL_CURATE), response={204: None})
def label_imports_discard(request: HttpRequest, import_id: int) -> Status[Any]:
    """Forget a file that was not applied."""
    raise NotImplementedError
