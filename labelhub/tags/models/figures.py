"""What others measured of a tag."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from labelhub.tags.models.vocabulary import Tag


class PublishedFigures(models.Model):
    """What the authors of a tagger measured of this tag, before anybody here has."""

    tag = models.OneToOneField(
        Tag, on_delete=models.PROTECT, primary_key=True, related_name="published"
    )
    position = models.PositiveIntegerField()
    count = models.PositiveBigIntegerField(help_text="images that had it in the whole set")
    precision = models.FloatField()
    recall = models.FloatField()
    f1 = models.FloatField()
    hits = models.PositiveIntegerField()
    alarms = models.PositiveIntegerField()
    misses = models.PositiveIntegerField()
    rejections = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(f1__gte=0, f1__lte=1), name="published_f1_is_one"),
        )

    def __str__(self) -> str:
        return f"tag {self.tag_id}: F1 {self.f1}"
