"""People: users, their roles, one-time sign-in links, and how often who guessed a password."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ANNOTATOR = "annotator", _("Annotator")
    CURATOR = "curator", _("Curator")
    ADMIN = "admin", _("Administrator")


class User(AbstractUser):
    """A person. What they may do follows from the role alone (`accounts.permissions`)."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.ANNOTATOR)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=["annotator", "curator", "admin"]),
                name="user_role_known",
            ),
        )

    def __str__(self) -> str:
        return self.username


class SignInLink(models.Model):
    """A secret that signs one person in, once. Only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.user_id}"


class CacheEntry(models.Model):
    """A row of Django's database cache (`CACHES`), which reads and writes it without this model.

    The columns are those of `createcachetable`; declared here, the table comes and goes with the
    others.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "cache entries"

    def __str__(self) -> str:
        return self.cache_key
