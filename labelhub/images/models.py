"""Image, the pairs of images that look alike, and the uploads that brought them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from labelhub.images import hashing


class Rating(models.TextChoices):
    GENERAL = "g", _("general")
    SENSITIVE = "s", _("sensitive")
    QUESTIONABLE = "q", _("questionable")
    EXPLICIT = "e", _("explicit")


class Domain(models.TextChoices):
    PHOTO = "photo", _("photo")
    DRAWN = "drawn", _("drawn")
    OTHER = "other", _("other")


class Format(models.TextChoices):
    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    AVIF = "AVIF"


def _one_of(field: str, values: list[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


class Provenance(models.Model):
    """What the sender says about images: of one upload, and then of each image it brought."""

    source = models.TextField(blank=True, default="")
    licence = models.CharField(max_length=200, blank=True, default="")
    rating = models.CharField(max_length=1, choices=Rating.choices, blank=True, default="")
    domain = models.CharField(max_length=5, choices=Domain.choices, blank=True, default="")

    class Meta:
        abstract = True


class Upload(Provenance):
    """One batch of files, however it came: by a browser or by the import command.

        open ──► closed ──► finished
         ▲          │           │
         └──────────┴───────────┘ another file came

    closed: the sender said that this was all, or has been silent for long.
    finished: and nothing of it waits any more.
    """

    expected = models.PositiveIntegerField(help_text="how many files the sender is going to send")
    book_seed = models.PositiveIntegerField(
        null=True, blank=True, help_text="a worker draws its files: pages of this picture book"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField(auto_now_add=True, help_text="when the last file came")
    closed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            _one_of("rating", ["", *Rating.values], "upload_rating_known"),
            _one_of("domain", ["", *Domain.values], "upload_domain_known"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(closed_at__isnull=False),
                name="upload_finished_is_closed",
            ),
            models.UniqueConstraint(fields=["book_seed"], name="upload_once_per_book"),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(finished_at=None), name="upload_unfinished"),
        )

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Image(Provenance):
    """One picture, identified by the SHA-256 of its original bytes."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=400, help_text="what its first sender called it")
    format = models.CharField(max_length=4, choices=Format.choices)
    bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    phash = models.BigIntegerField(help_text="64 bits as a signed number: hashing.from_hex")
    phash_algorithm = models.CharField(max_length=40)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="images")
    created_at = models.DateTimeField(auto_now_add=True)

    near_duplicates: int  # where a selector has counted them

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="image_sha256_is_hex"
            ),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0, bytes__gt=0), name="image_not_empty"
            ),
            _one_of("format", Format.values, "image_format_known"),
            _one_of("rating", ["", *Rating.values], "image_rating_known"),
            _one_of("domain", ["", *Domain.values], "image_domain_known"),
        )
        indexes = (
            # One for each segment of the hash; `services.duplicates` spells them the same way.
            *(
                models.Index(
                    F("phash").bitrightshift(shift).bitand(hashing.SEGMENT_MASK),
                    include=["phash", "id"],
                    name=f"image_phash_{shift}",
                )
                for shift in hashing.SEGMENTS
            ),
            models.Index(fields=["upload", "id"], name="image_upload"),
            # Without these, a name or a source that few have, and a day long ago, are found only
            # by going through all images: half a second for a million, 1 ms with them.
            *(
                models.Index(
                    OpClass(Lower(field), name="text_pattern_ops"), name=f"image_{field}_begins"
                )
                for field in ("name", "source")
            ),
            models.Index(fields=["created_at"], name="image_came"),
        )

    def __str__(self) -> str:
        return f"image {self.pk}: {self.name}"

    @property
    def original_key(self) -> str:
        return f"originals/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"

    @property
    def thumbnail_key(self) -> str:
        return f"thumbnails/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}.webp"

    def prepared_key(self, size: int) -> str:
        return f"prepared/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}-{size}.png"

    @property
    def phash_hex(self) -> str:
        return hashing.to_hex(self.phash)


class DuplicatePair(models.Model):
    """Two images whose perceptual hashes differ in at most `hashing.RADIUS` bits."""

    image_low = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    image_high = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["image_low", "image_high"], name="duplicate_pair_once"),
            models.CheckConstraint(
                condition=Q(image_low__lt=F("image_high")), name="duplicate_pair_ordered"
            ),
            models.CheckConstraint(
                condition=Q(distance__lte=hashing.RADIUS), name="duplicate_pair_near"
            ),
        )

    def __str__(self) -> str:
        return f"{self.image_low_id} and {self.image_high_id} differ in {self.distance} bits"


class UploadFile(models.Model):
    """One file of an upload, or one member of an archive in it, and what became of it.

        waiting ──► stored      a new image
                ├─► duplicate   the same bytes as an image that is here already
                ├─► archive     unpacked: its members are files of their own
                ├─► sidecar     tags for the image of the same name
                └─► rejected    `message` says why

    Attributes:
        parent, index: the archive it came in and its place there; none for a file sent by itself.
        key: where its bytes rest in the storage until it is settled.
        attempts: how often a worker has begun with it; one that kills workers is rejected.
        stem: the path without its extension, by which sidecars find their image.
        domain: what is said of this one file; it beats what is said of the whole upload.
        tags: of a sidecar.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        STORED = "stored", _("stored")
        DUPLICATE = "duplicate", _("duplicate")
        REJECTED = "rejected", _("rejected")
        ARCHIVE = "archive", _("archive")
        SIDECAR = "sidecar", _("tag file")

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="files")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE)
    index = models.PositiveIntegerField(null=True, blank=True)
    path = models.CharField(max_length=400)
    stem = models.CharField(max_length=400)
    domain = models.CharField(max_length=5, choices=Domain.choices, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    bytes = models.PositiveBigIntegerField(default=0)
    key = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    message = models.TextField(blank=True, default="")
    image = models.ForeignKey(
        Image, null=True, blank=True, on_delete=models.PROTECT, related_name="files"
    )
    tags = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    near_duplicates: int  # of its image, where a selector has counted them

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["parent", "index"], name="upload_file_once_in_archive"),
            models.UniqueConstraint(
                fields=["upload", "path", "sha256"],
                condition=Q(parent=None),
                name="upload_file_once_in_upload",
            ),
            models.CheckConstraint(
                condition=Q(parent=None, index=None) | Q(parent__isnull=False, index__isnull=False),
                name="upload_file_index_in_archive",
            ),
            _one_of(
                "state",
                ["waiting", "stored", "duplicate", "rejected", "archive", "sidecar"],
                "upload_file_state_known",
            ),
            _one_of("domain", ["", *Domain.values], "upload_file_domain_known"),
            models.CheckConstraint(
                condition=Q(state__in=["stored", "duplicate"], image__isnull=False)
                | (~Q(state__in=["stored", "duplicate"]) & Q(image=None)),
                name="upload_file_image_if_settled",
            ),
        )
        indexes = (
            models.Index(fields=["upload", "state", "id"], name="upload_file_state"),
            models.Index(fields=["upload", "stem"], name="upload_file_stem"),
        )

    def __str__(self) -> str:
        return f"{self.path}: {self.state}"


class SidecarUse(models.Model):
    """That the tags of a sidecar with these bytes were given to this image: once is enough."""

    sha256 = models.CharField(max_length=64)
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sha256", "image"], name="sidecar_use_once"),
        )

    def __str__(self) -> str:
        return f"tags {self.sha256[:8]} for image {self.image_id}"
