"""The vocabulary, labels and searches in a real browser: what is typed, implied, disputed, found,
taken back and given again.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import journey
from tests.product import ApiClient, Product, until

ODD = "ranma_1/2?"  # a name that addresses would take apart

pytestmark = pytest.mark.usefixtures("travelled")


@pytest.fixture
def images(admin: ApiClient) -> list[dict[str, Any]]:
    """Those about which nobody said anything that the tests say."""
    found: list[dict[str, Any]] = admin.get("/api/images?q=unknown:hat%20unknown:smile")["items"]
    return found


def test_a_tag_with_an_odd_name_is_made_implied_searched_and_taken_back(
    product: Product, admin: ApiClient, images: list[dict[str, Any]], page: Page
) -> None:
    journey.enter(page, product, "tess")
    page.goto(f"{product.address}/tags")
    page.get_by_role("button", name="New tag").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(ODD)
    dialog.get_by_role("button", name="Make the tag").click()
    expect(page.get_by_role("heading", name=ODD)).to_be_visible(timeout=journey.LONG)

    # Whatever has it is a drawing of a hat: looked at before it is so.
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("menuitem", name="Add an implication").click()
    dialog.get_by_role("combobox").fill("hat")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="See what follows").click()
    dialog.get_by_role("button", name="Add the implication").click()
    expect(page.get_by_text("An image that has it also has")).to_be_visible()

    page.goto(f"{product.address}/images/{images[0]['id']}")
    box = page.get_by_role("combobox", name="Add or remove tags")
    box.fill(f"{ODD} ")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Follows from another tag")).to_be_visible()
    page.get_by_role("switch", name="Complete").click()
    expect(page.get_by_text("The image is complete").last).to_be_visible()

    page.goto(f"{product.address}/library")
    search = page.get_by_role("combobox", name="Search the library")
    search.fill(f"{ODD} hat complete:yes")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 image", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"q="))
    search.fill("hat (smile")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This parenthesis is never closed")).to_be_visible()

    page.goto(f"{product.address}/history?user=tess")
    page.get_by_role("button", name="Take back all that match…").click()
    dialog.get_by_role("button", name="Take back 1 answer").click()
    give = page.get_by_role("button", name="Give it back")
    expect(give).to_be_visible()
    assert _found(admin, "hat complete:yes") == 0
    give.click()
    expect(page.get_by_text("1 answer counts again.")).to_be_visible()
    assert _found(admin, "hat complete:yes") == 1


def test_a_dispute_is_settled_and_the_settling_undone(
    product: Product, admin: ApiClient, images: list[dict[str, Any]], page: Page
) -> None:
    for name, verdict in (("ada", "yes"), ("ben", "no")):
        person = product.person(name, "annotator")
        person.post("/api/review/answers", {"answers": [_typed(images[1], "smile", verdict)]})
    journey.enter(page, product, "judith")
    page.goto(f"{product.address}/conflicts?tag=smile")
    expect(page.get_by_text("People contradict each other about this tag.")).to_be_visible()
    expect(page.get_by_role("region", name="Yes")).to_contain_text("ada")
    expect(page.get_by_role("region", name="No", exact=True)).to_contain_text("ben")
    page.keyboard.press("Shift+Y")
    expect(page.get_by_text("You settled it")).to_be_visible()
    smiling = f"smile id:{images[1]['id']}"
    until(lambda: _found(admin, smiling) == 1, seconds=20, name="what was settled is stored")
    assert _found(admin, "conflict:smile") == 0
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    until(lambda: _found(admin, "conflict:smile") == 1, seconds=20, name="the dispute is back")


def _typed(image: dict[str, Any], tag: str, verdict: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "image_id": image["id"],
        "tag": tag,
        "verdict": verdict,
        "seconds": 2.0,
        "view": "image",
        "how": "typed",
        "shown": {},
    }


def _found(admin: ApiClient, query: str) -> int:
    escaped = query.replace(" ", "%20")
    return int(admin.get(f"/api/search/count?q={escaped}")["count"])
