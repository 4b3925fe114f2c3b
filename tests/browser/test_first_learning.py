"""From the picture book to a tagger that was taught by answers, in a real browser.

The library is filled and answered over the API, with a small book; the rest is done by hand.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from labelhub.picturebook.book import LIBRARY_SEED, page_index
from labelhub.picturebook.book import page as book_page
from tests import journey
from tests.product import Product, until

PAGES = 24
OFFER = "Load the picture book"
TAUGHT = 300_000  # milliseconds: the held-out scenes are drawn and looked at once


@pytest.fixture(scope="module")
def school() -> Iterator[Product]:
    """A product of its own: its library is empty at first."""
    running = Product()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def offered(
    school: Product, browser: Browser, browser_context_args: dict[str, Any]
) -> dict[str, int]:
    """How many buttons offer the picture book on the empty page, to whom."""
    seen = {}
    for name, role in (("annie", "annotator"), ("curt", "curator")):
        page = browser.new_context(**browser_context_args).new_page()
        journey.sign_in(page, school, name, role)
        expect(page.get_by_text("The library is empty")).to_be_visible()
        seen[role] = page.get_by_role("button", name=OFFER).count()
        page.context.close()
    return seen


@pytest.fixture(scope="module")
def answered(school: Product, offered: dict[str, int]) -> int:
    """A small picture book is loaded, and somebody answered what was asked, truly."""
    teacher = school.person("teacher")
    teacher.post("/api/uploads/picture-book", {"pages": PAGES})
    until(
        lambda: bool(teacher.get("/api/overview")["images_to_review"] == PAGES),
        seconds=180,
        name="drawing, pre-tagging and ranking the picture book",
    )
    dealt = teacher.post("/api/review/cards", {"count": 20})
    answers = [
        _true_answer(card["image"], question["tag"], dealt["tagger"]["id"])
        for card in dealt["cards"]
        for question in card["questions"][:5]
    ]
    for start in range(0, len(answers), 50):
        teacher.post("/api/review/answers", {"answers": answers[start : start + 50]})
    return len(answers)


def _true_answer(image: dict[str, Any], tag: str, tagger: int) -> dict[str, Any]:
    index = page_index(image["name"])
    assert index is not None
    return {
        "id": str(uuid.uuid4()),
        "image_id": image["id"],
        "tag": tag,
        "verdict": "yes" if tag in book_page(LIBRARY_SEED, index).truth else "no",
        "at_full_size": False,
        "seconds": 1.5,
        "view": "card",
        "how": "asked",
        "shown": {"tagger_id": tagger, "score": 0.5, "position": 0, "questions": 5},
    }


def test_an_empty_library_offers_the_picture_book_to_those_who_may_upload(
    offered: dict[str, int],
) -> None:
    assert offered == {"annotator": 0, "curator": 1}


def test_answers_make_a_candidate_that_is_refused_reconsidered_and_serves(
    school: Product, answered: int, page: Page
) -> None:
    admin = school.person("observer")
    journey.enter(page, school)
    page.goto(f"{school.address}/taggers")
    expect(page.get_by_text("not for real pictures")).to_be_visible(timeout=journey.LONG)
    expect(page.get_by_text(re.compile(f"^{answered} answers wait"))).to_be_visible()
    page.get_by_role("button", name="Retrain from answers").click()
    candidate = page.get_by_role("article").filter(has_text=re.compile("Candidate"))
    expect(candidate).to_have_count(1, timeout=TAUGHT)

    # What it is, and what it made better or worse.
    expect(candidate.get_by_text("taught by answers", exact=True)).to_be_visible()
    for group in ("All scenes", "Drawn scenes", "Photos", "Rare tags"):
        row = candidate.get_by_role("row", name=group)
        expect(row).to_contain_text(re.compile(r"0\.\d{3}.*0\.\d{3}"))
    candidate.get_by_role("link", name="Details").click()
    expect(page.get_by_role("heading", name="Tag by tag")).to_be_visible(timeout=journey.LONG)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Taggers").last.click()

    # Refused, undone; refused again, reconsidered.
    _refuse(page, reason="worse on photographs")
    page.get_by_role("button", name="Undo").click()
    expect(candidate).to_have_count(1)
    _refuse(page, reason="")
    page.get_by_role("button", name="Reconsider").click()
    expect(candidate).to_have_count(1)

    candidate.get_by_role("button", name="Let it serve").click()
    page.get_by_role("dialog").get_by_role("button", name="Let it serve").click()
    expect(page.get_by_text("nothing is looked at anew")).to_be_visible()
    serving = admin.get("/api/overview")["tagger"]
    assert serving["origin"] == "taught"
    expect(page.get_by_role("button", name=f"Active tagger: {serving['name']}")).to_be_visible()

    # And back: the one before can serve again.
    back = page.get_by_role("article").filter(has_text="Retired")
    expect(back.get_by_role("button", name="Let it serve")).to_be_visible()

    page.goto(f"{school.address}/progress")
    expect(page.get_by_role("heading", name="Learning curve")).to_be_visible(timeout=journey.LONG)
    expect(page.get_by_role("table", name="People")).to_contain_text("teacher")


def _refuse(page: Page, *, reason: str) -> None:
    page.get_by_role("button", name="Refuse", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("button", name="Reconsider")).to_be_visible()
