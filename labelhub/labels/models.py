"""Events (answers, retractions, imported tags, completions), which are only ever added, and the
labels derived from them.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labelhub.images.models import Image
from labelhub.tags.models import ImportState, Tag


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


class TagExample(models.Model):
    """A reviewed image that shows what a tag is, or what it is not."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    good = models.BooleanField(help_text="it has the tag; otherwise it is what people mistake")
    note = models.CharField(max_length=300, blank=True, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tag", "image"], name="tag_example_once"),)

    def __str__(self) -> str:
        return f"image {self.image_id} for tag {self.tag_id}"
