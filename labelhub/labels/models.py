"""Events (answers, retractions, imports), which are only ever added, and the labels derived from
them.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labelhub.images.models import Image
from labelhub.tags.models import Tag


class Verdict(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNSURE = "unsure", _("unsure")


class View(models.TextChoices):
    CARD = "card", _("card")
    IMAGE = "image", _("image page")


class LabelState(models.TextChoices):
    POSITIVE = "positive", _("positive")
    NEGATIVE = "negative", _("negative")
    CONFLICTING = "conflicting", _("conflicting")


class Source(models.TextChoices):
    ANSWERED = "answered", _("answered")
    IMPORTED = "imported", _("imported")


class Answer(models.Model):
    """One person's verdict on one question. Never edited or deleted: a trigger refuses it.

    `id` is made by whoever asks, so an answer sent twice is recorded once. `shown` keeps what the
    person saw: the tagger, its score for this tag, the question's place among the image's
    questions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="answers")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    at_full_size = models.BooleanField(default=False, help_text="yes, but only at full size")
    seconds = models.FloatField()
    view = models.CharField(max_length=10, choices=View.choices)
    shown = models.JSONField()
    guideline_version = models.PositiveIntegerField()
    created_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="when it was given"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=["yes", "no", "unsure"]), name="answer_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(at_full_size=False) | Q(verdict="yes"), name="answer_full_size_is_a_yes"
            ),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="answer_seconds_not_negative"),
        )
        indexes = (
            models.Index(fields=["image", "tag"], name="answer_question"),
            models.Index(fields=["user", "-created_at"], name="answer_by_user"),
            models.Index(fields=["-created_at"], name="answer_newest"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.verdict} to tag {self.tag_id} on image {self.image_id}"


class Retraction(models.Model):
    """An answer taken back. The answer itself stays for ever; this row says it no longer counts."""

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="retraction")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"retracts {self.answer_id}"


class ImportedTag(models.Model):
    """A tag that came with an image (a sidecar file, say). It says yes; what it does not list stays
    unknown.
    """

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="imported_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(
        max_length=300, help_text="where it came from, as a person would say it"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["image", "tag", "origin"], name="imported_tag_once_per_origin"
            ),
        )

    def __str__(self) -> str:
        return f"tag {self.tag_id} on image {self.image_id} from {self.origin}"


class Label(models.Model):
    """The present truth for (image, tag), derived from events alone; unknown pairs have no row."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="labels")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=LabelState.choices)
    source = models.CharField(max_length=12, choices=Source.choices)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["image", "tag"], name="label_one_per_question"),
            models.CheckConstraint(
                condition=Q(state__in=["positive", "negative", "conflicting"]),
                name="label_state_known",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["answered", "imported"]), name="label_source_known"
            ),
        )
        indexes = (models.Index(fields=["tag", "state", "image"], name="label_by_tag"),)

    def __str__(self) -> str:
        return f"tag {self.tag_id} on image {self.image_id}: {self.state}"
