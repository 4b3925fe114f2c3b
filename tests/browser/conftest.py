"""The product running for real, and Debian's Chromium in front of it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import journey, pictures
from tests.product import ApiClient, Product, chromium, until


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    running = Product()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def admin(product: Product) -> ApiClient:
    """An administrator without a browser, for what the browser did."""
    return product.person("observer")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen pictures, one twice, one nearly twice, one broken, a zip, and tags for one."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(journey.IMAGES):
        (folder / f"picture-{number}.png").write_bytes(pictures.png(100 + number))
    (folder / "picture-0.txt").write_text("1girl, fate/grand order")
    (folder / "again.png").write_bytes(pictures.png(100))
    near = pictures.encoded(pictures.picture(101), "JPEG", quality=90)
    (folder / "nearly.jpg").write_bytes(near)
    (folder / "broken.png").write_bytes(pictures.png(1)[:200])
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("inside/zipped.png", pictures.png(150))
        archive.writestr("../outside.png", pictures.png(151))
    return folder


@pytest.fixture(scope="session")
def travelled(
    product: Product,
    admin: ApiClient,
    browser: Browser,
    browser_context_args: dict[str, Any],
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> journey.Travelled:
    """The journey of the first person who comes, made once for whatever is looked at after it."""
    into = tmp_path_factory.mktemp("dataset")
    page = browser.new_context(**browser_context_args).new_page()
    complaints = journey.listen(page)
    journey.sign_in(page, product)
    invited = page.get_by_role("link", name=re.compile("Upload images")).first.is_visible()
    said = journey.upload(page, product, sorted(folder.iterdir()))
    until(
        lambda: bool(admin.get("/api/overview")["images_to_review"] == journey.IMAGES + 2),
        seconds=60,
        name="pre-tagging and ranking",
    )
    page.goto(f"{product.address}/library")
    expect(page.locator("a[href^='/images/'] img").first).to_be_visible()
    journey.review(page, product, answers=30)
    answers = admin.get("/api/review/progress")["answers"]
    files = journey.snapshot(page, product, "first", into)
    positives, judged, names = journey.read_back(into)
    page.context.close()
    return journey.Travelled(
        invited=invited,
        said=said,
        answers=answers,
        positives=positives,
        judged=judged,
        names=names,
        files={path.name for path in files},
        complaints=complaints,
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    return browser_type_launch_args | {"executable_path": chromium(), "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": {"width": 1280, "height": 800}}
