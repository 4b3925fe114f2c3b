"""Animals, and things that stand about: some have a tag, others are there to be mistaken."""

from __future__ import annotations

from random import Random

from labelhub.picturebook.bodies import draw_flower
from labelhub.picturebook.easel import Colour, Easel, arc_points, shaded

FUR: tuple[Colour, ...] = (
    (236, 236, 232),
    (70, 66, 70),
    (214, 150, 84),
    (150, 110, 80),
    (160, 164, 172),
)
BRIGHT: tuple[Colour, ...] = (
    (226, 70, 64),
    (64, 130, 214),
    (244, 200, 70),
    (96, 176, 104),
    (176, 110, 200),
    (240, 150, 90),
)
ANIMALS = ("cat", "dog", "bird", "rabbit", "fish")
STRANGERS = ("ball", "box", "cone", "mug", "kite", "lamp", "mushroom")


def pick(random: Random, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(random.random() * len(colours))]


def draw_animal(easel: Easel, kind: str, random: Random) -> None:
    """In coordinates where the animal is about two units tall and stands at y = 1."""
    fur = pick(random, BRIGHT if kind in ("bird", "fish", "butterfly") else FUR)
    with easel.thing(kind, share=0.4):
        DRAWN[kind](easel, fur)


def _cat(easel: Easel, fur: Colour) -> None:
    easel.stroke(arc_points(1.0, 0.2, 0.6, 0.8, 100, -60), 0.2, fur)
    easel.oval(0.2, 0.45, 0.85, 0.6, fill=fur)
    for x in (-0.3, 0.1, 0.5, 0.8):
        easel.box(x - 0.12, 0.6, x + 0.12, 1.0, fur)
    for side in (-1, 1):
        x = -0.55 + side * 0.33
        easel.shape([(x - 0.22, -0.4), (x + 0.22, -0.4), (x + side * 0.12, -0.95)], fur)
    easel.oval(-0.55, -0.15, 0.58, 0.48, fill=fur)
    for side in (-1, 1):
        easel.oval(-0.55 + side * 0.22, -0.18, 0.1, 0.13, fill=(110, 180, 70), line=False)
        easel.oval(-0.55 + side * 0.22, -0.18, 0.04, 0.12, fill=(20, 20, 20), line=False)
        for y in (0.02, 0.12):
            easel.stroke(
                [(-0.55 + side * 0.2, y), (-0.55 + side * 0.8, y - 0.06)], 0.04, (40, 40, 40)
            )
    easel.shape([(-0.62, -0.02), (-0.48, -0.02), (-0.55, 0.06)], (230, 130, 130))


def _dog(easel: Easel, fur: Colour) -> None:
    easel.stroke([(1.1, 0.2), (1.5, -0.3)], 0.2, fur)
    easel.oval(0.3, 0.35, 0.95, 0.45, fill=fur)
    for x in (-0.4, -0.1, 0.7, 1.0):
        easel.box(x - 0.13, 0.45, x + 0.13, 1.0, fur)
    easel.oval(-0.7, -0.3, 0.5, 0.46, fill=fur)
    easel.oval(-1.1, -0.12, 0.36, 0.24, fill=shaded(fur, 1.12))
    easel.oval(-1.4, -0.18, 0.11, 0.09, fill=(26, 22, 24))
    for x in (-0.42, -0.92):
        easel.shape(
            [(x - 0.1, -0.66), (x + 0.22, -0.6), (x + 0.26, 0.1), (x, 0.12)], shaded(fur, 0.65)
        )
    easel.oval(-0.76, -0.38, 0.08, 0.1, fill=(26, 22, 24), line=False)


def _bird(easel: Easel, fur: Colour) -> None:
    easel.shape([(0.7, 0.2), (1.5, -0.1), (1.4, 0.4)], shaded(fur, 0.75))
    easel.oval(0.1, 0.25, 0.8, 0.52, fill=fur)
    easel.oval(-0.6, -0.2, 0.42, 0.4, fill=fur)
    easel.shape([(-0.95, -0.28), (-1.5, -0.1), (-0.95, 0.02)], (244, 170, 50))
    easel.shape([(-0.1, 0.0), (0.9, 0.1), (0.2, 0.6)], shaded(fur, 0.7))
    easel.oval(-0.7, -0.28, 0.09, 0.1, fill=(20, 20, 20), line=False)
    for x in (0.0, 0.3):
        easel.stroke([(x, 0.7), (x, 1.0)], 0.09, (230, 150, 50))


def _rabbit(easel: Easel, fur: Colour) -> None:
    for side in (-1, 1):
        easel.oval(-0.3 + side * 0.2, -0.95, 0.15, 0.55, fill=fur)
        easel.oval(-0.3 + side * 0.2, -0.95, 0.07, 0.4, fill=(236, 170, 176), line=False)
    easel.oval(0.25, 0.5, 0.75, 0.52, fill=fur)
    easel.oval(0.98, 0.5, 0.2, fill=(250, 250, 250))
    easel.oval(-0.3, -0.15, 0.46, 0.42, fill=fur)
    for side in (-1, 1):
        easel.oval(-0.3 + side * 0.18, -0.2, 0.08, 0.1, fill=(30, 24, 28), line=False)
    easel.oval(-0.3, -0.02, 0.07, 0.05, fill=(230, 120, 130), line=False)
    easel.oval(-0.2, 0.95, 0.3, 0.13, fill=fur)


def _fish(easel: Easel, fur: Colour) -> None:
    easel.shape([(0.75, 0.1), (1.5, -0.4), (1.35, 0.1), (1.5, 0.6)], shaded(fur, 0.8))
    easel.shape([(-0.3, -0.35), (0.5, -0.8), (0.5, -0.3)], shaded(fur, 0.8))
    easel.oval(0, 0.1, 0.95, 0.5, fill=fur)
    easel.oval(-0.55, 0.0, 0.14, fill=(252, 252, 252))
    easel.oval(-0.57, 0.0, 0.07, fill=(20, 20, 20), line=False)
    for x in (-0.1, 0.2, 0.5):
        easel.stroke(arc_points(x, 0.1, 0.14, 0.26, -70, 70, 5), 0.06, shaded(fur, 0.7))


def _fox(easel: Easel, _fur: Colour) -> None:
    red, white = (222, 112, 44), (250, 246, 240)
    easel.shape([(0.8, 0.6), (1.3, -0.5), (1.9, -0.2), (1.5, 0.5)], red)
    easel.shape([(1.3, -0.5), (1.62, -0.75), (1.9, -0.2)], white)
    easel.oval(0.25, 0.45, 0.85, 0.42, fill=red)
    for x in (-0.3, 0.0, 0.6, 0.85):
        easel.box(x - 0.1, 0.5, x + 0.1, 1.0, (60, 44, 40))
    for side in (-1, 1):
        easel.shape(
            [(-0.6 + side * 0.15, -0.5), (-0.6 + side * 0.6, -0.35), (-0.6 + side * 0.5, -1.0)], red
        )
    easel.shape([(-1.25, -0.3), (0.05, -0.3), (-0.35, 0.2), (-0.6, 0.42), (-0.85, 0.2)], red)
    easel.shape(
        [(-1.1, -0.08), (-0.6, 0.0), (-0.1, -0.08), (-0.35, 0.2), (-0.6, 0.42), (-0.85, 0.2)], white
    )
    for side in (-1, 1):
        easel.oval(-0.6 + side * 0.26, -0.12, 0.08, fill=(24, 20, 20), line=False)
    easel.oval(-0.6, 0.36, 0.09, 0.07, fill=(24, 20, 20), line=False)


def _butterfly(easel: Easel, fur: Colour) -> None:
    for side in (-1, 1):
        easel.shape([(0, 0), (side * 0.9, -0.8), (side * 1.2, -0.3), (side * 0.7, 0.1)], fur)
        easel.shape(
            [(0, 0), (side * 0.7, 0.1), (side * 0.8, 0.7), (side * 0.3, 0.6)], shaded(fur, 0.75)
        )
        easel.oval(side * 0.8, -0.38, 0.15, fill=(250, 250, 250), line=False)
        easel.stroke([(0, -0.4), (side * 0.25, -0.8)], 0.05, (30, 30, 30))
    easel.oval(0, 0.0, 0.11, 0.5, fill=(40, 34, 34))


def _snowman(easel: Easel, fur: Colour) -> None:
    snow = (244, 248, 252)
    easel.oval(0, 0.5, 0.75, 0.62, fill=snow)
    easel.oval(0, -0.35, 0.52, 0.46, fill=snow)
    easel.oval(0, -0.98, 0.36, 0.34, fill=snow)
    easel.shape([(0, -1.0), (0.5, -0.9), (0, -0.86)], (240, 140, 50))
    for side in (-1, 1):
        easel.oval(side * 0.13, -1.08, 0.05, fill=(24, 24, 24), line=False)
        easel.stroke([(side * 0.5, -0.4), (side * 1.1, -0.8)], 0.08, (100, 70, 50))
    for y in (-0.5, -0.25, 0.3):
        easel.oval(0, y, 0.06, fill=(24, 24, 24), line=False)
    easel.oval(0, -0.68, 0.4, 0.11, fill=fur)


DRAWN = {
    "cat": _cat,
    "dog": _dog,
    "bird": _bird,
    "rabbit": _rabbit,
    "fish": _fish,
    "fox": _fox,
    "butterfly": _butterfly,
    "snowman": _snowman,
}


def draw_stranger(easel: Easel, kind: str, random: Random) -> None:
    """Something without a tag, about two units tall."""
    colour, other = pick(random, BRIGHT), pick(random, BRIGHT)
    with easel.thing():
        if kind == "ball":
            easel.oval(0, 0.2, 0.8, fill=colour)
            easel.shape(arc_points(0, 0.2, 0.8, 0.8, 210, 330), other)
        elif kind == "box":
            easel.box(-0.9, -0.4, 0.9, 1.0, (186, 146, 100))
            easel.stroke([(-0.9, 0.1), (0.9, 0.1)], 0.2, (214, 180, 130))
        elif kind == "cone":
            easel.shape([(-0.7, 1.0), (0.7, 1.0), (0.12, -1.0), (-0.12, -1.0)], (238, 120, 46))
            easel.stroke([(-0.32, 0.1), (0.32, 0.1)], 0.3, (250, 250, 250))
        elif kind == "mug":
            easel.box(-0.6, -0.5, 0.5, 1.0, colour)
            easel.stroke(arc_points(0.5, 0.25, 0.4, 0.45, -80, 80), 0.15, colour)
        elif kind == "kite":
            easel.shape([(0, -1.0), (0.7, 0), (0, 1.0), (-0.7, 0)], colour)
            easel.stroke([(0, 1.0), (0.3, 1.5), (-0.1, 1.9)], 0.06, other)
        elif kind == "lamp":
            easel.box(-0.06, -0.3, 0.06, 1.0, (80, 80, 84))
            easel.shape([(-0.4, -1.0), (0.4, -1.0), (0.7, -0.2), (-0.7, -0.2)], (246, 226, 160))
            easel.oval(0, 1.0, 0.45, 0.13, fill=(80, 80, 84))
        else:
            easel.box(-0.22, 0.1, 0.22, 1.0, (240, 232, 214))
            easel.shape(arc_points(0, 0.2, 0.95, 0.95, 180, 360, 13), (206, 52, 48))
            for x, y in ((-0.4, -0.1), (0.1, -0.4), (0.5, 0.0)):
                easel.oval(x, y, 0.14, fill=(250, 250, 250), line=False)


def draw_flowers(easel: Easel, random: Random, *, left: float, right: float, low: float) -> None:
    """A row of flowers on the ground, in pixels of the canvas."""
    with easel.thing("flower", share=0.25):
        count = 3 + int(random.random() * 5)
        size = (right - left) * (0.03 + 0.02 * random.random())
        for _step in range(count):
            x = left + random.random() * (right - left)
            draw_flower(
                easel,
                x,
                low - size * (1 + 2 * random.random()),
                size,
                pick(random, BRIGHT),
                stem=size * 2.4,
            )
