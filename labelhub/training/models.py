"""Runs: what was learned from which answers, and how much better it made the tagger."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labelhub.taggers.models import Tagger
from labelhub.tags.models import Tag


class RunState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Run(models.Model):
    """One teaching of a tagger by answers: configuration, counts, results, the tagger it made.

    queued ──► running ──► done
                  └──────► failed

    A run that is done may have made no tagger: its message says why.
    """

    base = models.ForeignKey(
        Tagger, on_delete=models.PROTECT, related_name="runs", help_text="what served then"
    )
    candidate = models.OneToOneField(
        Tagger, null=True, blank=True, on_delete=models.PROTECT, related_name="run"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    message = models.TextField(blank=True, default="", help_text="why it failed or made nothing")
    configuration = models.JSONField(default=dict, help_text="all that its results depend on")
    pairs = models.PositiveIntegerField(default=0, help_text="(image, tag) pairs learned from")
    images = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    tags_taught = models.PositiveIntegerField(default=0)
    scenes = models.JSONField(
        default=list, help_text="[{group, images, tags, before, after}] of held-out scenes"
    )
    unseen = models.JSONField(null=True, help_text="{pairs, before, after}: agreement with people")
    claimed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="run_state_known",
            ),
            models.CheckConstraint(
                condition=Q(candidate=None) | Q(state="done"), name="run_candidate_when_done"
            ),
            # One at a time: a second one would learn the same from the same answers.
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="run_one_under_way",
            ),
        )

    def __str__(self) -> str:
        return f"run {self.pk}: {self.state}"


class RunTag(models.Model):
    """What a run did to one tag: what it learned from, and what the held-out scenes say.

    The counts at the decision line are those of the base (`before`) and of the new head (`after`);
    they are null where the scenes cannot say anything about the tag.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    pairs = models.PositiveIntegerField(help_text="learned from")
    yes = models.PositiveIntegerField(help_text="of these")
    positives = models.PositiveIntegerField(default=0, help_text="held-out scenes that have it")
    before_hits = models.PositiveIntegerField(null=True, help_text="true positives")
    before_alarms = models.PositiveIntegerField(null=True, help_text="false positives")
    after_hits = models.PositiveIntegerField(null=True)
    after_alarms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "tag"], name="run_tag_once"),
            models.CheckConstraint(condition=Q(yes__lte=F("pairs")), name="run_tag_yes_of_pairs"),
            models.CheckConstraint(
                condition=Q(
                    before_hits=None, before_alarms=None, after_hits=None, after_alarms=None
                )
                | Q(
                    positives__gt=0,
                    before_hits__lte=F("positives"),
                    before_alarms__isnull=False,
                    after_hits__lte=F("positives"),
                    after_alarms__isnull=False,
                ),
                name="run_tag_figures_whole",
            ),
        )

    def __str__(self) -> str:
        return f"tag {self.tag_id} in run {self.run_id}"
