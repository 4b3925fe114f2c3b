"""What a person does in the browser, from the sign-in link to a downloaded dataset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import datasets
import pyarrow.parquet as pq
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.product import Product

LONG = 60_000  # milliseconds
IMAGES = 12
KEYS = ("y", "n", "y", "u", "n", "Shift+Y")


@dataclass
class Travelled:
    """What a person saw and got on the way."""

    invited: bool
    said: str
    answers: int
    positives: int
    judged: int
    names: list[str]
    files: set[str]
    complaints: list[str]


def sign_in(page: Page, product: Product, name: str = "admin", role: str = "admin") -> None:
    page.goto(product.sign_in_link(name, role))
    expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible(timeout=LONG)
    assert "#" not in page.url, "the token stays in the address bar"


def enter(page: Page, product: Product, name: str = "admin", role: str = "admin") -> None:
    """Come back as somebody who signed in before."""
    page.context.add_cookies(
        [
            {"name": cookie, "value": value, "url": product.address}
            for cookie, value in product.person(name, role).cookies().items()
        ]
    )
    page.goto(f"{product.address}/library")
    expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible(timeout=LONG)


def listen(page: Page) -> list[str]:
    """What the browser's console is going to complain of."""
    heard: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def upload(page: Page, product: Product, files: Sequence[Path], *, seconds: float = 120) -> str:
    """Choose files, send them, wait until all are checked; the sentence the page ends with."""
    page.goto(f"{product.address}/upload")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose files").click()
    choosing.value.set_files(list(files))
    page.get_by_role("button", name=re.compile(r"^Upload \d+ files?")).click()
    finished = page.get_by_text(re.compile("^Everything is sent and checked:"))
    expect(finished).to_be_visible(timeout=seconds * 1000)
    return finished.inner_text()


def review(page: Page, product: Product, answers: int) -> None:
    """Answer by key alone; every answer is for the question on the screen at that moment."""
    page.goto(f"{product.address}/review")
    question = page.get_by_test_id("question")
    expect(question).to_be_visible(timeout=LONG)
    for number in range(answers):
        expect(question).to_be_visible()
        page.keyboard.press(KEYS[number % len(KEYS)])
    saved(page)


def saved(page: Page) -> None:
    """Wait until no answer is left to send."""
    expect(page.get_by_label(re.compile(r"^\d+ unsent"))).to_have_count(0, timeout=LONG)


def snapshot(page: Page, product: Product, name: str, into: Path) -> list[Path]:
    """Make a dataset in the browser and download its files."""
    page.goto(f"{product.address}/datasets")
    page.get_by_role("button", name="New dataset").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the dataset").click()
    expect(page.get_by_role("link", name=re.compile(r"Download train\.parquet"))).to_be_visible(
        timeout=LONG
    )
    got = []
    for link in page.get_by_role("link", name=re.compile("^Download ")).all():
        with page.expect_download() as downloading:
            link.click()
        path = into / downloading.value.suggested_filename
        downloading.value.save_as(path)
        got.append(path)
    return got


def read_back(folder: Path) -> tuple[int, int, list[str]]:
    """Positives and judged pairs as pyarrow has them, tag names as Hugging Face `datasets` has
    them.

    Raises:
        AssertionError: the two disagree.
    """
    files = {path.stem: str(path) for path in folder.glob("*.parquet")}
    rows = [row for path in files.values() for row in pq.read_table(path).to_pylist()]
    loaded = datasets.load_dataset(
        "parquet", data_files=files, cache_dir=str(folder / "cache"), verification_mode="no_checks"
    )
    positives = sum(len(row["tags"]) for row in rows)
    assert sum(len(row["tags"]) for split in loaded.values() for row in split) == positives
    names = list(loaded["train"].features["tags"].feature.names)
    assert names == (folder / "top_tags.txt").read_text().split("\n")
    return positives, sum(len(row["judged"]) for row in rows), names
