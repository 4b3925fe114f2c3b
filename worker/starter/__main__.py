"""`python -m worker.starter`: make the starter tagger anew, from the first pixel to its model card.

Draws the pages into --work, trains there, and puts the tagger where it is kept in the repository.
Stopped on the way, the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from labelhub.picturebook import export
from labelhub.picturebook.book import TRAINING_SEED, held_out, page
from worker.joytag import checkpoint
from worker.starter.card import card
from worker.starter.evaluation import DRAWN, PHOTOS, evaluate
from worker.trainer.__main__ import main as train

HERE = Path(__file__).parent
PAGES = 36_000
# As the published tagger was trained: first on small pictures, which is cheap and teaches what is
# large, then on pictures of full size. Without augmentation: the pages vary enough, and in an hour
# a small model does not learn them by heart.
COMMON: dict[str, int | float | str] = {"augment": "none", "seed": 1, "threads": 2}
PHASES: tuple[dict[str, int | float | str], ...] = (
    {"image-size": 64, "samples": 400_000, "batch": 64, "lr": 0.01, "warmup": 8_000},
    {"image-size": 128, "samples": 288_000, "batch": 32, "lr": 0.006, "warmup": 4_000},
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m worker.starter", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/starter"), metavar="DIR")
    parser.add_argument("--into", type=Path, default=HERE, metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument("--pages", type=int, default=PAGES, help=argparse.SUPPRESS)
    parser.add_argument("--samples", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    work: Path = options.work
    manifest = work / "book" / "manifest.jsonl"
    if not manifest.is_file():
        pages = (page(TRAINING_SEED, index) for index in range(options.pages))
        splits = {"train": pages, "validation": held_out(DRAWN, PHOTOS)}
        export.write(manifest.parent, splits, wild=True, processes=os.cpu_count() or 1)
    runs = [work / f"run-{number + 1}" for number in range(len(PHASES))]
    for number, run in enumerate(runs):
        settings = COMMON | PHASES[number]
        if options.samples:
            settings["samples"] = options.samples
        flags = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
        start = ["--init", str(runs[number - 1] / "final")] if number else []
        done = train([str(manifest), "--out", str(run), *start, *flags])
        if done != 0:
            return done
    keep(runs, options.into, images=options.pages)
    return 0


def keep(runs: list[Path], into: Path, *, images: int) -> None:
    """Put the tagger of the last run where it is kept, and its card beside it."""
    final = runs[-1] / "final"
    tagger = checkpoint.load(final)
    parameters = sum(parameter.numel() for parameter in tagger.model.parameters())
    reports = [json.loads((run / "metrics.json").read_text(encoding="utf-8")) for run in runs]
    text = card(evaluate(final), reports, images=images, parameters=parameters)
    into.mkdir(parents=True, exist_ok=True)
    for name in (checkpoint.CONFIG, checkpoint.WEIGHTS, checkpoint.TAGS):
        shutil.copyfile(final / name, into / name)
    (into / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
