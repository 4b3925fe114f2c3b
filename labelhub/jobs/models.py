"""Job: what people see of any background work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    INGEST = "ingest", _("Check uploaded files")
    PRETAG = "pretag", _("Pre-tag images")
    RANK = "rank", _("Rank questions")
    REGISTER = "register", _("Load a tagger")
    FETCH = "fetch", _("Fetch the published tagger")
    SNAPSHOT = "snapshot", _("Make a dataset")
    TRAIN = "train", _("Teach the tagger")
    BOOK = "book", _("Draw the picture book")
    INDEX = "index", _("Index embeddings")
    BORDERLINE = "borderline", _("Find what is near the line")
    VOCABULARY = "vocabulary", _("Take in a vocabulary file")
    LABELS = "labels", _("Take in a file of labels")
    DERIVE = "derive", _("Derive labels")
    COUNT = "count", _("Count labels")


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """Background work on one subject, from the first ring of its doorbell to its end.

        queued ──► running ──► done
                      │  ▲       │ more work came within a minute
                      ▼  │ retry ▼
                    failed ◄── (running again)

    The rows of the subject say what is left to do; the job only tells about it.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(
        default=0, help_text="steps in a row that ended in an error"
    )
    error = models.TextField(blank=True, default="")
    rate = models.FloatField(null=True, blank=True, help_text="how many a second, lately")
    rated_at = models.DateTimeField(null=True, blank=True, help_text="when the rate was taken")
    rated_done = models.BigIntegerField(default=0, help_text="how many were done then")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(
        null=True, blank=True, help_text="when its doorbell last rang, or is going to ring"
    )
    chained_at = models.DateTimeField(
        null=True, blank=True, help_text="when a step last rang for the next one"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(state__in=["queued", "running"]),
                name="job_one_active_per_subject",
            ),
        )
        indexes = (models.Index(fields=["kind", "subject_id", "-id"], name="job_subject"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject_id}: {self.state}"
