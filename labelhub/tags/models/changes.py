"""Who changed what of the vocabulary."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from labelhub.tags.models.vocabulary import Tag


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
