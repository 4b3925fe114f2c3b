"""Files about the vocabulary, and the states any import goes through."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
