"""The labels that follow from the events, and what is counted of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labelhub.images.models import Image
from labelhub.tags.models import Tag


class LabelState(models.TextChoices):
    POSITIVE = "positive", _("positive")
    NEGATIVE = "negative", _("negative")
    CONFLICTING = "conflicting", _("conflicting")


class Source(models.TextChoices):
    """Where a label comes from. People's own are `HUMAN`; the others never count as theirs."""

    ANSWERED = "answered", _("answered")
    ACCEPTED = "accepted", _("accepted")
    COMPLETED = "completed", _("completed")
    IMPLIED = "implied", _("implied")
    IMPORTED = "imported", _("imported")
    AUTOMATIC = "automatic", _("automatic")


HUMAN = (Source.ANSWERED, Source.ACCEPTED)
# As `Labels` keeps them, one letter each. None for `COMPLETED`, which is never stored.
LETTERS = {
    Source.ANSWERED: "a",
    Source.ACCEPTED: "c",
    Source.IMPORTED: "i",
    Source.IMPLIED: "p",
    Source.AUTOMATIC: "m",
}


class Labels(models.Model):
    """The present truth about one image, derived from events alone; a trigger makes the row when
    the image comes. One row an image and not one a label: a million images with thirty labels each
    are a third of a gigabyte so, and any question about several tags is one look at one row.

    Attributes:
        positive, negative, conflicting: tag ids in rising order; no tag is in two of them.
        positive_sources, ...: a letter of `LETTERS` for each of them.
        completed_at: when the image was called complete; tags that were there by then and are in
            none of the three are negative, with the source `COMPLETED`.
    """

    image = models.OneToOneField(
        Image, on_delete=models.CASCADE, primary_key=True, related_name="derived"
    )
    positive = ArrayField(models.IntegerField(), default=list)
    negative = ArrayField(models.IntegerField(), default=list)
    conflicting = ArrayField(models.IntegerField(), default=list)
    positive_sources = models.TextField(blank=True, default="")
    negative_sources = models.TextField(blank=True, default="")
    conflicting_sources = models.TextField(blank=True, default="")
    completed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            GinIndex(fields=["positive"], name="labels_positive"),
            GinIndex(fields=["negative"], name="labels_negative"),
            models.Index(fields=["image"], condition=~Q(conflicting=[]), name="labels_in_conflict"),
            models.Index(
                fields=["image"],
                condition=Q(completed_at__isnull=False),
                name="labels_of_complete_images",
            ),
            # What is looked for by its labels is not found among images that have none: often the
            # newest, through which a search would have to go first.
            models.Index(
                fields=["image"],
                condition=~Q(positive=[])
                | ~Q(negative=[])
                | ~Q(conflicting=[])
                | Q(completed_at__isnull=False),
                name="labels_that_say_something",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(positive__len=Length("positive_sources"))
                & Q(negative__len=Length("negative_sources"))
                & Q(conflicting__len=Length("conflicting_sources")),
                name="labels_each_has_a_source",
            ),
            models.CheckConstraint(
                condition=~Q(positive__overlap=F("negative"))
                & ~Q(positive__overlap=F("conflicting"))
                & ~Q(negative__overlap=F("conflicting")),
                name="labels_one_state_each",
            ),
        )

    def __str__(self) -> str:
        return f"labels of image {self.image_id}"


class Label(models.Model):
    """One label of `Labels`, as a view gives it: (image, tag), its state and its source. Read-only.

    To be asked for some images. By tag alone every row would be taken apart: that is what the
    indexes of `Labels` are for.
    """

    pk = models.CompositePrimaryKey("image_id", "tag_id")
    image = models.ForeignKey(Image, on_delete=models.DO_NOTHING, related_name="labels")
    tag = models.ForeignKey(Tag, on_delete=models.DO_NOTHING, related_name="+")
    state = models.CharField(max_length=12, choices=LabelState.choices)
    source = models.CharField(max_length=12, choices=Source.choices)

    class Meta:
        managed = False
        db_table = "labels_label"

    def __str__(self) -> str:
        return f"tag {self.tag_id} on image {self.image_id}: {self.state}"


class Stale(models.Model):
    """An image whose labels are still to be derived, or derived again; a trigger notes new ones."""

    image = models.OneToOneField(
        Image, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"image {self.image_id}"


class TagCount(models.Model):
    """How many images have a tag, as of some moment."""

    tag = models.OneToOneField(Tag, on_delete=models.CASCADE, primary_key=True, related_name="+")
    positive = models.PositiveBigIntegerField(default=0)
    negative = models.PositiveBigIntegerField(default=0)
    conflicting = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["-made_at"], name="tag_count_newest"),)

    def __str__(self) -> str:
        return f"tag {self.tag_id}: {self.positive} images"
