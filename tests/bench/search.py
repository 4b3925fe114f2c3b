"""`make bench-search`: pages of searches, the image page and the tag page over a million images.

A Postgres of its own with a generated library (`library`), with embeddings of the published width,
a Redis, and a real worker that answers for `ai:` terms. What is timed is the whole request within
the web process, the JSON included; every query has been asked once before, so that what it needs is
in memory, and then goes on from page to page. `--small` tries it with a twentieth of the images.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from labelhub.embedded.postgres import Postgres
from labelhub.embedded.redis import Redis
from tests.bench.library import TAGS, library_make, sizes
from tests.bench.report import ROOT, Report

MEASURE = "measure"
FULL, SMALL = 1_000_000, 50_000
RUNS = 25
WIDTH = 768
SEED = 11
QUERIES = (
    "apron",
    "apron -watermark",
    "(apron or dress) photo",
    "1girl smile -solo",
    "unknown:apron",
    "no:apron order:new",
    "conflict:any",
    "answered-by:me date:>2026-01-01",
    "width:>2000 source:web",
)
LIKELY = "ai:apron>0.6 unknown:apron"
# Without a bar, to know where it is slow.
OTHERS = (
    "",
    "tag_0300 tag_0500",
    "tag_5000",
    "apron dress watermark photo",
    "*_00* -1girl",
    "no:apron -conflict:apron complete:yes",
    "imported:apron",
    "apron order:random({run})",
    "apron order:uncertain",
    "order:uncertain",
    "apron order:tags",
    "order:old date:2025-07-04",
    "source:museum/13",
    "name:picture-12345",
    "width:3999 height:>3900",
    "uploaded-by:me",
    "dup:any apron",
    "ai:smile<0.9",
    "ai:apron=0.2..0.3 or conflict:any",
)


def main() -> int:
    if MEASURE in sys.argv:
        sys.stdout.write(json.dumps(measure(int(sys.argv[-1]))))
        return 0
    rows = SMALL if "--small" in sys.argv else FULL
    report = Report("search")
    home = Path(tempfile.mkdtemp(prefix="labelhub-search-"))
    home.chmod(0o711)  # under root, Postgres runs as another account
    try:
        with (
            Postgres(home / "postgres", durable=False) as postgres,
            Redis(home / "redis") as redis,
        ):
            found = _in_a_process(home, rows, DATABASE_URL=postgres.url, REDIS_URL=redis.url)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    report.context["images"] = f"{rows:,}"
    report.context["load of the machine in the last minute"] = round(os.getloadavg()[0], 1)
    for name, most in found["bars"].items():
        value = found["p95"].get(name)
        bar = f"< {most:,} ms"
        if value is None:
            report.unmeasured(name, bar, found["why"][name])
        else:
            report.add(f"{name}, p95, ms", value, bar, ok=value < most)
    report.context |= found["context"]
    return report.write()


def _in_a_process(home: Path, rows: int, **servers: str) -> dict[str, Any]:
    environment = os.environ | {
        "LABELHUB_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "labelhub.settings",
        "OPENBLAS_NUM_THREADS": "1",  # as `labelhub.wsgi` has it
        **servers,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.search", MEASURE, str(rows)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(rows: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from labelhub.accounts.models import Role, User
    from tests import factories

    call_command("migrate", verbosity=0)
    me, other = (User.objects.create_user(name, role=Role.CURATOR) for name in ("me", "other"))
    tagger = _tagger()
    context: dict[str, Any] = {}
    began = time.monotonic()
    library_make(
        rows,
        user_id=me.pk,
        other_id=other.pk,
        upload_id=factories.upload(me).pk,
        tagger_id=tagger.pk,
    )
    context["seconds to make the library"] = round(time.monotonic() - began)
    began = time.monotonic()
    _embed(tagger.backbone_id, rows)
    context["seconds to put the embeddings there"] = round(time.monotonic() - began)
    client = Client(HTTP_HOST="localhost")
    client.force_login(me)
    with _worker():
        found = _times(client, rows, context)
    return found | {"context": context | sizes()}


def _tagger() -> Any:
    from labelhub.scoring.head import Head
    from labelhub.taggers.files import tagger_home
    from tests import factories

    tagger = factories.tagger(TAGS, width=WIDTH)
    random = np.random.default_rng(SEED)
    weight = random.normal(scale=2 * WIDTH**-0.5, size=(len(TAGS), WIDTH))
    bias = random.normal(loc=-4, size=len(TAGS))
    bias[TAGS.index("apron")] = -4
    Head(weight.astype(np.float32), bias.astype(np.float32)).save(
        tagger_home(tagger.sha256) / "head.safetensors"
    )
    return tagger


def _embed(backbone_id: int, rows: int) -> None:
    from tests.bench.pretag_products import embeddings_fill

    os.environ["LABELHUB_BENCH_ROWS"] = str(rows)
    embeddings_fill(backbone_id)


class _worker:
    """A worker as the product has it for what needs torch."""

    def __enter__(self) -> None:
        self._log = (Path(os.environ["LABELHUB_HOME"]) / "worker.log").open("wb")
        command = [sys.executable, "-m", "celery", "-A", "worker.app", "worker", "-Q", "gpu"]
        command += ["--pool", "prefork", "-c", "1", "--without-gossip", "--without-mingle"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=self._log)

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.close()


def _times(client: Any, rows: int, context: dict[str, Any]) -> dict[str, Any]:
    bars: dict[str, int] = dict.fromkeys(QUERIES, 200)
    busy = time.process_time()
    p95 = {query: _p95(_pages(client, query)) for query in QUERIES}
    busy = 1000 * (time.process_time() - busy) / (len(QUERIES) * (RUNS + 1))
    context["a page, of the web process's processor, ms"] = round(busy, 1)
    p95[LIKELY], bars[LIKELY] = _likely(client, context), 1000
    for query in OTHERS:
        try:
            context[f"“{query}”, p95, ms"] = _p95(_pages(client, query))
        except RuntimeError as error:  # without a bar, it spoils no other figure
            context[f"“{query}”"] = str(error)
    for query in (*QUERIES, LIKELY, "", "tag_5000"):
        counted = partial(_asked, client, "/api/search/count", {"q": query})
        found = counted()[1]
        context[f"count of “{query}”, p95, ms"] = (
            f"{_p95([counted()[0] for _run in range(5)])} ({found['count']:,}"
            f"{'' if found['exact'] else ' at least'})"
        )
    random = np.random.default_rng(SEED)
    why = {}
    for name, most, asked in (
        ("image page", 50, [f"/api/images/{pk}" for pk in random.integers(1, rows, RUNS)]),
        ("tag page", 100, [f"/api/tag?name={TAGS[at]}" for at in range(RUNS)]),
    ):
        bars[name] = most
        try:
            _asked(client, asked[0])
            p95[name] = _p95([_asked(client, path)[0] for path in asked])
        except RuntimeError as error:
            why[name] = str(error)
    return {"bars": bars, "p95": p95, "why": why}


def _pages(client: Any, query: str) -> list[float]:
    """Milliseconds of each of the first pages; from the last one on it begins again."""
    found, cursor = [], None
    for run in range(RUNS + 1):
        asked = {"q": query.format(run=run) if "{" in query else query}
        if cursor and "{" not in query:
            asked["cursor"] = cursor
        milliseconds, page = _asked(client, "/api/images", asked)
        cursor = page["next"]
        found.append(milliseconds)
    return found[1:]


def _likely(client: Any, context: dict[str, Any]) -> float:
    """Each time found anew by the worker, end to end."""
    from labelhub.jobs.asking import NobodyAnswers
    from labelhub.search.models import AiTerm

    began = time.monotonic()
    while True:  # until the worker has read the embeddings
        try:
            _asked(client, "/api/images", {"q": LIKELY})
            break
        except (RuntimeError, NobodyAnswers):
            if time.monotonic() - began > 600:
                raise
    context["seconds until the worker first answered"] = round(time.monotonic() - began)
    found = []
    for run in range(RUNS):
        AiTerm.objects.all().delete()
        query = LIKELY.replace("0.6", f"{0.6 + run / 1000:.3f}")
        found.append(_asked(client, "/api/images", {"q": query})[0])
    context["the same, found a moment ago, p95, ms"] = _p95(_pages(client, query))
    context["images that it chooses of"] = len(AiTerm.objects.get().image_ids)
    return _p95(found)


def _asked(client: Any, path: str, data: dict[str, str] | None = None) -> tuple[float, Any]:
    began = time.perf_counter()
    response = client.get(path, data)
    milliseconds = 1000 * (time.perf_counter() - began)
    if response.status_code != 200:
        raise RuntimeError(f"{path} {data}: {response.content.decode()[:300]}")
    return milliseconds, response.json()


def _p95(found: list[float]) -> float:
    return round(float(np.percentile(found, 95)), 1)


if __name__ == "__main__":
    sys.exit(main())
