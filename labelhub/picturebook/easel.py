"""Where scenes are drawn, and how it is known what can be seen of them.

Every shape is drawn twice: in colour, and as a number into a map of the canvas. What lies in front
or beyond the edge hides what is behind it in that map as in the picture, so counting its numbers
says exactly which things are visible.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]

OVERSAMPLED = 2  # drawn at twice the size and reduced, which smooths the edges
VISIBLE = 0.4  # the share of a thing that must be in sight
LEAST_PIXELS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drawing's own coordinates lie on the canvas.

    `angle` in radians; `tilt` over 0 looks down on it: what is lower is farther away.
    """

    x: float
    y: float
    scale: float
    angle: float = 0.0
    tilt: float = 0.0
    mirrored: bool = False

    def put(self, point: Point) -> Point:
        x, y = point
        if self.mirrored:
            x = -x
        if self.tilt:
            far = 1 + self.tilt * 0.16 * max(y + 1, 0)
            x, y = x / far, (y + 1) * (1 - 0.25 * self.tilt) / far**0.5 - 1
        sin, cos = math.sin(self.angle), math.cos(self.angle)
        return (
            self.x + self.scale * (x * cos - y * sin),
            self.y + self.scale * (x * sin + y * cos),
        )


@dataclass(frozen=True, slots=True)
class Style:
    """How a picture is drawn: the line around shapes, and how steady the hand is."""

    line: Colour | None = (30, 25, 30)
    width: float = 1.0  # pixels of the finished picture
    wobble: float = 0.0  # pixels


@dataclass(slots=True)
class Thing:
    """Something drawn, the tags it stands for, and its area on an endless canvas in pixels."""

    tags: tuple[str, ...]
    share: float
    degrees: dict[str, float]  # of tags that are a matter of taste: how much it is so, from 0 to 1
    area: float = 0.0


@dataclass(slots=True)
class Easel:
    """`colour` false draws the map alone: enough to know the truth, at a fraction of the time."""

    width: int
    height: int
    style: Style
    random: Random  # for the wobble alone
    colour: bool
    image: Image.Image = field(init=False)
    place: Place = Place(0, 0, 1)
    _pen: ImageDraw.ImageDraw = field(init=False)
    _map: Image.Image = field(init=False)
    _marker: ImageDraw.ImageDraw = field(init=False)
    _things: list[Thing] = field(init=False)
    _current: int = 0

    def __post_init__(self) -> None:
        size = (self.width * OVERSAMPLED, self.height * OVERSAMPLED)
        self.image = Image.new("RGB", size if self.colour else (1, 1), "white")
        self._pen = ImageDraw.Draw(self.image)
        self._map = Image.new("L", (self.width, self.height))
        self._marker = ImageDraw.Draw(self._map)
        self._things = [Thing((), 0, {})]

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        before, self.place = self.place, place
        yield
        self.place = before

    @contextmanager
    def thing(
        self, *tags: str, share: float = VISIBLE, degrees: dict[str, float] | None = None
    ) -> Iterator[None]:
        """All shapes drawn within are one thing; it counts when `share` of it can be seen."""
        before = self._current
        self._things.append(Thing(tags, share, degrees or {}))
        self._current = len(self._things) - 1
        if self._current > 255:
            raise ValueError("A scene has room for 255 things.")
        yield
        self._current = before

    def shape(
        self, points: Iterable[Point], fill: Colour, *, line: bool = True, steady: bool = False
    ) -> None:
        """A filled polygon in the coordinates of the place."""
        placed = [self.place.put(point) for point in points]
        wobble = 0.0 if steady else self.style.wobble
        if wobble:
            uniform = self.random.uniform
            placed = [
                (x + uniform(-wobble, wobble), y + uniform(-wobble, wobble)) for x, y in placed
            ]
        self._marker.polygon([(round(x), round(y)) for x, y in placed], fill=self._current)
        self._things[self._current].area += _area(placed)
        if self.colour:
            outline = self.style.line if line and self.style.width > 0 else None
            width = max(1, round(self.style.width * OVERSAMPLED))
            self._pen.polygon(_fine(placed), fill=fill, outline=outline, width=width)

    def overlay(self, points: Iterable[Point], colour: Colour) -> None:
        """Paint over what is there without hiding it: rain, writing, a watermark."""
        if self.colour:
            self._pen.polygon(_fine([self.place.put(point) for point in points]), fill=colour)

    def blend(self, shapes: Iterable[Sequence[Point]], colour: Colour, strength: float) -> None:
        """Paint shapes half transparently, hiding nothing."""
        if not self.colour:
            return
        mask = Image.new("L", self.image.size)
        pen = ImageDraw.Draw(mask)
        for points in shapes:
            pen.polygon(_fine(list(points)), fill=round(255 * strength))
        self.image.paste(colour, (0, 0), mask)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        *,
        fill: Colour,
        line: bool = True,
        steady: bool = False,
    ) -> None:
        self.shape(oval_points(x, y, rx, rx if ry is None else ry), fill, line=line, steady=steady)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line of the given width, in the coordinates of the place, without an outline."""
        for start, end in zip(points, points[1:], strict=False):
            dx, dy = end[0] - start[0], end[1] - start[1]
            length = math.hypot(dx, dy) or 1
            nx, ny = -dy / length * width / 2, dx / length * width / 2
            self.shape(
                [
                    (start[0] + nx, start[1] + ny),
                    (end[0] + nx, end[1] + ny),
                    (end[0] - nx, end[1] - ny),
                    (start[0] - nx, start[1] - ny),
                ],
                colour,
                line=False,
                steady=True,
            )

    def seen(self) -> list[Thing]:
        """The things that can be seen, in the order they were drawn."""
        counts = self._map.histogram()
        return [
            thing
            for thing, count in zip(self._things, counts, strict=False)
            if count >= max(LEAST_PIXELS, thing.share * thing.area)
        ]

    def warp(self, corners: Sequence[Point]) -> None:
        """Look at it askew: four corners, clockwise from the upper left, become the canvas's."""
        (left, top), (right, upper), (far, low), (near, lower) = corners
        quad = (left, top, near, lower, far, low, right, upper)
        size = (self.width, self.height)
        self._map = self._map.transform(size, Image.Transform.QUAD, quad, Image.Resampling.NEAREST)
        if self.colour:
            fine = [value * OVERSAMPLED for value in quad]
            self.image = self.image.transform(
                self.image.size, Image.Transform.QUAD, fine, Image.Resampling.BILINEAR
            )

    def finished(self) -> Image.Image:
        return self.image.reduce(OVERSAMPLED)


def oval_points(x: float, y: float, rx: float, ry: float, count: int = 24) -> list[Point]:
    return [
        (x + rx * math.cos(at), y + ry * math.sin(at))
        for at in (2 * math.pi * step / count for step in range(count))
    ]


def arc_points(
    x: float, y: float, rx: float, ry: float, start: float, end: float, count: int = 9
) -> list[Point]:
    """Points along an oval from `start` to `end`, in degrees, clockwise from the right."""
    angles = (math.radians(start + (end - start) * step / (count - 1)) for step in range(count))
    return [(x + rx * math.cos(at), y + ry * math.sin(at)) for at in angles]


def shaded(colour: Colour, by: float) -> Colour:
    """Darker for `by` under 1, lighter over 1."""
    red, green, blue = (min(255, round(part * by)) for part in colour)
    return red, green, blue


def _fine(points: list[Point]) -> list[tuple[int, int]]:
    # Whole numbers, so that the last bit of a sine makes no difference on another machine.
    return [(round(x * OVERSAMPLED), round(y * OVERSAMPLED)) for x, y in points]


def _area(points: list[Point]) -> float:
    following = [*points[1:], points[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))) / 2
