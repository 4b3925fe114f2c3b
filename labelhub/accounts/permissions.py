"""Who may do what. Every endpoint declares one of these; a test fails for one that does not."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.apikey import APIKeyCookie

from labelhub.accounts.models import Role, User
from labelhub.errors import Forbidden


class Action(StrEnum):
    IMAGE_VIEW = "image.view"
    IMAGE_UPLOAD = "image.upload"
    IMAGE_EDIT = "image.edit"
    ANSWER = "answer"
    LABEL_CURATE = "label.curate"
    TAG_EDIT = "tag.edit"
    TAG_CHANGE = "tag.change"
    DATASET_VIEW = "dataset.view"
    DATASET_MAKE = "dataset.make"
    TAGGER_VIEW = "tagger.view"
    TAGGER_TRAIN = "tagger.train"
    TAGGER_MANAGE = "tagger.manage"
    JOB_VIEW = "job.view"
    JOB_MANAGE = "job.manage"
    DASHBOARD_VIEW = "dashboard.view"


ANNOTATOR = frozenset({Action.IMAGE_VIEW, Action.ANSWER, Action.TAGGER_VIEW, Action.JOB_VIEW})
CURATOR = ANNOTATOR | {
    Action.IMAGE_UPLOAD,
    Action.IMAGE_EDIT,
    Action.LABEL_CURATE,
    Action.TAG_EDIT,
    Action.TAG_CHANGE,
    Action.DATASET_VIEW,
    Action.DATASET_MAKE,
    Action.TAGGER_TRAIN,
    Action.DASHBOARD_VIEW,
}
ADMIN = frozenset(Action)
ACTIONS: dict[str, frozenset[Action]] = {
    Role.ANNOTATOR: ANNOTATOR,
    Role.CURATOR: CURATOR,
    Role.ADMIN: ADMIN,
}


def actions_of(user: User | AnonymousUser) -> frozenset[Action]:
    """What a person may do; nothing for someone who is not signed in."""
    return ACTIONS[user.role] if isinstance(user, User) and user.is_active else frozenset()


class Allow(APIKeyCookie):
    """Session authentication, CSRF check included, for people whose role includes `action`."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, action: Action) -> None:
        super().__init__()
        self.action = action

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        user = request.user
        if not isinstance(user, User):
            return None
        if self.action not in actions_of(user):
            raise Forbidden(_("Your role does not allow this. Ask an administrator for access."))
        return user


class Public(APIKeyCookie):
    """Open to everyone, signed in or not; the CSRF check still holds."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> User | AnonymousUser:
        # Truthy either way: ninja reads a falsy answer as "refused".
        return request.user


def allow(action: Action) -> Allow:
    return Allow(action)


PUBLIC = Public()
