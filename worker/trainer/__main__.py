"""`python -m worker.trainer MANIFEST --out DIR`: trains a tagger from files, without a database.

The same command goes on with a training that was stopped. OUT/final is the tagger, OUT/metrics.json
its figures on the validation images, OUT/log.jsonl the loss over time.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import torch

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint, CheckpointError
from worker.joytag.vit import ViT
from worker.trainer import manifest as manifests
from worker.trainer import metrics, model, saving
from worker.trainer.data import Samples
from worker.trainer.errors import Refused, TrainingError
from worker.trainer.loop import Settings, Training, settled
from worker.trainer.manifest import Manifest, ManifestError
from worker.trainer.pictures import CACHE_LIMIT, Pictures, cache_bytes, pictures

CHUNK = 128  # images evaluated at once


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        _check(options)
        manifest = manifests.read(options.manifest)
        base = checkpoint.load(options.init) if options.init else None
        settings = _settings(options)
        with saving.writing(options.out), settled(settings):
            if options.evaluate_only:
                assert base is not None  # _check
                return _evaluate_only(options, manifest, base, settings)
            return _train(options, manifest, base, settings)
    except CheckpointError as error:
        sys.stderr.write(f"--init: {error}\n")
        return 2
    except TrainingError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except OSError as error:
        sys.stderr.write(f"A file cannot be read or written: {error}.\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; the same command goes on from what was saved last.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m worker.trainer",
        description="Train a tagger from a manifest; the same command goes on with a stopped run.",
    )
    add = parser.add_argument
    add("manifest", metavar="MANIFEST", type=Path, help="JSON lines, top_tags.txt beside it")
    add("--out", metavar="DIR", type=Path, required=True, help="where checkpoints and figures go")
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--model", metavar="FILE", type=Path, help="config.json of a new model (default: a small)"
    )
    start.add_argument("--init", metavar="DIR", type=Path, help="a tagger to start from")
    add("--image-size", type=_whole, metavar="PX", help="instead of the model's or tagger's own")
    add("--samples", type=_whole, default=500_000, help="images to see (default: 500000)")
    add("--batch", type=_whole, default=64, help="images per step (default: 64)")
    add("--device-batch", type=_whole, help="images computed at once (default: the batch)")
    add("--lr", type=_positive, default=0.01, help="the highest learning rate (default: 0.01)")
    add("--weight-decay", type=_number, default=0.05, help="default: 0.05")
    add("--warmup", type=_whole_or_0, help="images until --lr (default: 2 %% of --samples)")
    add("--seed", type=_whole_or_0, default=42, help="default: 42")
    add("--augment", choices=("trivial", "none"), default="trivial", help="default: trivial")
    add("--save-every", type=_whole, default=20_000, help="images (default: 20000)")
    add("--threads", type=_whole, default=os.cpu_count() or 1, help="default: one per core")
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cpu or cuda")
    add("--amp", action="store_true", help="compute in fp16 (CUDA only)")
    add(
        "--cache",
        action=argparse.BooleanOptionalAction,
        help="keep the decoded pixels in OUT (default: up to 8 GB)",
    )
    add("--cache-dir", metavar="DIR", type=Path, help="keep them there instead, for several runs")
    add("--evaluate-only", action="store_true", help="only the figures of the tagger of --init")
    return parser


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value < 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 0 or more")
    return value


def _positive(text: str) -> float:
    if (value := _number(text)) == 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return value


def _whole_or_0(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of 0 or more")
    return value


def _whole(text: str) -> int:
    if (value := _whole_or_0(text)) == 0:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return value


def _check(options: argparse.Namespace) -> None:
    if options.device_batch and options.batch % options.device_batch:
        raise Refused(
            f"--batch {options.batch} does not divide into parts of --device-batch "
            f"{options.device_batch}; choose a divisor."
        )
    if options.samples < options.batch:
        raise Refused(f"--samples {options.samples} is less than one batch of {options.batch}.")
    if options.evaluate_only and options.init is None:
        raise Refused("--evaluate-only needs --init with the tagger to evaluate.")
    try:
        device = torch.device(options.device)
    except RuntimeError as error:
        raise Refused(f"--device {options.device} is not known; use cpu or cuda.") from error
    if device.type not in ("cpu", "cuda"):
        raise Refused(f"--device {options.device} is not supported; use cpu or cuda.")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise Refused("--device cuda: this machine has no CUDA device; use --device cpu.")
    if options.amp and device.type != "cuda":
        raise Refused("--amp computes in fp16, which needs --device cuda.")


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        samples=options.samples,
        batch=options.batch,
        device_batch=options.device_batch or options.batch,
        lr=options.lr,
        weight_decay=options.weight_decay,
        warmup=options.samples // 50 if options.warmup is None else options.warmup,
        seed=options.seed,
        augment=options.augment,
        amp=options.amp,
        threads=options.threads,
        device=options.device,
        save_every=options.save_every,
    )


def _train(
    options: argparse.Namespace, manifest: Manifest, base: Checkpoint | None, settings: Settings
) -> int:
    if not len(manifest.training_rows):
        raise ManifestError(f"{options.manifest} holds no line whose split is train; add some.")
    if base is None:
        config = model.read_config(options.model, len(manifest.tags), options.image_size)
        start = model.new(config, manifest, settings.seed)
    else:
        start = model.from_tagger(base, manifest, options.image_size)
    out: Path = options.out
    identity = f"{manifest.sha256} {base.sha256 if base else ''} {start.config.to_json()}"
    training = Training(start, manifest.tags, settings, identity)
    training.resume(out)
    kept = _pictures(options, manifest, start.config.image_size)
    training.run(Samples(manifest, kept, settings.seed, augment=settings.augment == "trivial"), out)
    sha256 = saving.save_final(out, Checkpoint(training.model, manifest.tags))
    report = _report(options, manifest, training.model, kept, sha256)
    report |= {"samples": training.samples, "seed": settings.seed}
    report |= {"seconds": round(training.seconds, 1), "settings": asdict(settings)}
    saving.write_json(out / saving.METRICS, report)
    return 0


def _evaluate_only(
    options: argparse.Namespace, manifest: Manifest, base: Checkpoint, settings: Settings
) -> int:
    if unknown := sorted(set(manifest.tags) - set(base.tags)):
        raise Refused(
            f"{options.init} does not know the tag {unknown[0]!r}"
            f"{f' and {len(unknown) - 1:,} more' if len(unknown) > 1 else ''}; "
            "take them out of top_tags.txt to evaluate it."
        )
    tagger = model.from_tagger(base, manifest, options.image_size).to(settings.device)
    kept = _pictures(options, manifest, tagger.config.image_size)
    report = _report(options, manifest, tagger, kept, base.sha256)
    saving.write_json(options.out / saving.METRICS, report)
    return 0


def _pictures(options: argparse.Namespace, manifest: Manifest, size: int) -> Pictures:
    fits = cache_bytes(manifest, size) <= CACHE_LIMIT
    wanted = fits if options.cache is None else options.cache
    folder = (options.cache_dir or options.out / "cache") if wanted else None
    return pictures(manifest, size, folder, threads=options.threads)


def _report(
    options: argparse.Namespace, manifest: Manifest, tagger: ViT, kept: Pictures, sha256: str
) -> dict[str, object]:
    """Evaluates the tagger, says the groups' figures and returns what metrics.json holds."""
    rows = manifest.validation_rows
    logits = metrics.predict(tagger, kept, rows, chunk=CHUNK)
    found = metrics.figures(manifest, rows, logits)
    lines = metrics.table(found) if len(rows) else ["No validation images, so no figures."]
    sys.stdout.write("\n".join([f"weights {sha256}", *lines, ""]))
    return {
        "threshold": metrics.THRESHOLD,
        "groups": found["groups"] if len(rows) else {},
        "tags": found["tags"] if len(rows) else {},
        "manifest_sha256": manifest.sha256,
        "weights_sha256": sha256,
        "init": str(options.init) if options.init else None,
        "configuration": json.loads(tagger.config.to_json()),
        "versions": {
            name: version(name) for name in ("torch", "torchvision", "timm", "numpy", "pillow")
        },
    }


if __name__ == "__main__":
    sys.exit(main())
