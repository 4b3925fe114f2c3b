"""Who is signed in, and the ways in and out."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema, Status
from pydantic import Field

from labelhub.accounts.models import Role, User
from labelhub.accounts.permissions import PUBLIC, Action, actions_of, allow
from labelhub.accounts.services import (
    password_set,
    sign_in_by_link,
    sign_in_by_password,
    sign_out,
)

router = Router(tags=["session"])


class SessionUser(Schema):
    id: int
    username: str
    role: Role
    actions: list[Action]
    has_password: bool


class Session(Schema):
    user: SessionUser | None


class Credentials(Schema):
    username: str = Field(min_length=1, max_length=150)
    password: str = Field(min_length=1, max_length=1000)


class LinkToken(Schema):
    token: str = Field(min_length=1, max_length=200)


class NewPassword(Schema):
    password: str = Field(min_length=1, max_length=1000)


@router.get("", auth=PUBLIC, response=Session)
def session_get(request: HttpRequest) -> Session:
    get_token(request)  # sets the CSRF cookie the page needs for its first POST
    return _session(request)


@router.post("", auth=PUBLIC, response=Session)
def session_start(request: HttpRequest, body: Credentials) -> Session:
    sign_in_by_password(request=request, username=body.username, password=body.password)
    return _session(request)


@router.post("/link", auth=PUBLIC, response=Session)
def session_start_by_link(request: HttpRequest, body: LinkToken) -> Session:
    sign_in_by_link(request=request, token=body.token)
    return _session(request)


@router.post("/password", auth=allow(Action.IMAGE_VIEW), response=Session)
def session_password(request: HttpRequest, body: NewPassword) -> Session:
    assert isinstance(request.user, User)
    password_set(request=request, user=request.user, password=body.password)
    return _session(request)


@router.delete("", auth=PUBLIC, response={204: None})
def session_end(request: HttpRequest) -> Status[None]:
    sign_out(request=request)
    return Status(204, None)


def _session(request: HttpRequest) -> Session:
    user = request.user
    if not isinstance(user, User):
        return Session(user=None)
    return Session(
        user=SessionUser(
            id=user.pk,
            username=user.username,
            role=Role(user.role),
            actions=sorted(actions_of(user)),
            has_password=user.has_usable_password(),
        )
    )
