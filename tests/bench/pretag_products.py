"""What follows from embeddings once they are there: an image's suggestions, what is near a line.

A Postgres of its own with 1,000,000 random embeddings of the published width (LABELHUB_BENCH_ROWS
for fewer), a random head of the published size. The measuring is done in a process of its own,
which is what a web process and a worker are.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from labelhub.embedded.postgres import Postgres
from tests.bench.report import ROOT, Report

MEASURE = "measure"
TAGS, WIDTH, NEAREST = 5_813, 768, 200
FULL = 1_000_000
BLOCK = 10_000
SEED = 11


def rows() -> int:
    return int(os.environ.get("LABELHUB_BENCH_ROWS", FULL))


def main() -> int:
    if sys.argv[1:] == [MEASURE]:
        sys.stdout.write(json.dumps(measure()))
        return 0
    report = Report("pretag-products")
    run(report)
    return report.write()


def run(report: Report) -> None:
    home = Path(tempfile.mkdtemp(prefix="labelhub-products-"))
    home.chmod(0o711)  # under root, Postgres runs as another account
    try:
        with Postgres(home / "postgres", durable=False) as postgres:
            found = _in_a_process(home, postgres.url)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    count = f"{rows():,}"
    report.context["embeddings"] = count
    load = os.getloadavg()[0]
    report.context["load of the machine in the last minute"] = _round(load)
    suggested = found["suggestions"]
    report.add(f"suggestions of one image, {TAGS:,} tags, ms", suggested, "< 5", ok=suggested < 5)
    one = found["nearest"]
    report.add(
        f"one tag's {NEAREST} nearest of {count}, ms", one, "< 100, one thread", ok=one < 100
    )
    report.add(
        "of those, the very nearest",
        f"{found['right']} of {NEAREST}",
        "all but 1 %",
        ok=found["right"] >= 0.99 * NEAREST,
    )
    loaded = found["loaded"]
    report.add(f"cache of {count} embeddings loaded, s", loaded, "< 60", ok=loaded < 60)
    report.context |= found["context"]


def _in_a_process(home: Path, database: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.pretag_products", MEASURE],
        cwd=ROOT,
        env=os.environ
        | {
            "LABELHUB_HOME": str(home),
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "labelhub.settings",
            "OPENBLAS_NUM_THREADS": "1",  # as `labelhub.wsgi` has it
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure() -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    tagger = _tagger()
    began = time.monotonic()
    embeddings_fill(tagger.backbone_id)
    context: dict[str, Any] = {"seconds to put the rows there": _round(time.monotonic() - began)}
    suggestions = _suggestions(tagger, context)
    return {"suggestions": suggestions, "context": context, **_cache(tagger, context)}


def _tagger() -> Any:
    from labelhub.scoring.head import Head
    from labelhub.taggers.files import tagger_home
    from tests import factories

    tagger = factories.tagger([f"tag_{at}" for at in range(TAGS)], width=WIDTH)
    random = np.random.default_rng(SEED)
    weight = random.normal(scale=2 * WIDTH**-0.5, size=(TAGS, WIDTH))
    bias = random.normal(loc=-4, size=TAGS)
    Head(weight.astype(np.float32), bias.astype(np.float32)).save(
        tagger_home(tagger.sha256) / "head.safetensors"
    )
    return tagger


def embeddings_fill(backbone_id: int) -> None:
    """Embeddings of the images 1, 2, 3 and so on, whether they are there or not."""
    from django.db import connection

    columns: list[tuple[str, str, object]] = [
        ("image_id", ">i8", 0),
        ("backbone_id", ">i8", backbone_id),
        ("error", "", b""),
        ("urgent", ">i1", 0),
        ("attempts", ">i2", 1),
    ]
    fields: list[Any] = [("fields", ">i2")]
    for name, kind, _value in columns:
        fields += [(f"{name}_size", ">i4"), *([(name, kind)] if kind else [])]
    fields += [("size", ">i4"), ("numbers", ">i2"), ("unused", ">i2"), ("vector", ">u2", (WIDTH,))]
    block = np.zeros(BLOCK, dtype=np.dtype(fields))
    block["fields"], block["size"], block["numbers"] = len(columns) + 1, 4 + 2 * WIDTH, WIDTH
    for name, kind, value in columns:
        block[f"{name}_size"] = np.dtype(kind).itemsize if kind else 0
        if kind:
            block[name] = value
    random = np.random.default_rng(SEED)
    names = ", ".join([name for name, _kind, _value in columns] + ["vector"])
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no look at foreign keys
        with cursor.copy(f"COPY taggers_embedding ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for start in range(0, rows(), BLOCK):
                size = min(BLOCK, rows() - start)
                halves = random.standard_normal((size, WIDTH), dtype=np.float32).astype(np.float16)
                block["vector"][:size] = halves.view(np.uint16)
                block["image_id"][:size] = np.arange(start + 1, start + size + 1)
                copy.write(block[:size].tobytes())
            copy.write(b"\xff\xff")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE taggers_embedding")


def _suggestions(tagger: Any, context: dict[str, Any]) -> float:
    from labelhub.review.suggested import suggestion_rows
    from labelhub.taggers.selectors import suggestions

    assert "torch" not in sys.modules  # as in the web process
    images = np.random.default_rng(SEED).integers(1, rows(), 200).tolist()
    whole = [
        _milliseconds(partial(suggestion_rows, tagger, [at], limit=50, without={})) for at in images
    ]
    context["the same as rows of the API, with their labels, ms"] = _round(statistics.median(whole))
    seconds = [_milliseconds(partial(suggestions, tagger, [at], 50)) for at in images]
    began = time.process_time()
    for at in images:
        suggestions(tagger, [at], 50)
    busy = 1000 * (time.process_time() - began) / len(images)
    context["suggestions, of the processor's time, ms"] = _round(busy)
    context["suggestions, 95th percentile, ms"] = _round(float(np.percentile(seconds, 95)))
    return _round(statistics.median(seconds))


def _cache(tagger: Any, context: dict[str, Any]) -> dict[str, Any]:
    import torch

    from labelhub.taggers.files import head_of
    from worker.tasks.borderline import cache_of

    began, busy = time.monotonic(), time.process_time()
    cache = cache_of(tagger.backbone)
    loaded = time.monotonic() - began
    context["loading, of the processor's time, s"] = _round(time.process_time() - busy)
    assert len(cache) == rows()
    torch.set_num_threads(1)
    head, line = head_of(tagger.sha256), float(np.log(0.4 / 0.6))

    def nearest(tag: int) -> Any:
        return cache.nearest(head.weight[tag], float(head.bias[tag]), line, NEAREST)

    nearest(0)
    tags, busy = range(1, 42), time.process_time()
    seconds = [_milliseconds(partial(nearest, tag)) for tag in tags]
    busy = 1000 * (time.process_time() - busy) / len(tags)
    context["one tag's nearest, of the processor's time, ms"] = _round(busy)
    context["one tag's nearest, 95th percentile, ms"] = _round(float(np.percentile(seconds, 95)))
    right = min(_right(cache, head, line, tag, nearest(tag).ids) for tag in (1, 2, 3))
    few = min(rows(), 32_768)
    cache.ids, cache.vectors = cache.ids[:few], cache.vectors[:few]
    began = time.monotonic()
    cache.nearest_of_all(head.weight, head.bias, np.full(TAGS, line, np.float32), NEAREST)
    every = (time.monotonic() - began) / few * 100_000
    context["every tag's nearest, one thread, s for 100,000 images"] = _round(every)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    context["peak memory of the process, files mapped included, MB"] = round(peak)
    return {
        "nearest": _round(statistics.median(seconds)),
        "right": right,
        "loaded": _round(loaded),
    }


def _right(cache: Any, head: Any, line: float, tag: int, found: np.ndarray) -> int:
    """How many of those found are among the very nearest, by looking at all of them."""
    import torch

    row = torch.from_numpy(head.weight[tag])
    parts = [cache.vectors[at : at + BLOCK].float() @ row for at in range(0, len(cache), BLOCK)]
    off = (torch.cat(parts) + head.bias[tag] - line).abs().numpy()
    return int(np.isin(found, cache.ids[np.argsort(off, kind="stable")[: len(found)]]).sum())


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def _round(value: float) -> float:
    return round(value, 2)


if __name__ == "__main__":
    sys.exit(main())
