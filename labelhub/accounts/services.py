"""Signing in, by password or by a one-time link, and making the people who do."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.accounts.models import Role, SignInLink, User
from labelhub.errors import LabelhubError

LINK_LIFE = timedelta(hours=24)
BACKEND = "django.contrib.auth.backends.ModelBackend"


class WrongPassword(LabelhubError):
    code = "wrong_password"


class LinkSpent(LabelhubError):
    code = "link_spent"


class WeakPassword(LabelhubError):
    code = "weak_password"


def sign_in_link_make(*, username: str, role: Role | None = None) -> str:
    """A fresh one-time token for a user, who is made (without a password) when new.

    Older unused links of that user stop working: a link left in a terminal's history opens nothing.
    """
    with transaction.atomic():
        user, made = User.objects.get_or_create(username=username)
        if made:
            user.set_unusable_password()
        if role is not None:
            user.role = role
        user.save()
        SignInLink.objects.filter(user=user, used_at=None).delete()
        token = secrets.token_urlsafe(32)
        SignInLink.objects.create(
            user=user, token_sha256=_digest(token), expires_at=timezone.now() + LINK_LIFE
        )
    return token


def sign_in_by_link(*, request: HttpRequest, token: str) -> User:
    """Spend a token and sign its user in.

    Raises:
        LinkSpent: unknown, used before, or older than a day.
    """
    now = timezone.now()
    links = SignInLink.objects.filter(
        token_sha256=_digest(token), used_at=None, expires_at__gt=now, user__is_active=True
    )
    with transaction.atomic():
        link = links.select_related("user").select_for_update().first()
        if link is None or links.update(used_at=now) != 1:
            raise LinkSpent(
                _(
                    "This sign-in link has been used or is too old. Ask your administrator for a "
                    "new link; on the machine itself “make up” prints one."
                )
            )
    login(request, link.user, backend=BACKEND)
    return link.user


def sign_in_by_password(*, request: HttpRequest, username: str, password: str) -> User:
    """Sign in by name and password; allauth slows down whoever guesses.

    Raises:
        WrongPassword: no such name and password, or too many tries.
    """
    try:
        user = get_adapter(request).authenticate(request, username=username, password=password)
    except ValidationError as error:
        raise WrongPassword(" ".join(error.messages)) from error
    if not isinstance(user, User):
        raise WrongPassword(_("The name or the password is wrong. Try again."))
    login(request, user, backend=BACKEND)
    return user


def sign_out(*, request: HttpRequest) -> None:
    logout(request)


def password_set(*, request: HttpRequest, user: User, password: str) -> None:
    """Set one's own password; other sessions of the user end, this one stays.

    Raises:
        WeakPassword: with the sentences of Django's validators.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    update_session_auth_hash(request, user)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
