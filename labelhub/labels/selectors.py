"""Reading events and labels."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.labels.models import Answer, Label


def image_labels(image_id: int) -> QuerySet[Label]:
    return Label.objects.filter(image_id=image_id).select_related("tag").order_by("tag__name")


def image_answers(image_id: int) -> QuerySet[Answer]:
    """The answers about an image, newest first, retracted ones included."""
    answers = Answer.objects.filter(image_id=image_id)
    return answers.select_related("tag", "user", "retraction").order_by("-created_at", "-pk")


def answers_standing() -> QuerySet[Answer]:
    return Answer.objects.filter(retraction=None)


def answers_since(start: datetime, user: User | None = None) -> int:
    answers = answers_standing().filter(created_at__gte=start)
    return (answers.filter(user=user) if user else answers).count()


def today() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
