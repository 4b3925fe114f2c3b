"""Only the worker that pre-tags pays for torch: the scheduler and the cpu queue stay light."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_tasks_does_not_import_torch() -> None:
    script = """
import sys, django
from worker.app import app
django.setup()
import worker.tasks
heavy = {"torch", "scipy", "imagehash"} & set(sys.modules)
assert not heavy, heavy
print(sorted(name for name in app.tasks if name.startswith("worker.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    names = [
        "book",
        "borderline",
        "count",
        "derive",
        "fetch",
        "index",
        "ingest",
        "labels",
        "pretag",
        "rank",
        "register",
        "search",
        "snapshot",
        "sweep",
        "train",
        "trial",
        "vocabulary",
        "warm",
    ]
    assert done.stdout.strip() == str([f"worker.{name}" for name in names]), done.stderr
