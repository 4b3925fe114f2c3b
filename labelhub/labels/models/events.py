"""What people said: answers, what was taken back of them, and that an image is complete."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
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
    CONFLICTS = "conflicts", _("conflicts")


class How(models.TextChoices):
    """How an answer came about, for ever told apart."""

    ASKED = "asked", _("asked by the queue")
    ACCEPTED = "accepted", _("a suggestion accepted or refused")
    TYPED = "typed", _("typed")


class Answer(models.Model):
    """One person's verdict on one question. Never edited or deleted: a trigger refuses it.

    `id` is made by whoever asks, so an answer sent twice is recorded once. `shown` keeps what the
    person saw: the tagger, its score for this tag, the question's place among the image's
    questions. `guideline_version` is the one they saw, as far as that is known. `tag` is the one
    that was asked about, whatever it has been merged into since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="answers")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    at_full_size = models.BooleanField(default=False, help_text="yes, but only at full size")
    seconds = models.FloatField()
    view = models.CharField(max_length=10, choices=View.choices)
    how = models.CharField(max_length=8, choices=How.choices)
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
                condition=Q(how__in=["asked", "accepted", "typed"]), name="answer_how_known"
            ),
            models.CheckConstraint(
                condition=Q(at_full_size=False) | Q(verdict="yes"), name="answer_full_size_is_a_yes"
            ),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="answer_seconds_not_negative"),
        )
        indexes = (
            models.Index(fields=["image", "tag"], name="answer_question"),
            models.Index(fields=["user", "-created_at"], name="answer_by_user"),
            models.Index(fields=["user", "image"], name="answer_user_image"),
            models.Index(fields=["tag", "-created_at"], name="answer_about_tag"),
            models.Index(fields=["-created_at"], name="answer_newest"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.verdict} to tag {self.tag_id} on image {self.image_id}"


class Undo(models.Model):
    """Answers taken back together, and by whom; one that takes back another gives them again.

    Attributes:
        asked: the query that chose them (`history.AnswerQuery`), or nothing for single ones.
        answer_ids: those that it took back, or gave again.
        reverses: the undo that this one takes back.
        answers: how many they are, where `history.undo_list` has counted them.
    """

    answers: int

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict)
    answer_ids = ArrayField(models.UUIDField())
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"undo {self.pk} of {len(self.answer_ids)} answers"


class Retraction(models.Model):
    """That an answer does not count at present, as the undos have it. They and the answer stay for
    ever; this row goes when its undo is taken back.
    """

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="retraction")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undo = models.ForeignKey(Undo, on_delete=models.PROTECT, related_name="retractions")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"retracts {self.answer_id}"


class Completion(models.Model):
    """That a person said of an image: its positives are all there. Taken back, it stays, and does
    not count any more.
    """

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="completions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    retracted_at = models.DateTimeField(null=True, blank=True)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["image", "user"],
                condition=Q(retracted_at=None),
                name="completion_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(retracted_at=None, retracted_by=None)
                | Q(retracted_at__isnull=False, retracted_by__isnull=False),
                name="completion_retracted_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"image {self.image_id} is complete, says {self.user_id}"
