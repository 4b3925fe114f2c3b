"""Taggers (immutable versions), their backbones and vocabularies, and the embeddings backbones
made.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from labelhub.images.models import Image
from labelhub.tags.models import Tag


class Origin(models.TextChoices):
    PUBLISHED = "published", _("the published checkpoint")
    LOCAL = "local", _("a local checkpoint")
    STARTER = "starter", _("the starter tagger")
    TAUGHT = "taught", _("taught by answers")


class TaggerState(models.TextChoices):
    FETCHING = "fetching", _("Fetching")
    REGISTERING = "registering", _("Loading")
    REFUSED = "refused", _("Refused")
    CANDIDATE = "candidate", _("Candidate")
    WARMING = "warming", _("Preparing to serve")
    SERVING = "serving", _("Serving")
    RETIRED = "retired", _("Retired")


class Backbone(models.Model):
    """What turns an image into an embedding; taggers that differ in the head share one."""

    sha256 = models.CharField(
        max_length=64, unique=True, help_text="of its weights and preparation"
    )
    width = models.PositiveIntegerField(help_text="numbers in an embedding")
    image_size = models.PositiveIntegerField(help_text="pixels a side after preparation")
    checkpoint = models.CharField(
        max_length=64, help_text="SHA-256 of the tagger in whose folder its weights lie"
    )
    noted_to = models.BigIntegerField(
        default=0, help_text="every image up to this id has an embedding row, made or to be made"
    )

    def __str__(self) -> str:
        return f"backbone {self.sha256[:8]}"


class Vocabulary(models.Model):
    """An ordered tag list."""

    sha256 = models.CharField(
        max_length=64, unique=True, help_text="of the names, joined by newlines"
    )

    def __str__(self) -> str:
        return f"vocabulary {self.sha256[:8]}"


class VocabularyEntry(models.Model):
    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField()
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["vocabulary", "position"], name="vocabulary_position"),
            models.UniqueConstraint(fields=["vocabulary", "tag"], name="vocabulary_tag_once"),
        )

    def __str__(self) -> str:
        return f"{self.position}: tag {self.tag_id}"


class Tagger(models.Model):
    """Backbone + head + vocabulary + threshold: a version that never changes once it is loaded.

    fetching ──► registering ──► candidate ──► warming ──► serving ◄──► retired
                      │            ▲    │ an administrator says no
                      ▼            │    ▼
                   refused        refused, whole

    warming: an administrator promoted it, and its backbone has yet to look at the library; the old
    one serves meanwhile.

    One refused while it was loaded has no backbone and is never more than a message. One that an
    administrator refused is whole and can be a candidate again. A taught one is never loaded: it
    is made from one that was, and shares its backbone and vocabulary.
    """

    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    state = models.CharField(max_length=20, choices=TaggerState.choices)
    message = models.TextField(
        blank=True, default="", help_text="why it is refused, or not here yet"
    )
    about = models.TextField(blank=True, default="", help_text="what it was trained on")
    source = models.CharField(
        max_length=1000, blank=True, default="", help_text="where it was read from"
    )
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="of the checkpoint's files, or of what a taught one is made of",
    )
    threshold = models.FloatField(default=0.4, help_text="the decision line, on the raw scale")
    backbone = models.ForeignKey(Backbone, null=True, blank=True, on_delete=models.PROTECT)
    vocabulary = models.ForeignKey(Vocabulary, null=True, blank=True, on_delete=models.PROTECT)
    claimed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="serving"), name="tagger_one_serving"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="warming"), name="tagger_one_warming"
            ),
            models.UniqueConstraint(
                fields=["origin"], condition=Q(origin="published"), name="tagger_one_published"
            ),
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(sha256=""), name="tagger_sha256_unique"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["fetching", "registering", "refused"])
                | Q(backbone__isnull=False, vocabulary__isnull=False),
                name="tagger_loaded_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(threshold__gt=0, threshold__lt=1), name="tagger_threshold_is_a_score"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Runtime(models.Model):
    """How a backbone is computed on some device, measured when a worker loaded it there."""

    backbone = models.ForeignKey(Backbone, on_delete=models.CASCADE, related_name="runtimes")
    name = models.CharField(max_length=100)
    device = models.CharField(max_length=200)
    images_per_second = models.FloatField()
    agreement = models.FloatField(
        help_text="largest difference of a raw score to full precision's, on the probe pictures"
    )
    measured_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["backbone", "name", "device"], name="runtime_once_per_device"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} on {self.device}"


class Embedding(models.Model):
    """What a backbone made of an image. Without a vector it is still to be made; with an `error` it
    cannot be.
    """

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="embeddings")
    # Without an index of its own: others begin with it, and each makes every write dearer.
    backbone = models.ForeignKey(
        Backbone, on_delete=models.CASCADE, related_name="embeddings", db_index=False
    )
    vector = HalfVectorField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    urgent = models.BooleanField(default=False, help_text="somebody waits for it")
    runtime = models.ForeignKey(
        Runtime,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["backbone", "image"], name="embedding_once_per_backbone"
            ),
        )
        indexes = (
            models.Index(
                fields=["backbone", "-urgent", "id"],
                condition=Q(vector__isnull=True, error=""),
                name="embedding_waiting",
            ),
            models.Index(
                fields=["backbone", "image"],
                condition=Q(vector__isnull=False),
                name="embedding_made",
            ),
        )

    def __str__(self) -> str:
        return f"image {self.image_id} by backbone {self.backbone_id}"


class Borderline(models.Model):
    """The images nearest to one tag's decision line by one tagger, nearest first."""

    tagger = models.ForeignKey(Tagger, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    image_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField(), help_text="their raw scores, in the same order")
    among = models.PositiveBigIntegerField(
        default=0, help_text="how many images they are the nearest of"
    )
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tagger", "tag"], name="borderline_once_per_tagger"),
        )

    def __str__(self) -> str:
        return f"near the line of tag {self.tag_id}"
