"""What can be seen in the sky. Coordinates are pixels of the canvas."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from labelhub.picturebook.easel import Colour, Easel, Point, arc_points

BANDS: tuple[Colour, ...] = (
    (226, 70, 64),
    (244, 160, 60),
    (246, 226, 90),
    (96, 186, 104),
    (70, 130, 220),
    (150, 90, 190),
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the one big thing of a sky is, how far down the sky goes, and whether it is night."""

    x: float
    y: float
    size: float
    ground: float
    night: bool


def draw_sky(easel: Easel, random: Random, weather: dict[str, bool], ground: float) -> None:
    size = easel.width * (0.06 + 0.04 * random.random())
    x, y = easel.width * (0.12 + 0.76 * random.random()), ground * (0.14 + 0.2 * random.random())
    spot = Spot(x, y, size, ground, weather["night"])
    for kind, (share, draw) in SKY.items():
        if weather[kind]:
            with easel.thing(kind, share=share):
                draw(easel, random, spot)


def _stars(easel: Easel, random: Random, spot: Spot) -> None:
    for _star in range(16 + int(random.random() * 16)):
        x, y = random.random() * easel.width, random.random() * spot.ground * 0.8
        points = _star_points(x, y, 1.6 + 2.2 * random.random())
        easel.shape(points, (255, 250, 214), line=False, steady=True)


def _star_points(x: float, y: float, size: float) -> list[Point]:
    corners = ((size if step % 2 == 0 else size * 0.4, math.pi * step / 4) for step in range(8))
    return [(x + far * math.cos(at), y + far * math.sin(at)) for far, at in corners]


def _rainbow(easel: Easel, _random: Random, spot: Spot) -> None:
    for step, colour in enumerate(BANDS):
        far = easel.width * (0.52 - 0.022 * step)
        arc = arc_points(easel.width * 0.5, spot.ground + 4, far, far * 0.85, 184, 356, 25)
        easel.stroke(arc, easel.width * 0.024, colour)


def _sun(easel: Easel, _random: Random, spot: Spot) -> None:
    for step in range(10):
        at = 2 * math.pi * step / 10
        near, far = spot.size * 1.2, spot.size * 1.7
        ray = [(spot.x + d * math.cos(at), spot.y + d * math.sin(at)) for d in (near, far)]
        easel.stroke(ray, spot.size * 0.2, (252, 206, 70))
    easel.oval(spot.x, spot.y, spot.size, fill=(254, 220, 92))


def _crescent(easel: Easel, random: Random, spot: Spot) -> None:
    turn, size = 40 * random.random() - 20, spot.size
    outer = arc_points(spot.x, spot.y, size, size, 70 + turn, 290 + turn, 15)
    inside = spot.x + size * 0.42
    inner = arc_points(inside, spot.y, size * 0.82, size * 0.82, 270 + turn, 90 + turn, 15)
    easel.shape([*outer, *inner], (250, 240, 190))


def _full_moon(easel: Easel, _random: Random, spot: Spot) -> None:
    x, y, size = spot.x, spot.y, spot.size
    easel.oval(x, y, size, fill=(248, 242, 210))
    easel.oval(x - size * 0.3, y - size * 0.2, size * 0.2, fill=(226, 218, 184), line=False)
    easel.oval(x + size * 0.3, y + size * 0.3, size * 0.14, fill=(226, 218, 184), line=False)


def _clouds(easel: Easel, random: Random, spot: Spot) -> None:
    white = (250, 250, 252) if not spot.night else (110, 112, 140)
    for _cloud in range(1 + int(random.random() * 3)):
        x, y = random.random() * easel.width, spot.ground * (0.1 + 0.4 * random.random())
        far = easel.width * (0.05 + 0.03 * random.random())
        points = [
            *arc_points(x - far * 1.1, y, far * 0.8, far * 0.7, 120, 270, 6),
            *arc_points(x, y - far * 0.4, far, far * 0.9, 200, 340, 8),
            *arc_points(x + far * 1.1, y, far * 0.8, far * 0.7, 270, 420, 6),
        ]
        easel.shape(points, white)


def _lightning(easel: Easel, _random: Random, spot: Spot) -> None:
    x, size = spot.x, spot.size
    corners = ((0.0, 0.0), (0.9, 0.0), (0.3, 1.9), (1.0, 1.8), (-0.5, 4.6), (0.0, 2.6), (-0.6, 2.7))
    easel.shape([(x + dx * size, dy * size) for dx, dy in corners], (255, 244, 120))


# From back to front, with the share of each that must be in sight.
SKY: dict[str, tuple[float, Callable[[Easel, Random, Spot], None]]] = {
    "star_(sky)": (0.3, _stars),
    "rainbow": (0.2, _rainbow),
    "sun": (0.35, _sun),
    "crescent_moon": (0.35, _crescent),
    "full_moon": (0.35, _full_moon),
    "cloud": (0.25, _clouds),
    "lightning": (0.3, _lightning),
}
