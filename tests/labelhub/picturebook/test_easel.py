"""What can be seen is what counts: hidden, cut off and tiny things do not."""

from __future__ import annotations

from random import Random

import pytest

from labelhub.picturebook.easel import Easel, Place, Style

GREY = (120, 120, 120)


def easel(*, colour: bool = True) -> Easel:
    return Easel(100, 80, Style(), Random(1), colour)


def names(each: Easel) -> list[str]:
    return [tag for thing in each.seen() for tag in thing.tags]


@pytest.mark.parametrize("colour", [True, False])
def test_a_thing_behind_another_is_not_seen(colour: bool) -> None:
    drawn = easel(colour=colour)
    with drawn.thing("behind"):
        drawn.box(20, 20, 60, 60, GREY)
    with drawn.thing("before"):
        drawn.box(18, 18, 62, 62, GREY)
    assert names(drawn) == ["before"]


def test_a_thing_half_hidden_counts_by_its_share() -> None:
    for share, expected in ((0.4, ["half"]), (0.6, [])):
        drawn = easel()
        with drawn.thing("half", share=share):
            drawn.box(20, 20, 60, 60, GREY)
        drawn.box(40, 10, 70, 70, GREY)
        assert names(drawn) == expected


def test_a_thing_cut_off_by_the_edge_is_not_seen() -> None:
    drawn = easel()
    with drawn.thing("outside"):
        drawn.box(-70, 10, 20, 50, GREY)
    assert names(drawn) == []


def test_what_is_a_few_pixels_wide_is_not_seen() -> None:
    drawn = easel()
    with drawn.thing("speck"):
        drawn.box(10, 10, 12, 12, GREY)
    assert names(drawn) == []


def test_the_picture_and_the_map_agree_about_a_turned_shape() -> None:
    drawn = Easel(100, 80, Style(line=None), Random(1), colour=True)
    with drawn.thing("box"), drawn.at(Place(50, 40, 20, angle=0.6)):
        drawn.box(-1, -1, 1, 1, (0, 0, 0))
    dark = drawn.finished().convert("L").point([int(value < 128) * 255 for value in range(256)])
    thing = drawn.seen()[-1]
    assert thing.area == pytest.approx(1600, rel=0.02)
    assert dark.histogram()[255] == pytest.approx(thing.area, rel=0.1)


def test_looking_askew_moves_picture_and_map_together() -> None:
    drawn = easel()
    with drawn.thing("corner"):
        drawn.box(0, 0, 12, 12, GREY)
    drawn.warp([(30, 30), (100, 0), (100, 80), (0, 80)])
    assert names(drawn) == []


def test_overlays_hide_nothing() -> None:
    drawn = easel()
    with drawn.thing("under"):
        drawn.box(20, 20, 60, 60, GREY)
    drawn.overlay([(0, 0), (100, 0), (100, 80), (0, 80)], (255, 0, 0))
    assert names(drawn) == ["under"]
    assert drawn.finished().getpixel((40, 40)) == (255, 0, 0)
