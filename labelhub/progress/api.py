"""How far people and taggers have come."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from labelhub.accounts.permissions import Action, allow
from labelhub.progress import selectors
from labelhub.progress.schemas import ProgressOverview

router = Router(tags=["progress"])


@router.get("", auth=allow(Action.DASHBOARD_VIEW), response=ProgressOverview)
def progress_overview(request: HttpRequest) -> ProgressOverview:
    return selectors.progress_overview()
