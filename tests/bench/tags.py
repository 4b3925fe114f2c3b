"""`make bench-tags`: the real vocabulary taken in, completed, and through the whole product.

A Postgres of its own and a process of its own, which is what a web process and a worker are. The
published vocabulary with its figures comes first, as with a tagger, then the tags of Danbooru. What
is timed of autocomplete is the whole request within the web process, the JSON included. `--small`
tries it with a tenth of the tags and of the prefixes.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from labelhub.embedded.postgres import Postgres
from tests.bench.report import ROOT, SHARED, Report

MEASURE = "measure"
TAGS, NAMES = SHARED / "danbooru-tags.csv", SHARED / "joytag-top_tags.txt"
FIGURES = SHARED / "joytag-full-metrics.txt"
LINES, PUBLISHED, MEAN_F1 = 140_782, 5_813, 0.57844
PREFIXES = {"name": 1000, "alias": 350, "any order": 350, "typo": 300}
SEED = 11


@dataclass(frozen=True)
class Prefix:
    """What somebody types, and the tag they mean."""

    kind: str
    typed: str
    meant: str


def main() -> int:
    small = "--small" in sys.argv
    if MEASURE in sys.argv:
        sys.stdout.write(json.dumps(measure(10 if small else 1)))
        return 0
    missing = [path.name for path in (TAGS, NAMES, FIGURES) if not path.is_file()]
    if missing:
        sys.exit(
            f"This benchmark needs {', '.join(missing)} in shared/data beside the checkout, and "
            "cannot find it."
        )
    report = Report("tags")
    home = Path(tempfile.mkdtemp(prefix="labelhub-tags-"))
    home.chmod(0o711)  # under root, Postgres runs as another account
    try:
        with Postgres(home / "postgres", durable=False) as postgres:
            found = _in_a_process(home, postgres.url, small)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    lines = LINES // (10 if small else 1)
    judge(report, found, lines)
    return report.write()


def judge(report: Report, found: dict[str, Any], lines: int) -> None:
    count, mean = found["figures"], found["mean F1"]
    report.add("tags with published figures", count, f"{PUBLISHED:,}", ok=count == PUBLISHED)
    report.add("their mean F1", f"{mean:.5f}", str(MEAN_F1), ok=round(mean, 5) == MEAN_F1)
    lost = found["lost names"]
    report.add(
        "names that do not come through unchanged", len(lost), f"none of {PUBLISHED:,}", ok=not lost
    )
    seconds = found["seconds"]
    report.add(f"{lines:,} tags read and applied, s", f"{seconds:.1f}", "< 60", ok=seconds < 60)
    report.add("lines taken in", found["rows"], f"{lines:,}", ok=found["rows"] == lines)
    again = found["changes again"]
    report.add("changes that the same file shows again", again, "0", ok=again == 0)
    p95, asked = found["p95"], found["asked"]
    report.add(f"autocomplete, p95 of {asked:,}, ms", f"{p95:.1f}", "< 30", ok=p95 < 30)
    if lost:
        report.context["names that are changed"] = ", ".join(lost[:20])
    report.context |= found["context"]


def _in_a_process(home: Path, database: str, small: bool) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.tags", MEASURE, *(["--small"] if small else [])],
        cwd=ROOT,
        env=os.environ
        | {
            "LABELHUB_HOME": str(home),
            "DATABASE_URL": database,
            "REDIS_URL": "redis://127.0.0.1:1",  # nobody is rung: the steps are taken here
            "DJANGO_SETTINGS_MODULE": "labelhub.settings",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(share: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.models import Avg

    from labelhub.tags.models import PublishedFigures, VocabularyForm
    from tests.bench.tags_roundtrip import roundtrip
    from worker.app import app

    app.send_task = lambda *_args, **_more: None
    call_command("migrate", verbosity=0)
    context: dict[str, Any] = {"share of the machine others took": f"load {os.getloadavg()[0]:.1f}"}

    take(VocabularyForm.VOCABULARY, NAMES.read_bytes())
    take(VocabularyForm.FIGURES, FIGURES.read_bytes())
    figures = PublishedFigures.objects.aggregate(mean=Avg("f1"))
    found: dict[str, Any] = {
        "figures": PublishedFigures.objects.count(),
        "mean F1": figures["mean"],
    }
    names = NAMES.read_text().splitlines()
    context["names through the product and back, s"], found["lost names"] = timed(
        lambda: roundtrip(names[::share])
    )

    lines = TAGS.read_bytes().splitlines(keepends=True)
    data = b"".join(lines[: len(lines) // share])
    found["seconds"], first = timed(lambda: take(VocabularyForm.TAGS, data))
    context["the same file again, s"], again = timed(lambda: take(VocabularyForm.TAGS, data))
    found |= {
        "rows": first.preview["rows"],
        "changes again": sum(each["count"] for each in again.preview["effects"]),
    }
    context["what it did"] = "; ".join(
        f"{each['what']}: {each['count']:,}" for each in first.preview["effects"]
    )
    context["aliases left out, each with a sentence"] = first.preview["problem_count"]
    return found | completion(data.decode(), share, context) | {"context": context}


def take(form: Any, data: bytes) -> Any:
    """A file sent, read and applied by the service that a worker calls."""
    import io

    from labelhub.accounts.models import Role, User
    from labelhub.tags.imports.files import import_add, import_apply, import_get
    from labelhub.tags.imports.work import import_step

    by, _made = User.objects.get_or_create(username="curator", defaults={"role": Role.CURATOR})
    made = import_add(form=form, name="file", source=io.BytesIO(data), length=len(data), by=by)
    import_step(import_id=made.pk, follow=lambda _change: None)
    import_apply(import_id=made.pk, by=by)
    import_step(import_id=made.pk, follow=lambda _change: None)
    return import_get(made.pk)


def completion(text: str, share: int, context: dict[str, Any]) -> dict[str, Any]:
    from django.test import Client

    from labelhub.accounts.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="curator"))
    chosen = [
        prefix
        for kind, prefixes in drawn(text).items()
        for prefix, _place in zip(prefixes, range(PREFIXES[kind] // share), strict=False)
    ]
    random.Random(SEED).shuffle(chosen)
    first, _answer = timed(lambda: client.get("/api/tags/complete", {"q": "lookign"}))
    context["the first typing error after a start, ms"] = f"{first * 1000:.0f}"
    milliseconds: dict[str, list[float]] = {kind: [] for kind in PREFIXES}
    hits: dict[str, int] = dict.fromkeys(PREFIXES, 0)
    for prefix in chosen:
        seconds, response = timed(partial(client.get, "/api/tags/complete", {"q": prefix.typed}))
        assert response.status_code == 200, response.content
        milliseconds[prefix.kind].append(seconds * 1000)
        hits[prefix.kind] += prefix.meant in {each["name"] for each in response.json()}
    for kind, times in milliseconds.items():
        context[f"{kind}: median, p95, most, ms; the tag that was meant is among 20"] = (
            f"{statistics.median(times):.1f}, {p95(times):.1f}, {max(times):.1f}; "
            f"{hits[kind] / len(times):.0%}"
        )
    everything = [each for times in milliseconds.values() for each in times]
    return {"p95": p95(everything), "asked": len(everything)}


def drawn(text: str) -> dict[str, Iterator[Prefix]]:
    """Endless prefixes of each kind, the same every time: half of the tags drawn by how much they
    are used, half as they come.
    """
    rows = list(csv.reader(text.splitlines()))
    chance = random.Random(SEED)
    counts = [int(row[2]) for row in rows]
    with_aliases = [row for row in rows if row[3]]
    popular = [int(row[2]) for row in with_aliases]

    def tag() -> list[str]:
        return chance.choices(rows, counts if chance.random() < 0.5 else None)[0]

    def alias() -> Prefix:
        row = chance.choices(with_aliases, popular if chance.random() < 0.5 else None)[0]
        return Prefix("alias", beginning(chance, chance.choice(row[3].split(","))), row[0])

    def name() -> Prefix:
        row = tag()
        return Prefix("name", beginning(chance, row[0]), row[0])

    def any_order() -> Prefix:
        while True:
            row = tag()
            parts = row[0].split("_")
            if len(parts) > 1:
                chance.shuffle(parts)
                parts[-1] = beginning(chance, parts[-1])
                return Prefix("any order", " ".join(parts), row[0])

    def typo() -> Prefix:
        while True:
            row = tag()
            if len(row[0]) >= 5:
                return Prefix("typo", mistyped(chance, row[0]), row[0])

    makers: dict[str, Callable[[], Prefix]] = {
        "name": name, "alias": alias, "any order": any_order, "typo": typo
    }  # fmt: skip
    return {kind: iter(make, None) for kind, make in makers.items()}


def beginning(chance: random.Random, word: str) -> str:
    return word[: chance.randint(1, max(1, len(word)))]


def mistyped(chance: random.Random, name: str) -> str:
    """One letter wrong, missing, doubled or in its neighbour's place."""
    at = chance.randrange(1, len(name) - 1)
    return chance.choice(
        [
            name[:at] + chance.choice("etaoinshrdlu") + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        ]
    )


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    sys.exit(main())
