"""The images by which people show what a tag is."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from labelhub.images.models import Image
from labelhub.tags.models import Tag


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
