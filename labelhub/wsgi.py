"""The web process's entry: `granian --interface wsgi labelhub.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")

application = get_wsgi_application()
