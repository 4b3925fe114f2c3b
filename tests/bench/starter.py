"""`make bench-starter`: the picture book's hash, the starter's figures, the trainer's determinism.

The committed starter is measured afresh on 3,000 drawn held-out pages and 600 photographs, and its
model card has to say the same; a small training is run twice from one seed; the book's hash is
taken here and in a process that may not use what this processor has beyond the plainest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from labelhub.picturebook import export
from labelhub.picturebook.book import LIBRARY_SEED, digest, page
from labelhub.picturebook.tags import RARE, TAGS
from tests.bench.report import ROOT, Report
from worker.starter.evaluation import evaluate

STARTER = ROOT / "worker" / "starter"
ENOUGH, LEFT = 0.70, 0.15
PLAIN = {
    "PYTHONHASHSEED": "7",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-FMA4",
    "TZ": "Asia/Tokyo",
}


def main() -> int:
    report = Report("starter")
    book(report)
    figures(report)
    training_twice(report)
    return report.write()


def book(report: Report) -> None:
    here = digest()
    done = subprocess.run(
        [sys.executable, "-m", "labelhub.picturebook", "--hash"],
        env=os.environ | PLAIN,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said = card("the picture book's hash: `([0-9a-f]{64})`")
    same = here == done.stdout.strip() == said
    report.add(
        "picture book's hash here, on a plain processor, on the card", here[:12], "one", ok=same
    )
    report.context["tags"] = f"{len(TAGS)}, of which {len(RARE)} rare"


def figures(report: Report) -> None:
    size = (STARTER / "model.safetensors").stat().st_size
    report.add("starter's weights, bytes", size, "<= 3,000,000", ok=size <= 3_000_000)
    found = evaluate(STARTER).macro_f1()
    drawn = found["drawn"]
    report.add("macro-F1 at 0.4, drawn", f"{drawn:.3f}", f">= {ENOUGH}", ok=drawn >= ENOUGH)
    for group in ("photo", "rare"):
        gap = drawn - found[group]
        report.add(
            f"macro-F1 at 0.4, {group}",
            f"{found[group]:.3f}",
            f"at least {LEFT} below drawn",
            ok=gap >= LEFT,
        )
    for group in ("subjective", "others"):
        report.context[f"macro-F1 at 0.4, {group}, drawn"] = f"{found[group]:.3f}"
    row = " | ".join(f"{value:.3f}" for value in found.values())
    ok = row in (STARTER / "README.md").read_text(encoding="utf-8")
    report.add("the model card says the same", str(ok).lower(), "true", ok=ok)
    minutes = int(card(r"The training took (\d+) minutes"))
    report.add(
        "minutes of training, as its log recorded", minutes, "< 60 on 2 cores", ok=minutes < 60
    )


def training_twice(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pages = (page(LIBRARY_SEED, index) for index in range(300))
        manifest = export.write(Path(folder) / "book", {"train": pages}, wild=True)
        found = set()
        for name in ("first", "second"):
            out = Path(folder) / name
            command = ["-m", "worker.trainer", str(manifest), "--out", str(out)]
            small = ["--samples", "1280", "--batch", "32", "--warmup", "320", "--seed", "5"]
            done = subprocess.run(
                [sys.executable, *command, *small],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            found.add(re.findall(r"weights ([0-9a-f]{64})", done.stdout)[0])
    report.add("weights of two trainings from one seed", len(found), "1 hash", ok=len(found) == 1)


def card(pattern: str) -> str:
    """What the model card says."""
    match = re.search(pattern, (STARTER / "README.md").read_text(encoding="utf-8"))
    return match.group(1) if match else "0"


if __name__ == "__main__":
    sys.exit(main())
