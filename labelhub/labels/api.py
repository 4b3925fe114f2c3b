"""Files of labels about images that are in the library."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, allow
from labelhub.labels.imports import selectors, services
from labelhub.labels.models import Absence, LabelForm, LabelImport
from labelhub.paging import Cursor, Limit, Page, page_schema
from labelhub.posted import OPENAPI, announced_length
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
    return _row(
        services.import_add(
            form=form,
            absence=absence,
            name=name,
            source=request,
            length=announced_length(request),
            by=_user(request),
        )
    )


@router.get("", auth=allow(Action.LABEL_CURATE), response=Page[LabelImportRow])
def label_imports_list(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 20
) -> Page[LabelImportRow]:
    return page_schema(selectors.import_list(), cursor=cursor, limit=limit, show=_row)


@router.get("/{int:import_id}", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_get(request: HttpRequest, import_id: int) -> LabelImportRow:
    return _row(selectors.import_get(import_id))


@router.post("/{int:import_id}/apply", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_apply(request: HttpRequest, import_id: int) -> LabelImportRow:
    return _row(services.import_apply(import_id=import_id, by=_user(request)))


@router.post("/{int:import_id}/retract", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_retract(request: HttpRequest, import_id: int) -> LabelImportRow:
    """Take back what is applied, or stop applying it: nothing of it counts any more."""
    return _row(services.import_retract(import_id=import_id, by=_user(request)))


@router.post("/{int:import_id}/restore", auth=allow(Action.LABEL_CURATE), response=LabelImportRow)
def label_imports_restore(request: HttpRequest, import_id: int) -> LabelImportRow:
    """Let an import that was taken back count again; one that was stopped goes on."""
    return _row(services.import_restore(import_id=import_id, by=_user(request)))


@router.delete("/{int:import_id}", auth=allow(Action.LABEL_CURATE), response={204: None})
def label_imports_discard(request: HttpRequest, import_id: int) -> Status[None]:
    """Forget a file that was not applied."""
    services.import_discard(import_id=import_id)
    return Status(204, None)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _row(found: LabelImport) -> LabelImportRow:
    return LabelImportRow(
        id=found.pk,
        form=LabelForm(found.form),
        absence=Absence(found.absence),
        state=ImportState(found.state),
        name=found.name,
        bytes=found.bytes,
        rows=found.preview.get("rows", 0),
        rows_done=found.rows_done,
        effects=[ImportEffect(**each) for each in found.preview.get("effects", [])],
        problems=[ImportProblem(**each) for each in found.problems],
        problem_count=found.preview.get("problem_count", 0),
        message=found.message,
        by=found.user.username if found.user else None,
        created_at=found.created_at,
        applied_at=found.applied_at,
    )
