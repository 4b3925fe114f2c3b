"""From a JPEG file to prepared pixels, against the published example's way, on one core each."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import imagehash
import numpy as np
import torch
from PIL import Image

from tests.bench import example
from tests.bench.pictures import photographs
from tests.bench.report import SHARED, Report
from worker.joytag.miniature import load_miniature, phash_hex
from worker.joytag.preprocess import prepare_pixels

SIZE = 448
PICTURES, ROUNDS = 12, 7


def run(report: Report) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = photographs(Path(folder), PICTURES)
            photos = sorted((SHARED / "photos").glob("*.[jJ]*"))
            speed(report, made, photos)
            hashes(report, [*made, *photos])
    finally:
        torch.set_num_threads(threads)


def speed(report: Report, made: Sequence[Path], photos: Sequence[Path]) -> None:
    example_ms, ours_ms, ratio = compare(made)
    report.add(
        "preparation, times the example's per core", f"{ratio:.2f}", ">= 2.2", ok=ratio >= 2.2
    )
    off = max(difference(path) for path in [*made, *photos])
    report.add("preparation, largest difference in 8-bit steps", off, "<= 1", ok=off <= 1)
    kilobytes = statistics.mean(path.stat().st_size for path in made) / 1000
    report.context[f"preparation of 1.2 to 1.9 megapixels, {kilobytes:.0f} kB a file"] = (
        f"{ours_ms:.1f} ms, the example's {example_ms:.1f} ms"
    )
    if photos:
        example_ms, ours_ms, ratio = compare(photos)
        report.context["preparation of the small photographs of shared/data/photos"] = (
            f"{ours_ms:.1f} ms, the example's {example_ms:.1f} ms: {ratio:.2f} times"
        )
    else:
        report.context["photographs"] = "shared/data/photos is not beside the checkout: drawn ones"


def hashes(report: Report, paths: Sequence[Path]) -> None:
    """The perceptual hash of the picture that an upload has decoded for its thumbnail anyway."""
    small = {path: load_miniature(path).image for path in paths}
    rounds = [milliseconds(lambda path: phash_hex(small[path]), paths) for _ in range(ROUNDS)]
    extra = statistics.median(rounds)
    report.add("pHash beside the decoding, ms", f"{extra:.2f}", "<= 2", ok=extra <= 2)
    off = max(
        int(imagehash.hex_to_hash(phash_hex(small[path])) - imagehash.phash(Image.open(path)))
        for path in paths
    )
    report.add("pHash, most bits from imagehash of the file", off, "<= 2", ok=off <= 2)
    report.context["pHash compared on"] = f"{len(paths)} pictures"


def compare(paths: Sequence[Path]) -> tuple[float, float, float]:
    """CPU milliseconds an image, the example's and ours, and the median ratio of the rounds."""
    theirs, ours = [], []
    for _round in range(ROUNDS):
        theirs.append(milliseconds(lambda path: example.square(path, SIZE), paths))
        ours.append(milliseconds(lambda path: prepare_pixels(path, SIZE), paths))
    ratio = statistics.median(one / other for one, other in zip(theirs, ours, strict=True))
    return statistics.median(theirs), statistics.median(ours), ratio


def milliseconds(work: Callable[[Path], object], paths: Sequence[Path]) -> float:
    began = time.process_time()
    for path in paths:
        work(path)
    return (time.process_time() - began) * 1000 / len(paths)


def difference(path: Path) -> int:
    theirs = np.asarray(example.square(path, SIZE), dtype=np.int16)
    ours = prepare_pixels(path, SIZE).permute(1, 2, 0).numpy().astype(np.int16)
    return int(np.abs(theirs - ours).max())


def main() -> int:
    report = Report("pretag-preparation")
    run(report)
    return report.write()


if __name__ == "__main__":
    sys.exit(main())
