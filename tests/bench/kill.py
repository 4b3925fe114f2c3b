"""`make bench-kill`: kill -9 of each process, once each, while 600 images are imported and answers
are given.

Afterwards every image must be there once and pre-tagged, and every answer once.
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests import pictures
from tests.bench.report import Report
from tests.product import PROCESSES, ApiClient, Product, until

IMAGES = 600


def main() -> int:
    report, product = Report("kill"), Product()
    try:
        product.start()
        with tempfile.TemporaryDirectory() as folder:
            for number in range(IMAGES):
                picture = pictures.picture(number, (1200, 900))
                path = Path(folder) / f"picture-{number:03}.jpg"
                path.write_bytes(pictures.encoded(picture, "JPEG", quality=90))
            run(report, product, Path(folder))
    finally:
        product.stop()
    return report.write()


def run(report: Report, product: Product, folder: Path) -> None:
    admin = ApiClient(product, "observer")
    began = time.monotonic()
    importing = product.begin("manage.py", "import_images", str(folder))
    sent: list[str] = []
    killed = {}
    for number, name in enumerate(PROCESSES):
        wanted = (number + 1) * IMAGES // (len(PROCESSES) + 2)
        killed[name], answers = kill(product, admin, name, wanted)
        sent += answers
        report.context[f"kill -9 {name}"] = killed[name]
    printed, _nothing = importing.communicate(timeout=900)
    if importing.returncode != 0:
        # The command itself spoke to a Postgres that was killed: running it again goes on.
        report.context["import command"] = "run again after Postgres was killed under it"
        printed = product.run("manage.py", "import_images", str(folder))
    until(lambda: tagged(admin), seconds=900, name="pre-tagging")
    report.context["seconds in all"] = round(time.monotonic() - began, 1)
    report.context["the command's last line"] = printed.strip().splitlines()[-1][:200]
    judge(report, product, killed, sent)


def kill(product: Product, admin: ApiClient, name: str, wanted: int) -> tuple[str, list[str]]:
    """Kill a process once so many images are in; what happened, and the answers given meanwhile."""
    until(lambda: settled(admin) >= wanted, seconds=600, name=f"{wanted} images", every=0.2)
    at = settled(admin)
    old, began = product.kill(name), time.monotonic()
    sent = answer(admin)  # given to whatever is left standing
    until(lambda: is_back(product, admin, name, old), seconds=120, name=name)
    seconds = time.monotonic() - began
    return f"at {at} images, back after {seconds:.1f} s", sent + answer(admin)


def judge(report: Report, product: Product, killed: dict[str, str], sent: list[str]) -> None:
    images, distinct, embeddings, waiting = product.shell(
        "[Image.objects.count(), Image.objects.values('sha256').distinct().count(), "
        "Embedding.objects.exclude(vector=None).values('image').distinct().count(), "
        "UploadFile.objects.filter(state='waiting').count()]"
    )
    recorded = product.shell("[str(pk) for pk in Answer.objects.values_list('pk', flat=True)]")
    report.add(
        "processes killed once", len(killed), f"{len(PROCESSES)}", ok=len(killed) == len(PROCESSES)
    )
    report.add("images present", images, f"{IMAGES}", ok=images == IMAGES)
    report.add("images present twice", images - distinct, "0", ok=images == distinct)
    report.add("images pre-tagged", embeddings, f"{IMAGES}", ok=embeddings == IMAGES)
    report.add("files left waiting", waiting, "0", ok=waiting == 0)
    lost = len(set(sent) - set(recorded))
    report.add("answers lost", f"{lost} of {len(sent)}", "0", ok=lost == 0 < len(sent))
    twice = len(recorded) - len(set(recorded))
    report.add("answers recorded twice", twice, "0", ok=twice == 0)


def attempt(admin: ApiClient, path: str, body: object = None) -> Any:
    """Ask until the server answers, as the browser's outbox does."""
    for _try in range(240):
        with suppress(URLError, OSError):
            return admin.get(path) if body is None else admin.post(path, body)
        time.sleep(0.5)
    raise TimeoutError(path)


def settled(admin: ApiClient) -> int:
    return int(attempt(admin, "/api/overview")["images"])


def tagged(admin: ApiClient) -> bool:
    now = attempt(admin, "/api/overview")
    return bool(now["images"] == now["pretagged"] == IMAGES)


def is_back(product: Product, admin: ApiClient, name: str, old: int) -> bool:
    with suppress(OSError, ValueError):
        return product.pid(name) != old and bool(admin.get("/api/health")["ok"])
    return False


def answer(admin: ApiClient) -> list[str]:
    """Answer one card, every answer sent twice; the ids the server said it has."""
    cards = attempt(admin, "/api/review/cards", {"count": 1})["cards"]
    answers = [
        {
            "id": str(uuid.uuid4()),
            "image_id": card["image"]["id"],
            "tag": question["tag"],
            "verdict": "yes",
            "seconds": 1,
            "view": "card",
            "how": "asked",
            "shown": {},
        }
        for card in cards
        for question in card["questions"]
    ]
    if answers:
        for _twice in range(2):
            attempt(admin, "/api/review/answers", {"answers": answers})
    return [each["id"] for each in answers]


if __name__ == "__main__":
    sys.exit(main())
