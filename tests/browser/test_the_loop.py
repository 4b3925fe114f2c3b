"""From an empty library to a dataset that training code reads, in a real browser.

The journey is made once; the tests, in whatever order, look at what came of it and go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests import journey, pictures
from tests.journey import IMAGES, Travelled
from tests.product import ApiClient, Product, until

pytestmark = pytest.mark.usefixtures("travelled")


def test_an_empty_library_invites_to_upload(travelled: Travelled) -> None:
    assert travelled.invited


def test_every_uploaded_file_gets_its_verdict(travelled: Travelled) -> None:
    assert f"{IMAGES + 2} stored" in travelled.said  # a dozen, the near one, the zipped one
    assert "1 already here" in travelled.said
    assert "2 rejected" in travelled.said  # the broken one, the one that climbs out of its zip


def test_answers_by_key_arrive(travelled: Travelled) -> None:
    assert travelled.answers == 30


def test_the_dataset_holds_what_was_answered_and_what_was_imported(travelled: Travelled) -> None:
    assert {"train.parquet", "top_tags.txt", "dataset.json"} <= travelled.files
    # Of every six keys two are yes, one is yes at full size, two are no and one is unsure; two
    # tags came with a file.
    assert travelled.positives == 15 + 2
    assert travelled.judged == 25 + 2
    assert {"1girl", "fate/grand_order"} <= set(travelled.names)


def test_the_browser_had_nothing_to_complain_of(travelled: Travelled) -> None:
    assert travelled.complaints == []


def test_undo_takes_the_last_answer_back_over_image_borders_and_reloads_lose_nothing(
    page: Page, product: Product, admin: ApiClient
) -> None:
    journey.enter(page, product, "undoer", "annotator")
    before = admin.get("/api/review/progress")["answers"]
    journey.review(page, product, answers=9)
    assert admin.get("/api/review/progress")["answers"] == before + 9
    question = page.get_by_test_id("question")
    for _again in range(9):
        page.keyboard.press("Backspace")
        expect(question).to_be_visible()
    first = question.inner_text()
    journey.saved(page)
    until(
        lambda: bool(admin.get("/api/review/progress")["answers"] == before),
        seconds=30,
        name="retracting",
    )
    page.reload()
    expect(question).to_have_text(first)


def test_answers_given_offline_are_sent_later(
    page: Page, product: Product, admin: ApiClient
) -> None:
    journey.enter(page, product, "traveller", "annotator")
    before = admin.get("/api/review/progress")["answers"]
    page.goto(f"{product.address}/review")
    expect(page.get_by_test_id("question")).to_be_visible(timeout=journey.LONG)
    page.context.set_offline(True)
    for key in ("y", "n", "y"):
        page.keyboard.press(key)
    expect(page.get_by_label(re.compile(r"^3 unsent"))).to_be_visible()
    page.context.set_offline(False)
    journey.saved(page)
    assert admin.get("/api/review/progress")["answers"] == before + 3


def test_make_up_with_a_folder_imports_it_and_opens_on_it(
    page: Page, product: Product, tmp_path: Path
) -> None:
    for number in range(3):
        (tmp_path / f"new-{number}.png").write_bytes(pictures.png(900 + number))
    printed = product.run("-m", "labelhub.embedded", "up", "--folder", str(tmp_path))
    assert "already running" in printed
    (link,) = re.findall(r"http://\S+#\S+", printed)
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/library\?q=upload(:|%3A)\d+$"), timeout=journey.LONG)
    expect(page.locator("a[href^='/images/']")).to_have_count(3)


def test_an_annotator_sees_no_upload(page: Page, product: Product) -> None:
    journey.enter(page, product, "visitor", "annotator")
    page.goto(f"{product.address}/upload")
    expect(page.get_by_role("button", name="Choose files")).to_have_count(0)
    expect(page.get_by_text("You cannot upload images")).to_be_visible()


def test_a_spent_link_says_what_to_do(page: Page, product: Product) -> None:
    link = product.sign_in_link()
    page.goto(link)
    expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible(
        timeout=journey.LONG
    )
    page.context.clear_cookies()
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_text("make up")).to_be_visible(timeout=journey.LONG)


def test_the_question_mark_lists_the_keys_of_this_page(page: Page, product: Product) -> None:
    journey.enter(page, product)
    page.goto(f"{product.address}/review")
    expect(page.get_by_test_id("question")).to_be_visible(timeout=journey.LONG)
    page.keyboard.press("?")
    help_window = page.get_by_role("dialog")
    for label in ("Yes", "No", "Unsure", "Skip image", "Show it as the tagger sees it"):
        expect(help_window.get_by_text(label, exact=True).first).to_be_visible()


def test_a_key_shows_an_image_as_the_tagger_sees_it(page: Page, product: Product) -> None:
    journey.enter(page, product)
    page.goto(f"{product.address}/review")
    expect(page.get_by_test_id("question")).to_be_visible(timeout=journey.LONG)
    page.keyboard.press("v")
    seen = page.get_by_role("img", name=re.compile("as the tagger sees it"))
    expect(page.get_by_text(re.compile(r"As the tagger sees it, \d+ px"))).to_be_visible()
    drawn = """canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return canvas.width === canvas.height && new Set(data).size > 2;
    }"""
    page.wait_for_function(drawn, arg=seen.element_handle())
    page.keyboard.press("v")
    expect(seen).to_have_count(0)


def test_a_picture_is_tried_without_being_stored(
    page: Page, product: Product, admin: ApiClient, folder: Path
) -> None:
    before = admin.get("/api/overview")["images"]
    journey.enter(page, product)
    page.goto(f"{product.address}/try")
    seen = page.get_by_role("region", name=re.compile("^What .+ sees$"))
    fresh = FilePayload(name="new.png", mimeType="image/png", buffer=pictures.png(777))
    page.locator("input[type=file]").set_input_files(fresh)
    expect(seen.get_by_role("button", name="Add to the library")).to_be_visible(
        timeout=journey.LONG
    )
    page.locator("input[type=file]").set_input_files(folder / "picture-2.png")
    known = seen.get_by_role("link", name="The library has this picture")
    expect(known).to_be_visible(timeout=journey.LONG)
    assert admin.get("/api/overview")["images"] == before
    known.click()
    alike = page.get_by_role("region", name="More like this")
    alike.scroll_into_view_if_needed()
    expect(alike.get_by_role("link").first).to_be_visible(timeout=journey.LONG)


@pytest.fixture(scope="module")
def phone(
    product: Product, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Page]:
    """A narrow window, signed in."""
    narrow = {"viewport": {"width": 400, "height": 800}}
    page = browser.new_context(**browser_context_args | narrow).new_page()
    journey.enter(page, product)
    yield page
    page.context.close()


@pytest.mark.parametrize(
    "path",
    [
        "conflicts",
        "datasets",
        "history",
        "images/1",
        "jobs",
        "labels/import",
        "library",
        "progress",
        "review",
        "tag?name=fate/grand_order",
        "taggers",
        "tags",
        "tags/import",
        "try",
        "upload",
    ],
)
def test_no_page_is_wider_than_a_phone(phone: Page, product: Product, path: str) -> None:
    phone.goto(f"{product.address}/{path}")
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 400
