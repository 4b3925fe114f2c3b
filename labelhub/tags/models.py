"""The vocabulary: tags, all the names they go by, what they imply, how they are to be used, and who
changed what of it.
"""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Category(models.IntegerChoices):
    """Danbooru's numbers (2 is unused there)."""

    GENERAL = 0, _("general")
    ARTIST = 1, _("artist")
    COPYRIGHT = 3, _("copyright")
    CHARACTER = 4, _("character")
    META = 5, _("meta")


CategoryName = Literal["general", "artist", "copyright", "character", "meta"]


def category_name(category: int) -> CategoryName:
    """What a category is called outside of pages."""
    name: CategoryName = Category(category).name.lower()  # type: ignore[assignment]
    return name


class Tag(models.Model):
    """One entry of the vocabulary, by its canonical Danbooru-scheme name. Never deleted: one that
    was merged into another keeps its row, and its `TagName` leads to the other.
    """

    name = models.CharField(max_length=170, unique=True, db_collation="C")
    category = models.SmallIntegerField(choices=Category.choices, default=Category.GENERAL)
    posts = models.PositiveBigIntegerField(
        default=0, help_text="how many posts have it on Danbooru, as imported"
    )
    deprecated = models.BooleanField(
        default=False, help_text="nobody may say yes to it any more; what was said stays"
    )
    hidden = models.BooleanField(
        default=False, help_text="not visual (the blacklist): never suggested nor asked"
    )
    subjective = models.BooleanField(
        default=False, help_text="a judgement: people may disagree without being wrong"
    )
    guideline_version = models.PositiveIntegerField(
        default=0, help_text="0: no guideline written yet"
    )
    asks_again_from = models.PositiveIntegerField(
        default=0, help_text="answers given under an older guideline's version are asked again"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(name=""), name="tag_name_not_empty"),
            models.CheckConstraint(
                condition=models.Q(category__in=[0, 1, 3, 4, 5]), name="tag_category_known"
            ),
            models.CheckConstraint(
                condition=Q(asks_again_from__lte=F("guideline_version")),
                name="tag_asks_again_from_a_version",
            ),
        )
        indexes = (
            models.Index(fields=["-posts", "name"], name="tag_most_posts"),
            models.Index(fields=["category", "-posts", "name"], name="tag_most_of_category"),
        )

    def __str__(self) -> str:
        return self.name


class TagName(models.Model):
    """A name that means a tag: its own, or an alias. A name means one tag, in one hop.

    Attributes:
        name: of a tag, canonical; an alias may also be written in other scripts, or be an
            abbreviation that begins with "/".
        rank: what autocomplete orders by: how much the tag is used.
        words: its words, for prefixes of them in any order.
        initials: the first letters of its words, for "/abbrev".
    """

    name = models.CharField(max_length=170, primary_key=True, db_collation="C")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="names")
    alias = models.BooleanField()
    rank = models.BigIntegerField(default=0)
    words = SearchVectorField()
    initials = models.CharField(max_length=170, blank=True, default="", db_collation="C")

    class Meta:
        indexes = (
            GinIndex(fields=["words"], name="tag_name_words"),
            models.Index(fields=["initials", "-rank"], name="tag_name_initials"),
            models.Index(fields=["name", "-rank"], include=["tag"], name="tag_name_prefix"),
        )

    def __str__(self) -> str:
        return f"{self.name} → {self.tag_id}"


class Implication(models.Model):
    """Whatever has the antecedent has the consequent. Acyclic, without an edge that others imply;
    `services` sees to that under a lock.
    """

    antecedent = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="implies")
    consequent = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="implied_by")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["antecedent", "consequent"], name="implication_once"),
            models.CheckConstraint(
                condition=~Q(antecedent=F("consequent")), name="implication_not_of_itself"
            ),
        )

    def __str__(self) -> str:
        return f"{self.antecedent_id} → {self.consequent_id}"


class Markup(models.TextChoices):
    MARKDOWN = "markdown", _("Markdown")
    DTEXT = "dtext", _("DText")


class Guideline(models.Model):
    """One version of what a tag means and when to use it. Never edited: an edit is a new version.

    Attributes:
        photo_note, drawn_note: what differs in a domain ("photo: is it visible?").
        other_names: what people of other languages call it.
        asks_again: whether answers given under older versions are asked again.
    """

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="guidelines")
    version = models.PositiveIntegerField()
    markup = models.CharField(max_length=8, choices=Markup.choices, default=Markup.MARKDOWN)
    body = models.TextField(blank=True, default="")
    photo_note = models.TextField(blank=True, default="")
    drawn_note = models.TextField(blank=True, default="")
    other_names = ArrayField(models.CharField(max_length=170), default=list, blank=True)
    summary = models.CharField(max_length=300, blank=True, default="")
    asks_again = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tag", "version"], name="guideline_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="guideline_version_counts"),
        )

    def __str__(self) -> str:
        return f"tag {self.tag_id}, version {self.version}"


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


class ChangeKind(models.TextChoices):
    CREATE = "create", _("created")
    RENAME = "rename", _("renamed")
    ALIAS = "alias", _("alias added")
    UNALIAS = "unalias", _("alias removed")
    IMPLY = "imply", _("implication added")
    UNIMPLY = "unimply", _("implication removed")
    MERGE = "merge", _("merged into another")
    SPLIT = "split", _("split")
    DEPRECATE = "deprecate", _("deprecated")
    REVIVE = "revive", _("no longer deprecated")
    CATEGORISE = "categorise", _("category changed")
    FLAGS = "flags", _("flags changed")
    GUIDELINE = "guideline", _("guideline edited")
    IMPORT = "import", _("imported")
    UNDO = "undo", _("taken back")


class TagChange(models.Model):
    """Something done to the vocabulary. Only ever added; taking it back is a change of its own.

    Attributes:
        tag: what the page of which it stands in the history of.
        details: what was asked for, as the API took it.
        before: what undoing it needs.
        touched: tags whose labels, questions and suggestions follow from it.
    """

    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    tag = models.ForeignKey(
        Tag, null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    details = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    touched = ArrayField(models.IntegerField(), default=list)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["tag", "-id"], name="tag_change_of_tag"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.tag_id}"


class VocabularyForm(models.TextChoices):
    TAGS = "tags", _("tags with categories, counts and aliases (CSV)")
    ALIASES = "aliases", _("aliases (JSON lines)")
    IMPLICATIONS = "implications", _("implications (JSON lines)")
    WIKI = "wiki", _("wiki pages (JSON lines)")
    HIDDEN = "hidden", _("tags to hide (one a line)")
    DEPRECATED = "deprecated", _("deprecated tags (one a line)")
    VOCABULARY = "vocabulary", _("a tagger's vocabulary (top_tags.txt)")
    FIGURES = "figures", _("a tagger's figures (full-metrics.txt)")


class ImportState(models.TextChoices):
    """Of a file about the vocabulary or about labels; only those are ever taken back."""

    READING = "reading", _("reading")
    READY = "ready", _("ready")
    APPLYING = "applying", _("applying")
    APPLIED = "applied", _("applied")
    RETRACTED = "retracted", _("taken back")
    REFUSED = "refused", _("refused")


class VocabularyImport(models.Model):
    """A file about the vocabulary that somebody sent.

        reading ──► ready ──► applying ──► applied
           └──► refused (`message` says why)

    Attributes:
        key: where its bytes rest in the storage.
        preview: what applying it would change (`imports.plan.Plan`), counted and with examples.
        problems: lines that cannot be taken in, each with its number and a sentence; the rest can.
    """

    form = models.CharField(max_length=12, choices=VocabularyForm.choices)
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.READING)
    name = models.CharField(max_length=400)
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
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
                condition=Q(state__in=["reading", "ready", "applying", "applied", "refused"]),
                name="vocabulary_import_state_known",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                condition=Q(state__in=["reading", "applying"]),
                name="vocabulary_import_unfinished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class VocabularyVersion(models.Model):
    """One row that counts the changes of names and implications: what was made of them in a
    process' memory is good as long as the number is the same.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="vocabulary_version_one"),)

    def __str__(self) -> str:
        return str(self.number)
