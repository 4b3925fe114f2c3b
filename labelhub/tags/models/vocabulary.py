"""Tags, all the names they go by, and what they imply."""

from __future__ import annotations

from typing import Literal

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
    images = models.PositiveBigIntegerField(
        default=0, help_text="how many images here had it when labels were counted last"
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
            models.Index(fields=["-images", "name"], name="tag_most_images"),
            models.Index(fields=["category", "-posts", "name"], name="tag_most_of_category"),
        )

    def __str__(self) -> str:
        return self.name


class TagName(models.Model):
    """A name that means a tag: its own, or an alias. A name means one tag, in one hop.

    Attributes:
        name: of a tag, canonical; an alias may also be written in other scripts, or be an
            abbreviation that begins with "/".
        rank: what autocomplete orders by: the posts and images that have the tag.
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
