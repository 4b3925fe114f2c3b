"""What lies on top of a picture: a border, a bubble, words, a signature, a watermark."""

from __future__ import annotations

from random import Random

from labelhub.picturebook import writing
from labelhub.picturebook.easel import Easel
from labelhub.picturebook.things import BRIGHT, pick


def write(easel: Easel, random: Random) -> set[str]:
    """A border, a bubble, words, a signature, a watermark: what lies on top of a picture."""
    width, height = easel.width, easel.height
    tags = set()
    bubble, text, border, signed, marked = (random.random() for _one in range(5))
    if border < 0.08:
        edge = width * (0.03 + 0.04 * random.random())
        colour = pick(random, ((252, 252, 252), (20, 20, 24), *BRIGHT))
        with easel.thing("border"):
            for left, top, right, low in (
                (0, 0, width, edge),
                (0, height - edge, width, height),
                (0, 0, edge, height),
                (width - edge, 0, width, height),
            ):
                easel.box(left, top, right, low, colour)
    if bubble < 0.1:
        tags |= _bubble(easel, random)
    if text < 0.08:
        size = height * (0.05 + 0.04 * random.random())
        line = writing.words(random, 1 + int(random.random() * 2))
        x = max(4.0, (width - writing.width_of(line, size)) * random.random())
        y = height * (0.07 if random.random() < 0.5 else 0.84)
        ink = pick(random, (*BRIGHT, (20, 20, 24), (250, 250, 250)))
        for cell in writing.cells(line, x, y, size):
            easel.overlay(cell, ink)
        tags.add("english_text")
    corner = int(random.random() * 4)
    if signed < 0.1:
        _signature(easel, random, corner)
        tags.add("signature")
    if marked < 0.08:
        _watermark(easel, random, (corner + 1 + int(random.random() * 3)) % 4)
        tags.add("watermark")
    return tags


def _bubble(easel: Easel, random: Random) -> set[str]:
    width, height = easel.width, easel.height
    rx, ry = width * (0.17 + 0.06 * random.random()), height * (0.09 + 0.04 * random.random())
    x = width * (0.22 if random.random() < 0.5 else 0.78)
    y = height * (0.13 + 0.08 * random.random())
    inward = 1 if x < width / 2 else -1
    with easel.thing("speech_bubble"):
        easel.shape(
            [
                (x + inward * rx * 0.2, y + ry * 0.7),
                (x + inward * rx * 0.9, y + ry * 1.9),
                (x + inward * rx * 0.6, y + ry * 0.6),
            ],
            (253, 253, 253),
        )
        easel.oval(x, y, rx, ry, fill=(253, 253, 253))
    if random.random() < 0.35:  # no words, just dots
        for step in (-1, 0, 1):
            easel.overlay(
                [
                    (x + step * 12 - 3, y - 3),
                    (x + step * 12 + 3, y - 3),
                    (x + step * 12 + 3, y + 3),
                    (x + step * 12 - 3, y + 3),
                ],
                (20, 20, 24),
            )
        return set()
    size = ry * 0.42
    for row in (-1, 1):
        line = writing.words(random, 1)
        for cell in writing.cells(
            line, x - writing.width_of(line, size) / 2, y + row * size * 0.7 - size / 2, size
        ):
            easel.overlay(cell, (20, 20, 24))
    return {"english_text"}


def _corner(easel: Easel, corner: int, width: float, height: float) -> tuple[float, float]:
    x = 6 if corner in (0, 3) else easel.width - width - 6
    y = 6 if corner in (0, 1) else easel.height - height - 6
    return x, y


def _signature(easel: Easel, random: Random, corner: int) -> None:
    """A scribble, as artists sign."""
    wide, tall = 36 + 30 * random.random(), 18
    x, y = _corner(easel, corner, wide, tall)
    ink = (20, 20, 24) if random.random() < 0.6 else (250, 250, 250)
    points = [(x + wide * step / 9, y + tall * random.random()) for step in range(10)]
    for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
        easel.overlay([(ax, ay - 1), (bx, by - 1), (bx, by + 1), (ax, ay + 1)], ink)


def _watermark(easel: Easel, random: Random, corner: int) -> None:
    """The name of a site in a corner, half transparent."""
    site = writing.SITES[int(random.random() * len(writing.SITES))]
    size = 12 + 9 * random.random()
    light, strength = random.random() < 0.6, 0.4 + 0.35 * random.random()
    x, y = _corner(easel, corner, writing.width_of(site, size), size)
    easel.blend(
        writing.cells(site, x, y, size), (255, 255, 255) if light else (10, 10, 14), strength
    )
