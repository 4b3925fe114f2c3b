"""The picture book: the same everywhere, with exact truth, and hard in the ways it promises."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from labelhub.picturebook import book, tags
from labelhub.picturebook.book import Domain, Page, page
from labelhub.picturebook.scene import scene
from labelhub.tags.names import canonical

# What the book is. A change of it makes every earlier figure incomparable: change both knowingly.
FROZEN = "9a2c15eb9d2567a4678967a9dd3969f714669b52ff2c691eb5e8555dd377d0ad"
MANY = 1500


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return [page(7, index) for index in range(MANY)]


def test_the_book_is_frozen() -> None:
    assert book.digest() == FROZEN


def test_another_process_on_a_plainer_processor_draws_the_same_pages() -> None:
    # Other hash seeds, and a C library and numpy that may not use what this processor has.
    plain = {
        "PYTHONHASHSEED": "123",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-FMA4",
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
    }
    script = "from labelhub.picturebook import book; print(book.digest(8))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | plain,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == book.digest(8)


def test_a_page_depends_on_its_seed_and_number_alone() -> None:
    again, other, seed = page(3, 5), page(3, 6), page(4, 5)
    assert page(3, 5) == again
    assert page(3, 5).file() == again.file()
    assert len({each.file() for each in (again, other, seed)}) == 3


def test_the_truth_without_drawing_is_the_truth_of_the_drawn_scene() -> None:
    for index in range(60):
        domain = Domain.PHOTO if index % 3 == 0 else Domain.DRAWN
        photograph = domain == Domain.PHOTO
        random = book._random(9, index, "scene")
        drawn = scene(random, photograph=photograph, colour=True)
        assert page(9, index, domain).opinions == tuple(drawn.opinion(who) for who in range(3))


def test_pages_are_pictures_of_a_useful_size() -> None:
    for index in range(6):
        image = Image.open(io.BytesIO(page(1, index).file()))
        image.load()
        assert image.format == "JPEG"
        assert image.mode == "RGB"
        assert 240 <= min(image.size) <= max(image.size) <= 400


def test_names_are_danbooru_names_and_implications_lead_to_known_tags() -> None:
    assert len(tags.TAGS) >= 60
    assert all(canonical(name) == name for name in tags.TAGS)
    named = {*tags.RARE, *tags.SUBJECTIVE, *tags.IMPLIED, *tags.COLOURED}
    named |= {ancestor for ancestors in tags.IMPLIED.values() for ancestor in ancestors}
    assert named <= set(tags.TAGS)


def test_every_label_set_holds_its_ancestors(pages: list[Page]) -> None:
    for each in pages:
        for found in (each.truth, each.wild, *each.opinions):
            assert tags.with_implied(set(found)) == found


def test_rare_tags_are_rare_and_every_tag_is_there(pages: list[Page]) -> None:
    share = {tag: count / MANY for tag, count in counted(pages).items()}
    assert set(share) == set(tags.TAGS)
    assert all(0.003 < share[tag] < 0.025 for tag in tags.RARE)
    assert min(share[tag] for tag in tags.TAGS if tag not in tags.RARE) > 0.015


def test_three_pages_of_a_hundred_are_photographs(pages: list[Page]) -> None:
    photos = sum(each.domain == Domain.PHOTO for each in pages) / MANY
    assert 0.02 < photos < 0.04


def test_people_disagree_about_subjective_tags_and_nothing_else(pages: list[Page]) -> None:
    disputed = Counter(
        tag
        for each in pages
        for tag in frozenset.union(*each.opinions) - frozenset.intersection(*each.opinions)
    )
    assert set(disputed) == set(tags.SUBJECTIVE)
    for each in pages:
        for tag in tags.SUBJECTIVE:
            assert (tag in each.truth) == (sum(tag in seen for seen in each.opinions) >= 2)


def test_labels_in_the_wild_lack_a_part_of_the_truth(pages: list[Page]) -> None:
    there = sum(len(each.truth) for each in pages)
    missing = sum(len(each.truth - each.wild) for each in pages) / there
    wrong = sum(len(each.wild - frozenset.union(*each.opinions)) for each in pages) / there
    assert 0.1 < missing < 0.3
    assert 0 < wrong < 0.05


def test_all_skin_tones_and_counts_are_there(pages: list[Page]) -> None:
    found = counted(pages)
    assert min(found[tag] for tag in ("pale_skin", "dark_skin", "2girls", "2boys", "solo")) > 10
    for each in pages:
        assert not {"solo", "no_humans"} <= each.truth
        assert not {"1girl", "2girls"} <= each.truth


def test_held_out_pages_are_of_a_seed_no_library_may_use() -> None:
    held = book.held_out(3, 2)
    assert [each.domain for each in held] == ["drawn"] * 3 + ["photo"] * 2
    assert {each.seed for each in held} == {book.HELD_OUT_SEED}
    assert min(book.HELD_OUT_SEED, book.TRAINING_SEED) >= book.RESERVED_SEEDS
    assert book.LIBRARY_SEED < book.RESERVED_SEEDS


@pytest.mark.parametrize(
    "name", ["page-1.jpg", "page-00001.png", "xpage-00001.jpg", "", "page-.jpg"]
)
def test_other_names_are_no_pages(name: str) -> None:
    assert book.page_index(name) is None


@pytest.mark.parametrize("index", [0, 42, 99_999, 123_456])
def test_a_page_is_found_by_its_name(index: int) -> None:
    assert book.page_index(book.page_name(index)) == index


def counted(pages: list[Page]) -> Counter[str]:
    return Counter(tag for each in pages for tag in each.truth)
