"""`make bench-teach`: that teaching works. 300 questions of the queue are answered over the real
HTTP API from the picture book's truth; the head retrained from them is measured on held-out scenes.

Five libraries, one for each seed. In each, the same answers are then given again in shuffled order:
as many yes and no to the same questions, and nothing to be learned from them.
"""

from __future__ import annotations

import random
import sys
import uuid
from dataclasses import dataclass
from typing import Any

from labelhub.picturebook.book import Page, page, page_index
from tests.bench.report import Report
from tests.product import ApiClient, Product, until

SEEDS = (11, 12, 13, 14, 15)
PAGES, ANSWERS = 600, 300
CARDS = 10


@dataclass(frozen=True)
class Asked:
    image_id: int
    tag: str
    yes: bool


def main() -> int:
    report = Report("teach")
    for seed in SEEDS:
        product = Product()
        try:
            product.start()
            one_library(report, product, seed)
        finally:
            product.stop()
    return report.write()


def one_library(report: Report, product: Product, seed: int) -> None:
    admin = ApiClient(product, "admin")
    annotator = ApiClient(product, "ada", "annotator")
    load(admin, seed)
    asked = answer(annotator, seed)
    truly = taught(admin)
    before, after = truly["before"], truly["after"]
    report.add(
        f"seed {seed}: macro-F1, {len(asked)} true answers",
        f"{before:.4f} → {after:.4f}",
        "rises",
        ok=after > before and len(asked) == ANSWERS,
    )
    for each in sent(asked):
        annotator.post(f"/api/review/answers/{each['id']}/retract", {})
    shuffled = shuffle(asked, seed)
    send(annotator, shuffled, "again")
    other = taught(admin)
    report.add(
        f"seed {seed}: macro-F1, the same answers shuffled",
        f"{other['before']:.4f} → {other['after']:.4f}",
        "does not rise",
        ok=other["after"] <= other["before"],
    )
    said = sum(each.yes for each in asked)
    report.context[f"seed {seed}: yes among the answers"] = f"{said} of {len(asked)}"
    for group in ("drawn", "photo", "rare"):
        figures = truly["groups"][group]
        report.context[f"seed {seed}: {group}"] = (
            f"{figures['before']:.4f} → {figures['after']:.4f}"
        )


def load(admin: ApiClient, seed: int) -> None:
    admin.post("/api/uploads/picture-book", {"pages": PAGES, "seed": seed})

    def ready() -> bool:
        now = admin.get("/api/overview")
        return bool(now["images"] == PAGES == now["pretagged"] and not now["active_jobs"])

    until(ready, seconds=900, name="loading the picture book")


def answer(annotator: ApiClient, seed: int) -> list[Asked]:
    """Answer what the queue asks, card by card."""
    asked: list[Asked] = []
    book: dict[int, Page] = {}
    while len(asked) < ANSWERS:
        cards = annotator.post("/api/review/cards", {"count": CARDS})["cards"]
        if not cards:
            raise RuntimeError("the queue is empty")
        new: list[Asked] = []
        for card in cards:
            number = page_index(card["image"]["name"])
            assert number is not None
            truth = book.setdefault(number, page(seed, number)).truth
            image_id = card["image"]["id"]
            tags = [question["tag"] for question in card["questions"]]
            new += [Asked(image_id, tag, tag in truth) for tag in tags]
        new = new[: ANSWERS - len(asked)]
        send(annotator, new, "first")
        asked += new
    return asked


def sent(asked: list[Asked], time: str = "first") -> list[dict[str, Any]]:
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{time}/{each.image_id}/{each.tag}")),
            "image_id": each.image_id,
            "tag": each.tag,
            "verdict": "yes" if each.yes else "no",
            "seconds": 1.5,
            "view": "card",
            "how": "asked",
            "shown": {},
        }
        for each in asked
    ]


def send(annotator: ApiClient, asked: list[Asked], time: str) -> None:
    answers = sent(asked, time)
    for start in range(0, len(answers), 100):
        annotator.post("/api/review/answers", {"answers": answers[start : start + 100]})


def shuffle(asked: list[Asked], seed: int) -> list[Asked]:
    verdicts = [each.yes for each in asked]
    random.Random(seed).shuffle(verdicts)
    return [Asked(each.image_id, each.tag, yes) for each, yes in zip(asked, verdicts, strict=True)]


def taught(admin: ApiClient) -> dict[str, Any]:
    """Retrain from the answers; the figures on held-out scenes."""
    run_id = admin.post("/api/training/runs", {})["id"]

    def finished() -> bool:
        return admin.get(f"/api/training/runs/{run_id}")["state"] in ("done", "failed")

    until(finished, seconds=900, name="retraining")
    run = admin.get(f"/api/training/runs/{run_id}")
    if run["state"] != "done":
        raise RuntimeError(run["message"])
    groups = {each["group"]: each for each in run["scenes"]}
    return {**groups["all"], "groups": groups}


if __name__ == "__main__":
    sys.exit(main())
