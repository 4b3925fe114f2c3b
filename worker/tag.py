"""`python -m worker.tag`: the published example as a command. Tags images on the terminal.

The tag string (every tag over the threshold, in the vocabulary's order) comes first, then these
tags with their scores, best first. With --json each image is one line with all its scores. A file
that cannot be read is a line on standard error; the others are done, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from worker.engine import Engine
from worker.joytag import hub
from worker.joytag.checkpoint import CheckpointError
from worker.joytag.pixels import ImageError

STARTER = Path(__file__).parent / "starter"
USES_STARTER = (
    "No tagger was named (--checkpoint, LABELHUB_TAGGER) or fetched (`make up`), so the starter is "
    "used: small, and trained on scenes that labelhub draws itself, not on real pictures."
)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        engine = _engine(options.checkpoint, fast=options.fast)
    except CheckpointError as error:
        _complain(str(error))
        return 2
    weights, bias = engine.head()
    failed = False
    for start in range(0, len(options.images), engine.batch_size):
        paths = options.images[start : start + engine.batch_size]
        for path, result in zip(paths, engine.embed(paths), strict=True):
            if isinstance(result, ImageError):
                _complain(f"{_shown(path)}: {result}")
                failed = True
                continue
            logits = (weights @ result + bias).astype(np.float64)  # (tags,)
            scores = dict(zip(engine.tags, (1 / (1 + np.exp(-logits))).tolist(), strict=True))
            if options.json:
                text = json.dumps({"image": str(path), "scores": scores})
            else:
                text = _report(scores, options.threshold)
                text = f"{_shown(path)}\n{text}\n" if len(options.images) > 1 else text
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m worker.tag", description="Tag images.")
    parser.add_argument("images", metavar="IMAGE", nargs="+", type=Path)
    parser.add_argument(
        "--checkpoint", metavar="DIR", type=Path, help="a tagger; else LABELHUB_TAGGER's"
    )
    parser.add_argument("--threshold", type=_probability, default=0.4, help="default: 0.4")
    parser.add_argument(
        "--fast", action="store_true", help="by the fastest way that agrees with full precision"
    )
    parser.add_argument("--json", action="store_true", help="one object a line, with all scores")
    return parser


def _probability(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def _engine(chosen: Path | None, *, fast: bool) -> Engine:
    if chosen is None and (local := os.environ.get("LABELHUB_TAGGER")):
        chosen = Path(local)
    if chosen is None and hub.is_complete(fetched := _home() / "checkpoints" / "joytag"):
        chosen = fetched
    if chosen is None:
        _complain(USES_STARTER)
    return Engine.load(chosen or STARTER, fast=fast, kept=_home() / "runtimes")


def _home() -> Path:
    if home := os.environ.get("LABELHUB_HOME"):
        return Path(home)
    if os.geteuid() == 0:
        return Path("/var/lib/labelhub")
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (data if data.is_absolute() else Path.home() / ".local" / "share") / "labelhub"


def _report(scores: dict[str, float], threshold: float) -> str:
    over = {tag: score for tag, score in scores.items() if score > threshold}
    best = sorted(over.items(), key=lambda item: -item[1])
    return "\n".join([", ".join(over), *(f"{tag}: {score:.3f}" for tag, score in best)])


def _shown(path: Path) -> str:
    """The path as text that any terminal takes, whatever bytes the name holds."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
