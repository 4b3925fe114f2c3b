"""How a tag is to be used, version by version."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labelhub.tags.models.vocabulary import Tag


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
