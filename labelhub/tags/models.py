"""The vocabulary's entries: tags."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.IntegerChoices):
    """Danbooru's numbers (2 is unused there)."""

    GENERAL = 0, _("general")
    ARTIST = 1, _("artist")
    COPYRIGHT = 3, _("copyright")
    CHARACTER = 4, _("character")
    META = 5, _("meta")


class Tag(models.Model):
    """One entry of the vocabulary, by its canonical Danbooru-scheme name."""

    name = models.CharField(max_length=170, unique=True, db_collation="C")
    category = models.SmallIntegerField(choices=Category.choices, default=Category.GENERAL)
    guideline_version = models.PositiveIntegerField(
        default=0, help_text="0: no guideline written yet"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(name=""), name="tag_name_not_empty"),
            models.CheckConstraint(
                condition=models.Q(category__in=[0, 1, 3, 4, 5]), name="tag_category_known"
            ),
        )

    def __str__(self) -> str:
        return self.name
