"""The web process's entry: `granian --interface wsgi labelhub.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
# Before numpy is loaded, as in the worker: a product of one image's is over before threads for it
# have found a core to run on, and on a busy machine that makes it twenty times as slow.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

application = get_wsgi_application()
