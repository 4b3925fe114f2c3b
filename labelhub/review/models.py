"""The queue of questions: which tags of which images are doubtful, and who has them in hand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from labelhub.images.models import Image
from labelhub.taggers.models import Tagger
from labelhub.tags.models import Tag


class Card(models.Model):
    """One image of the queue, ranked by how doubtful its tags are; leased to one person for a short
    time.
    """

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="cards")
    tagger = models.ForeignKey(Tagger, on_delete=models.CASCADE, related_name="+")
    doubt = models.FloatField(
        help_text="mean distance of its questions to the line; small comes first"
    )
    open = models.BooleanField(help_text="whether any of its questions is without an answer")
    leased_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tagger", "image"], name="card_once_per_tagger"),
        )
        indexes = (
            models.Index(
                fields=["tagger", "doubt", "id"], condition=Q(open=True), name="card_queue"
            ),
            models.Index(
                fields=["leased_to"], condition=Q(leased_to__isnull=False), name="card_leased"
            ),
        )

    def __str__(self) -> str:
        return f"image {self.image_id}"


class Question(models.Model):
    """(image, tag) with what the tagger thought of it; open while there is no label for it, or
    while it is asked again (`asked`). Without a score where not the tagger put it, but a split or
    a guideline.
    """

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="questions")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    tagger = models.ForeignKey(Tagger, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(null=True, help_text="the tagger's raw score")
    distance = models.FloatField(help_text="of the score to the decision line; small comes first")
    open = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tagger", "image", "tag"], name="question_once_per_tagger"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="question_score"),
        )
        indexes = (
            models.Index(fields=["image", "tag"], name="question_pair"),
            models.Index(fields=["tagger"], condition=Q(open=True), name="question_open"),
        )

    def __str__(self) -> str:
        return f"tag {self.tag_id} on image {self.image_id}?"
