"""Searches that people keep, and which images a tagger's probabilities choose."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from labelhub.taggers.models import Tagger
from labelhub.tags.models import Tag


class SavedSearch(models.Model):
    """A query somebody gave a name; a shared one is everybody's to use."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=4000)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "name"], name="saved_search_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class AiTerm(models.Model):
    """The images that an `ai:` term chooses, found by a worker in the cache of embeddings.

    Attributes:
        least, most: the probabilities between which the tag's is.
        image_ids: in falling order.
        among: how many images had an embedding when it was found.
    """

    tagger = models.ForeignKey(Tagger, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    least = models.FloatField()
    most = models.FloatField()
    image_ids = ArrayField(models.BigIntegerField())
    among = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tagger", "tag", "least", "most"], name="ai_term_once_per_tagger"
            ),
            models.CheckConstraint(
                condition=Q(least__gte=0, most__lte=1), name="ai_term_of_probabilities"
            ),
        )

    def __str__(self) -> str:
        return f"tag {self.tag_id} from {self.least} to {self.most}"
