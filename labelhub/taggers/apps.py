from __future__ import annotations

from django.apps import AppConfig


class TaggersConfig(AppConfig):
    name = "labelhub.taggers"
    label = "taggers"
    default_auto_field = "django.db.models.BigAutoField"
