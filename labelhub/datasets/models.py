"""Datasets: immutable, content-addressed snapshots of labels."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DatasetState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    BUILDING = "building", _("Building")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Dataset(models.Model):
    """A snapshot of labels with its split. Same events, vocabulary, rules and seed: same `sha256`.

    queued ──► building ──► ready
                   └──────► failed
    """

    name = models.CharField(max_length=200)
    state = models.CharField(
        max_length=20, choices=DatasetState.choices, default=DatasetState.QUEUED
    )
    error = models.TextField(blank=True, default="")
    seed = models.PositiveIntegerField(default=0)
    validation_percent = models.PositiveSmallIntegerField(default=10)
    sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="of its files' hashes"
    )
    files = models.JSONField(default=list, help_text="[{name, bytes, sha256}]")
    images = models.BigIntegerField(default=0)
    train_images = models.BigIntegerField(default=0)
    validation_images = models.BigIntegerField(default=0)
    positives = models.BigIntegerField(default=0)
    negatives = models.BigIntegerField(default=0)
    tags = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(validation_percent__gte=0, validation_percent__lte=50),
                name="dataset_validation_percent",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(sha256=""), name="dataset_ready_has_hash"
            ),
        )

    def __str__(self) -> str:
        return self.name
