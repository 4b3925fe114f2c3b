"""`make bench-loop`: the main job on real images, by the import command and by the browser.

500 posters come by `manage.py import_images`, 100 photographs (and 50 of the posters again) through
the browser; all are deduplicated, pre-tagged and ranked; 30 questions are answered by key; a
dataset is made, downloaded and read back by pyarrow and by Hugging Face `datasets`.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import journey
from tests.bench.report import Report, shared_images
from tests.product import ApiClient, Product, chromium, until

POSTERS, PHOTOS, AGAIN, ANSWERS = 500, 100, 50, 30


def main() -> int:
    posters, photos = shared_images("posters", POSTERS), shared_images("photos", PHOTOS)
    report, product = Report("loop"), Product()
    try:
        report.context["make up, seconds"] = round(product.start(), 1)
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            admin = ApiClient(product, "observer")
            by_command(report, product, posters)
            browser = playwright.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            journey.sign_in(page, product)
            by_browser(report, product, page, [*photos, *posters[:AGAIN]])
            enough(report, product, admin, {digest(path) for path in [*posters, *photos]})
            review(report, product, page, admin, Path(folder))
            browser.close()
    finally:
        product.stop()
    return report.write()


def by_command(report: Report, product: Product, posters: list[Path]) -> None:
    files = [str(path) for path in posters]
    began = time.monotonic()
    said = product.run("manage.py", "import_images", *files, "--source", "bench")
    report.context["import of 500 posters, seconds"] = round(time.monotonic() - began, 1)
    match = re.search(r"(\d+) new images?, (\d+) in the library already", said)
    found = [int(number) for number in match.groups()] if match else [0, 0]
    total = sum(found)
    report.add(
        "posters imported by the command", total, f"{POSTERS}, none lost", ok=total == POSTERS
    )
    report.say(f"        {said.strip().splitlines()[-1][:160]}")


def by_browser(report: Report, product: Product, page: Page, files: list[Path]) -> None:
    began = time.monotonic()
    said = journey.upload(page, product, files, seconds=300)
    report.context["upload of 150 files, seconds"] = round(time.monotonic() - began, 1)
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    report.add(
        "photographs and known posters by the browser",
        f"{numbers[0]} + {numbers[1]}",
        f"{PHOTOS} stored, {AGAIN} known",
        ok=numbers[:2] == [PHOTOS, AGAIN],
    )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def enough(report: Report, product: Product, admin: ApiClient, hashes: set[str]) -> None:
    def tagged() -> bool:
        now = admin.get("/api/overview")
        return bool(now["images"] == now["pretagged"] and now["open_questions"] > 0)

    report.context["until all were pre-tagged, seconds"] = round(
        until(tagged, seconds=600, name="pre-tagging"), 1
    )
    images = product.shell("Image.objects.count()")
    until(
        lambda: bool(admin.get("/api/overview")["images_to_review"] == images),
        seconds=120,
        name="ranking",
    )
    stored, embeddings, pairs = product.shell(
        "[list(Image.objects.values_list('sha256', flat=True)), "
        "Embedding.objects.exclude(vector=None).count(), DuplicatePair.objects.count()]"
    )
    report.add(
        "images, each file's bytes once",
        len(stored),
        f"the {len(hashes)} distinct files sent",
        ok=sorted(stored) == sorted(hashes),
    )
    report.add("images pre-tagged", embeddings, f"{images}", ok=embeddings == images)
    questions = admin.get("/api/overview")["open_questions"]
    report.add("questions ranked", questions, "> 0", ok=questions > 0)
    report.context["near-duplicate pairs found"] = pairs


def review(report: Report, product: Product, page: Page, admin: ApiClient, folder: Path) -> None:
    began = time.monotonic()
    journey.review(page, product, ANSWERS)
    report.context["30 answers by key, seconds"] = round(time.monotonic() - began, 1)
    answers = admin.get("/api/review/progress")["answers"]
    report.add("answers by key", answers, f"{ANSWERS}, none lost", ok=answers == ANSWERS)
    journey.snapshot(page, product, "bench", folder)
    positives, judged, names = journey.read_back(folder)
    labels = product.shell(
        "[Label.objects.exclude(source='automatic').filter(state='positive').count(), "
        "Label.objects.exclude(source='automatic').exclude(state='conflicting').count()]"
    )
    report.add(
        "positives and judged pairs read back by pyarrow",
        f"{positives} / {judged}",
        f"{labels[0]} / {labels[1]} in the database",
        ok=[positives, judged] == labels and judged > 0,
    )
    report.add(
        "tag names read back by Hugging Face datasets",
        len(names),
        "all of top_tags.txt",
        ok=len(names) > 0,
    )


if __name__ == "__main__":
    sys.exit(main())
