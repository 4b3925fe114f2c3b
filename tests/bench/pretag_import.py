"""`make bench-pretag_import`: 60,000 small pictures imported and pre-tagged, with both workers
killed on the way and somebody uploading a photograph now and then.

The product runs as `make up` starts it, with the tagger it brings. Memory is the sum of the
proportional set sizes (PSS) of the web and worker processes with all their children; Postgres and
Redis are not in it. Its growth is from the first sixth of the pictures to the most there is of it
until the last one is pre-tagged, or when all that follows is done, whichever is more.
LABELHUB_BENCH_IMAGES=1500 imports so many pictures only.
"""

from __future__ import annotations

import hashlib
import io
import os
import signal
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
from PIL import Image

from tests import pictures
from tests.bench.report import SHARED, Report
from tests.product import ApiClient, Product, until

ARCHIVE = "cifar10-60000-jpegs.zip"
UPLOADS = 20
WATCHED = ("web", "worker-cpu", "worker-gpu", "worker-sweep")
# As shares of the pictures, with an upload in the middle of each twentieth. The workers are killed
# long before memory is looked at for the first time, so that by then they hold what they hold.
KILLS = {"worker-gpu": 0.03, "worker-cpu": 0.055}
FIRST_LOOK = 1 / 6
GROWTH_MB, ANSWER_SECONDS = 100, 3
STALLED_SECONDS = 600
PEAK_EVERY = 5  # seconds


def main() -> int:
    report = Report("pretag_import")
    run(report)
    return report.write()


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = archive_of(Path(folder))
        product = Product()
        try:
            product.start()
            Import(report, product, archive).run()
        finally:
            product.stop()


def archive_of(folder: Path) -> Path:
    """The archive of pictures, or a smaller one of the first of them.

    Raises:
        SystemExit: with a sentence, where the data is not at hand.
    """
    whole, cap = SHARED / ARCHIVE, os.environ.get("LABELHUB_BENCH_IMAGES")
    if not whole.exists():
        sys.exit(f"This benchmark needs {ARCHIVE} in shared/data beside the checkout.")
    if not cap:
        return whole
    path = folder / ARCHIVE
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as smaller:
        names = source.namelist()
        for name in names[:: max(1, len(names) // int(cap))][: int(cap)]:
            smaller.writestr(name, source.read(name))
    return path


class Import:
    """One import of an archive, and what happens while it goes on."""

    def __init__(self, report: Report, product: Product, archive: Path) -> None:
        self.report, self.product, self.archive = report, product, archive
        self.admin = ApiClient(product, "observer")
        with zipfile.ZipFile(archive) as source:
            names = source.namelist()
            self.count = len({hashlib.sha256(source.read(name)).digest() for name in names})
        report.context["bulk import: pictures"] = f"{len(names)} files, {self.count} distinct"
        self.seconds: list[float] = []
        self.stored: list[float] = []
        self.memory: dict[str, float] = {}
        self.sent: list[bytes] = []
        self.peak: dict[str, float] = {}
        self.peaked = 0.0

    def run(self) -> None:
        began = time.monotonic()
        importing = self.product.begin("manage.py", "import_images", str(self.archive))
        for share, event in self._events():
            self._until_tagged(share * self.count)
            event()
        # Both ways of having all: the command may say so before the last image is pre-tagged.
        self._until_tagged(self.count + len(self.sent))
        took = time.monotonic() - began
        printed, _nothing = importing.communicate(timeout=STALLED_SECONDS)
        self.report.context["bulk import: images/s"] = round(self.count / took, 1)
        self.report.context["bulk import: seconds"] = round(took, 1)
        self.report.context["bulk import: said"] = printed.strip().splitlines()[-1][:200]
        # Then indexes and lists are made of the whole library, by processes that end with that.
        until(self._settled, seconds=STALLED_SECONDS, name="what follows the import", every=1)
        self._look("when all is settled")
        self._judge()

    def _events(self) -> list[tuple[float, Callable[[], None]]]:
        """What happens at which share of the pictures pre-tagged, in order."""
        events: list[tuple[float, Callable[[], None]]] = [
            (share, lambda name=name: self._kill(name))  # type: ignore[misc]
            for name, share in KILLS.items()
        ]
        events.append((FIRST_LOOK, lambda: self._look("at a sixth")))
        # The first one when nothing is loaded yet, the last one shortly before the end.
        events += [((number + 0.5) / UPLOADS, self._upload) for number in range(UPLOADS)]
        return sorted(events, key=lambda event: event[0])

    def _until_tagged(self, wanted: float) -> None:
        most, moved = -1, time.monotonic()
        while True:
            now = int(attempt(lambda: self.admin.get("/api/overview"))["pretagged"])
            if now >= wanted:
                return
            if now > most:
                most, moved = now, time.monotonic()
            if "at a sixth" in self.memory:
                self._peak()
            if time.monotonic() - moved > STALLED_SECONDS:
                raise TimeoutError(f"{now} of {wanted:g} images are pre-tagged, and no more come")
            time.sleep(0.5)

    def _peak(self) -> None:
        """Look at the memory every few seconds, from the first look to the last image."""
        if time.monotonic() - self.peaked > PEAK_EVERY:
            self.peaked = time.monotonic()
            now = {name: megabytes(self.product.pid(name)) for name in WATCHED}
            self.peak = max(self.peak, now, key=lambda look: sum(look.values()))

    def _kill(self, name: str) -> None:
        """kill -9 a worker with every process it started, and wait until it is back."""
        began, old = time.monotonic(), self.product.pid(name)
        for pid in tree(old):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: self._is_back(name, old), seconds=120, name=name, every=0.1)
        seconds = time.monotonic() - began
        at = attempt(lambda: self.admin.get("/api/overview"))
        self.report.context[f"bulk import: kill -9 {name}"] = (
            f"at {at['images']} images, {at['pretagged']} pre-tagged; back after {seconds:.1f} s"
        )

    def _is_back(self, name: str, old: int) -> bool:
        with suppress(OSError, ValueError):
            return self.product.pid(name) != old
        return False

    def _upload(self) -> None:
        """Send one photograph and wait for its suggestions."""
        data = photograph(len(self.sent))
        self.sent.append(data)
        began = time.monotonic()
        upload = self.admin.post("/api/uploads", {"expected": 1})["id"]
        file = self.admin.post(f"/api/uploads/{upload}/files?path=photo.jpg", data)["id"]
        self.admin.post(f"/api/uploads/{upload}/close", {})
        image: int | None = None
        while image is None:
            rows = self.admin.get(f"/api/uploads/{upload}/files")["items"]
            image = next(row["image_id"] for row in rows if row["id"] == file)
            time.sleep(0.02)
        self.stored.append(time.monotonic() - began)
        until(
            lambda: bool(self.admin.get(f"/api/images/{image}")["pretagged"]),
            seconds=STALLED_SECONDS,
            name=f"image {image}",
            every=0.02,
        )
        self.seconds.append(time.monotonic() - began)

    def _settled(self) -> bool:
        return bool(attempt(lambda: self.admin.get("/api/overview"))["active_jobs"] == 0)

    def _look(self, when: str) -> None:
        """The middle of five looks at the memory: a process may just be starting another."""
        looks = []
        for _look in range(5):
            looks.append({name: megabytes(self.product.pid(name)) for name in WATCHED})
            time.sleep(0.4)
        middle = sorted(looks, key=lambda look: sum(look.values()))[2]
        self._tell_memory(when, middle)

    def _tell_memory(self, when: str, look: dict[str, float]) -> None:
        self.memory[when] = sum(look.values())
        parts = ", ".join(f"{name} {value:.0f}" for name, value in look.items())
        self.report.context[f"bulk import: PSS {when}, MB"] = f"{self.memory[when]:.0f} ({parts})"

    def _judge(self) -> None:
        self._tell_memory("at most until the last image", self.peak)
        growth = max(self.memory.values()) - self.memory["at a sixth"]
        self.report.add(
            "bulk import: RSS growth, MB", round(growth), f"< {GROWTH_MB}", ok=growth < GROWTH_MB
        )
        wrong = {name: number for name, number in self._wrong().items() if number}
        self.report.add(
            "bulk import: images lost or doubled",
            ", ".join(f"{number} {name}" for name, number in wrong.items()) or 0,
            "0",
            ok=not wrong,
        )
        p95 = sorted(self.seconds)[int(0.95 * len(self.seconds)) - 1]
        self.report.add(
            "bulk import: interactive p95, s",
            round(p95, 2),
            f"< {ANSWER_SECONDS}",
            ok=p95 < ANSWER_SECONDS and len(self.seconds) == UPLOADS,
        )
        self.report.context["bulk import: interactive, s"] = (
            f"median {statistics.median(self.seconds):.2f}, worst {max(self.seconds):.2f}; "
            f"stored after {statistics.median(self.stored):.2f}, at worst {max(self.stored):.2f}"
        )

    def _wrong(self) -> dict[str, int]:
        """What the database has too much or too little of."""
        found: dict[str, Any] = self.product.shell(
            "{'images': Image.objects.count(), "
            "'distinct': Image.objects.values('sha256').distinct().count(), "
            "'rows': Embedding.objects.filter(backbone__tagger__state='serving').count(), "
            "'seen': Embedding.objects.filter(backbone__tagger__state='serving', "
            "vector__isnull=False).values('image').distinct().count(), "
            "'errors': Embedding.objects.exclude(error='').count(), "
            "'waiting': UploadFile.objects.filter(state='waiting').count(), "
            "'rejected': UploadFile.objects.filter(state='rejected').count()}"
        )
        wanted = self.count + len(self.sent)
        return {
            "images missing": max(0, wanted - found["distinct"]),
            "images doubled": found["images"] - found["distinct"],
            "images nobody sent": max(0, found["distinct"] - wanted),
            "images not pre-tagged": wanted - found["seen"],
            "embedding rows too many": found["rows"] - found["seen"],
            "errors": found["errors"],
            "files waiting": found["waiting"],
            "files rejected": found["rejected"],
        }


def attempt(call: Callable[[], Any]) -> Any:
    """Ask until the server answers: a worker's death is none of the web's business, but its cores
    are shared.
    """
    for _try in range(60):
        with suppress(URLError, OSError):
            return call()
        time.sleep(0.5)
    return call()


def photograph(number: int) -> bytes:
    """Shapes under a camera's noise, in 1.1 megapixels; each unlike the others."""
    plain = np.asarray(pictures.picture(1000 + number, (1200, 900)), dtype=np.int16)
    noise = np.random.default_rng(number).integers(-12, 13, plain.shape, dtype=np.int16)
    file = io.BytesIO()
    Image.fromarray((plain + noise).clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def megabytes(pid: int) -> float:
    """The proportional set size of a process and all that it started."""
    total = 0
    for each in tree(pid):
        with suppress(OSError):
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


if __name__ == "__main__":
    sys.exit(main())
