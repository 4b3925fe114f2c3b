"""Files of labels, and the tags that came with them or with an image."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labelhub.images.models import Image
from labelhub.tags.models import ImportState


class LabelForm(models.TextChoices):
    CSV = "csv", _("CSV: file or hash, tags")
    JSONL = "jsonl", _("JSON lines")
    PARQUET = "parquet", _("JoyTag's parquet")
    DANBOORU = "danbooru", _("Danbooru posts (JSON)")
    SIDECARS = "sidecars", _("a zip of .txt files named like the images")


class Absence(models.TextChoices):
    UNKNOWN = "unknown", _("says nothing")
    NO = "no", _("means no")


class LabelImport(models.Model):
    """A file of labels about images that are in the library, and what became of it.

        reading ──► ready ──► applying ──► applied ◄──► retracted
           │                      └──► retracted (`message` says why, unless somebody stopped it)
           └──► refused (`message` says why)

    What was stopped has no `applied_at`, and goes on being applied when it is to count again.

    Attributes:
        absence: what it means that a listed image lacks a tag: nothing, or "no".
        rows_done: of the file, where applying it goes on after a stop.
        preview, problems: as of `tags.models.VocabularyImport`.
    """

    form = models.CharField(max_length=10, choices=LabelForm.choices)
    absence = models.CharField(max_length=7, choices=Absence.choices)
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.READING)
    name = models.CharField(max_length=400)
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    rows_done = models.PositiveBigIntegerField(default=0)
    preview = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    message = models.TextField(blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=["reading", "ready", "applying", "applied", "retracted", "refused"]
                ),
                name="label_import_state_known",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                condition=Q(state__in=["reading", "applying"]),
                name="label_import_unfinished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class ImportedTags(models.Model):
    """Tags that came with an image, or with a file about it. What it does not list is unknown,
    unless it is complete.

    Attributes:
        batch: the import it is part of; none for a tag file beside an uploaded image.
        origin: where it came from, as a person would say it.
        positive, negative: tag ids, as they were called when they came.
    """

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="imported_tags")
    batch = models.ForeignKey(
        LabelImport, null=True, blank=True, on_delete=models.PROTECT, related_name="rows"
    )
    origin = models.CharField(max_length=400)
    positive = ArrayField(models.IntegerField(), default=list)
    negative = ArrayField(models.IntegerField(), default=list)
    complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "image"],
                condition=Q(batch__isnull=False),
                name="imported_tags_once_per_batch",
            ),
        )

    def __str__(self) -> str:
        return f"{len(self.positive)} tags of image {self.image_id} from {self.origin}"
