"""Bodies: legs, clothes, arms, and what is held in them."""

from __future__ import annotations

import math

from labelhub.picturebook.easel import Colour, Easel, Point, arc_points, shaded
from labelhub.picturebook.figures import CLOTH, SKINS, Figure


def draw_legs(easel: Easel, figure: Figure) -> None:
    b, skin = figure.body, SKINS[figure.skin]
    hip, foot = 0.9 + 2.4 * b, figure.foot
    cloth = CLOTH[figure.bottom_colour]
    bare = figure.outfit != "pants"
    wide = 0.36 if figure.girl else 0.44
    small = {"chibi": figure.childlike}
    with easel.thing("_legs", *(() if bare else ("pants",)), share=0.35, degrees=small):
        for side in (-1, 1):
            x = side * 0.5
            out = x * (2.3 if figure.sitting else 1.15)
            knee = foot if figure.sitting else (hip + foot) / 2
            colour = skin if bare else cloth
            easel.shape(
                [(x - wide, hip), (x + wide, hip), (out + wide, knee), (out - wide, knee)], colour
            )
            if not figure.sitting:
                easel.shape(
                    [
                        (out - wide, knee),
                        (out + wide, knee),
                        (out + wide * 0.85, foot),
                        (out - wide * 0.85, foot),
                    ],
                    colour,
                )
    with easel.thing("_feet", *(("boots",) if figure.boots else ()), share=0.4):
        shoe = shaded(CLOTH[figure.hat_colour], 0.6) if figure.boots else (70, 60, 64)
        for side in (-1, 1):
            x = side * 0.5 * (2.3 if figure.sitting else 1.15)
            top = foot - (1.25 * b if figure.boots else 0.1)
            easel.shape(
                [
                    (x - 0.5, top),
                    (x + 0.5, top),
                    (x + 0.5, foot + 0.1),
                    (x + side * 0.85, foot + 0.4),
                    (x - side * 0.5, foot + 0.4),
                ],
                shoe,
            )
    if figure.sitting:
        with easel.thing("sitting", share=0.3):
            easel.shape(
                [(-1.7, foot - 0.7), (1.7, foot - 0.7), (1.5, foot + 1.6), (-1.5, foot + 1.6)],
                (150, 112, 78),
            )
            easel.shape(
                [(-1.9, foot - 0.9), (1.9, foot - 0.9), (1.9, foot - 0.4), (-1.9, foot - 0.4)],
                (176, 136, 96),
            )
        for side in (-1, 1):
            x = side * 0.75
            colour = skin if bare else cloth
            easel.shape(
                [
                    (x - 0.4, foot - 0.9),
                    (x + 0.4, foot - 0.9),
                    (x + 0.36, foot + 0.7),
                    (x - 0.36, foot + 0.7),
                ],
                colour,
            )


def draw_torso(easel: Easel, figure: Figure) -> None:
    b = figure.body
    shoulder = 0.95 if figure.girl else 1.3
    waist = 0.72 if figure.girl else 1.05
    hip = 0.9 + 2.4 * b
    cloth, under = CLOTH[figure.top_colour], CLOTH[figure.bottom_colour]
    easel.shape([(-0.32, 0.7), (0.32, 0.7), (0.4, 1.3), (-0.4, 1.3)], SKINS[figure.skin])
    top = [
        (-shoulder, 1.25),
        (shoulder, 1.25),
        (waist, 0.9 + 1.5 * b),
        (waist + 0.1, hip),
        (-waist - 0.1, hip),
        (-waist, 0.9 + 1.5 * b),
    ]
    if figure.outfit == "dress":
        hem = 0.9 + (3.0 + 1.2 * (1 - figure.childlike)) * b
        named = f"{figure.top_colour}_dress"
        tags = ("dress", *((named,) if named in ("black_dress", "white_dress") else ()))
        with easel.thing(*tags, *_pattern_tags(figure), share=0.3):
            skirt = [(-waist, 0.9 + 1.4 * b), (waist, 0.9 + 1.4 * b), (1.9, hem), (-1.9, hem)]
            easel.shape(top, cloth)
            easel.shape(skirt, cloth)
            _pattern(easel, figure, skirt, cloth)
            _pattern(easel, figure, top, cloth)
    else:
        if figure.outfit == "skirt":
            with easel.thing("skirt", share=0.35):
                hem = 0.9 + 3.5 * b
                easel.shape(
                    [(-waist, hip - 0.5 * b), (waist, hip - 0.5 * b), (1.5, hem), (-1.5, hem)],
                    under,
                )
                for x in (-0.6, 0, 0.6):
                    easel.stroke([(x * 0.6, hip), (x * 1.4, hem)], 0.07, shaded(under, 0.75))
        named = f"{figure.top_colour}_shirt"
        tags = ("shirt", *((named,) if named in ("red_shirt", "white_shirt") else ()))
        with easel.thing(*tags, *_pattern_tags(figure), share=0.3):
            easel.shape(top, cloth)
            _pattern(easel, figure, top, cloth)
            easel.shape([(-0.42, 1.2), (0.42, 1.2), (0, 1.65)], SKINS[figure.skin])
    if figure.apron:
        with easel.thing("apron", share=0.35):
            white = (250, 250, 246) if figure.top_colour != "white" else (226, 214, 190)
            low = 0.9 + 3.2 * b
            easel.shape(
                [
                    (-0.55, 1.5),
                    (0.55, 1.5),
                    (0.7, 0.9 + 1.6 * b),
                    (1.15, low),
                    (-1.15, low),
                    (-0.7, 0.9 + 1.6 * b),
                ],
                white,
            )
            easel.stroke([(-0.55, 1.5), (-0.75, 1.2)], 0.14, white)
            easel.stroke([(0.55, 1.5), (0.75, 1.2)], 0.14, white)
            easel.box(-0.4, 0.9 + 2.0 * b, 0.4, 0.9 + 2.6 * b, shaded(white, 0.92))


def _pattern_tags(figure: Figure) -> tuple[str, ...]:
    return {"none": (), "stripes": ("striped_clothes",), "dots": ("polka_dot",)}[figure.pattern]


def _pattern(easel: Easel, figure: Figure, area: list[Point], cloth: Colour) -> None:
    if figure.pattern == "none":
        return
    ink = shaded(cloth, 0.55) if sum(cloth) > 330 else (226, 226, 220)
    low, high = min(y for _x, y in area), max(y for _x, y in area)
    rows = max(2, round((high - low) / 0.42))
    for row in range(rows):
        y = low + (row + 0.5) * (high - low) / rows
        left, right = _span(area, y)
        if figure.pattern == "stripes":
            easel.stroke([(left + 0.05, y), (right - 0.05, y)], 0.17, ink)
        else:
            count = max(1, round((right - left) / 0.5))
            for dot in range(count):
                x = left + (dot + (0.7 if row % 2 else 0.35)) * (right - left) / count
                if x < right - 0.08:
                    easel.oval(x, y, 0.11, fill=ink, line=False, steady=True)


def _span(area: list[Point], y: float) -> tuple[float, float]:
    """Where the level `y` enters and leaves a polygon that is wide at most once."""
    xs = []
    for (ax, ay), (bx, by) in zip(area, [*area[1:], area[0]], strict=True):
        if ay != by and min(ay, by) <= y <= max(ay, by):
            xs.append(ax + (bx - ax) * (y - ay) / (by - ay))
    return (min(xs), max(xs)) if xs else (0.0, 0.0)


def draw_arms(easel: Easel, figure: Figure) -> None:
    b = figure.body
    shoulder = 0.85 if figure.girl else 1.15
    sleeve = CLOTH[figure.top_colour]
    wide = 0.26 if figure.girl else 0.34
    for side in (-1, 1):
        start = (side * shoulder, 1.5)
        if figure.pose == "up":
            elbow, hand = (side * (shoulder + 0.75), 0.9), (side * (shoulder + 0.7), -0.8)
        elif figure.pose == "holding" and side == 1:
            elbow, hand = (
                (side * (shoulder + 0.5), 1.5 + 1.0 * b),
                (side * (shoulder + 1.0), 1.3 + 0.3 * b),
            )
        else:
            elbow, hand = (
                (side * (shoulder + 0.35), 1.5 + 1.0 * b),
                (side * (shoulder + 0.3), 1.5 + 2.0 * b),
            )
        if figure.pose == "holding" and side == 1:
            _held(easel, figure, hand)
        # One thing for each arm: both must be in sight for arms_up, or the pose is not.
        with easel.thing(*(("_arm_up",) if figure.pose == "up" else ()), share=0.4):
            easel.stroke([start, elbow], wide * 2, sleeve)
            easel.oval(*elbow, wide, fill=sleeve, line=False)
            easel.stroke([elbow, hand], wide * 1.7, SKINS[figure.skin])
            easel.oval(*hand, wide * 1.15, fill=SKINS[figure.skin])


def _held(easel: Easel, figure: Figure, hand: Point) -> None:
    x, y = hand
    colour = CLOTH[figure.bottom_colour]
    if figure.held == "umbrella":
        with easel.thing("holding_umbrella", share=0.3):
            easel.stroke([(x, y + 0.4), (x, y - 3.6)], 0.12, (90, 80, 76))
            easel.shape(arc_points(x - 0.6, y - 2.9, 2.2, 1.5, 180, 360, 13), colour)
            for part in (-0.75, 0, 0.75):
                easel.stroke(
                    [(x - 0.6 + part * 1.4, y - 2.9), (x - 0.6 + part * 0.4, y - 4.35)],
                    0.06,
                    shaded(colour, 0.7),
                )
    elif figure.held == "balloon":
        with easel.thing("balloon", "holding", share=0.35):
            easel.stroke([(x, y), (x + 0.4, y - 2.4)], 0.07, (110, 110, 110))
            easel.oval(x + 0.5, y - 3.3, 0.8, 0.98, fill=colour)
            easel.oval(x + 0.25, y - 3.65, 0.17, 0.27, fill=shaded(colour, 1.5), line=False)
            easel.shape([(x + 0.3, y - 2.2), (x + 0.6, y - 2.2), (x + 0.45, y - 2.4)], colour)
    elif figure.held == "sword":
        with easel.thing("sword", "holding", share=0.35):
            easel.shape(
                [
                    (x - 0.17, y - 0.3),
                    (x + 0.17, y - 0.3),
                    (x + 0.12, y - 3.0),
                    (x, y - 3.5),
                    (x - 0.12, y - 3.0),
                ],
                (206, 212, 222),
            )
            easel.box(x - 0.5, y - 0.45, x + 0.5, y - 0.25, (180, 150, 60))
            easel.box(x - 0.11, y - 0.3, x + 0.11, y + 0.5, (90, 60, 40))
    elif figure.held == "book":
        with easel.thing("holding_book", share=0.4):
            easel.shape(
                [(x - 0.9, y - 1.1), (x, y - 0.9), (x, y + 0.35), (x - 0.9, y + 0.15)], colour
            )
            easel.shape(
                [(x + 0.9, y - 1.1), (x, y - 0.9), (x, y + 0.35), (x + 0.9, y + 0.15)], colour
            )
            easel.shape(
                [(x - 0.75, y - 1.15), (x, y - 0.95), (x, y + 0.2), (x - 0.75, y)], (250, 248, 238)
            )
            easel.shape(
                [(x + 0.75, y - 1.15), (x, y - 0.95), (x, y + 0.2), (x + 0.75, y)], (250, 248, 238)
            )
    elif figure.held == "flower":
        with easel.thing("flower", "holding", share=0.35):
            draw_flower(easel, x, y - 1.2, 0.55, colour, stem=1.4)


def draw_flower(
    easel: Easel, x: float, y: float, size: float, colour: Colour, *, stem: float
) -> None:
    easel.stroke([(x, y), (x, y + stem)], size * 0.2, (70, 130, 60))
    petal = colour if sum(colour) > 250 else (230, 120, 160)
    for step in range(5):
        at = 2 * math.pi * step / 5 - math.pi / 2
        easel.oval(
            x + size * 0.62 * math.cos(at), y + size * 0.62 * math.sin(at), size * 0.44, fill=petal
        )
    easel.oval(x, y, size * 0.36, fill=(246, 206, 70))


def draw_neckwear(easel: Easel, figure: Figure) -> None:
    colour = CLOTH[figure.hat_colour]
    b = figure.body
    if figure.necktie and not figure.behind:
        with easel.thing("necktie", share=0.4):
            easel.shape([(-0.2, 1.25), (0.2, 1.25), (0.14, 1.55), (-0.14, 1.55)], colour)
            easel.shape(
                [
                    (-0.15, 1.55),
                    (0.15, 1.55),
                    (0.3, 1.3 + 1.4 * b),
                    (0, 1.6 + 1.4 * b),
                    (-0.3, 1.3 + 1.4 * b),
                ],
                colour,
            )
    if figure.scarf:
        with easel.thing("scarf", share=0.35):
            easel.oval(0, 1.12, 0.95, 0.36, fill=colour)
            easel.shape([(0.3, 1.2), (0.8, 1.2), (0.95, 2.6), (0.45, 2.6)], shaded(colour, 0.88))
            easel.stroke([(0.42, 2.3), (0.9, 2.3)], 0.12, shaded(colour, 0.6))
