"""Heads: hair, faces, and what is worn on them."""

from __future__ import annotations

import math

from labelhub.picturebook.easel import Colour, Easel, Point, arc_points, oval_points, shaded
from labelhub.picturebook.figures import (
    CLOTH,
    DARK,
    EYES,
    LONG,
    PALE,
    SHORT,
    SKINS,
    SMILE,
    VERY_DARK,
    Figure,
    hair_colour,
)


def draw_back_hair(easel: Easel, figure: Figure, hair: Colour) -> None:
    tag = f"{figure.hair}_hair"
    down = 0.5 + figure.length * 3.2
    wide = 1.12 + 0.25 * figure.length
    long = ("long_hair",) if figure.length > LONG else ()
    with easel.thing(tag, *long, share=0.12):
        if figure.style == "plain":
            # Strands of uneven length where it is messy.
            ends = [
                (wide * (1 - 2 * i / 8), down + (0.45 * figure.messy if i % 2 else 0))
                for i in range(9)
            ]
            easel.shape([(-1.1, -0.4), (1.1, -0.4), *ends], shaded(hair, 0.9))
        elif figure.style == "ponytail":
            with easel.thing(tag, "ponytail", *long, share=0.25):
                easel.shape(
                    [
                        (0.3, -1.0),
                        (1.4, -1.2),
                        (2.0, 0.0),
                        (1.9, 0.8 + figure.length * 2),
                        (1.2, 0.4),
                    ],
                    shaded(hair, 0.9),
                )
        else:
            with easel.thing(tag, "twintails", *long, share=0.25):
                for side in (-1, 1):
                    easel.shape(
                        [
                            (side * 0.8, -0.7),
                            (side * 1.6, -0.8),
                            (side * 2.1, 0.6),
                            (side * 1.8, 1.2 + figure.length * 2),
                            (side * 1.3, 0.6),
                        ],
                        shaded(hair, 0.9),
                    )


def draw_head(easel: Easel, figure: Figure) -> None:
    skin, hair = SKINS[figure.skin], hair_colour(figure)
    tones = {PALE: ("pale_skin",), DARK: ("dark_skin",), VERY_DARK: ("very_dark_skin",)}
    short = ("short_hair",) if figure.length < SHORT and figure.style == "plain" else ()
    who = "_girl" if figure.girl else "_boy"
    with easel.thing(who, *short, *tones.get(figure.skin, ()), share=0.2):
        for side in (-1, 1):
            easel.oval(side * 1.0, 0.12, 0.16, 0.24, fill=skin)
        if figure.girl:
            easel.shape(
                [
                    *arc_points(0, 0, 1.0, 1.0, 180, 360, 13),
                    (0.86, 0.55),
                    (0.2, 1.06),
                    (-0.2, 1.06),
                    (-0.86, 0.55),
                ],
                skin,
            )
        else:
            easel.shape(
                [
                    *arc_points(0, 0, 1.0, 1.0, 180, 360, 13),
                    (0.98, 0.6),
                    (0.6, 1.1),
                    (-0.6, 1.1),
                    (-0.98, 0.6),
                ],
                skin,
            )
    if figure.behind:
        _head_from_behind(easel, figure, hair)
        return
    _face(easel, figure, skin)
    with easel.thing(f"{figure.hair}_hair", share=0.35, degrees={"messy_hair": figure.messy}):
        _fringe(easel, figure, hair)
    if figure.bow:
        with easel.thing("hair_bow", share=0.4):
            colour = CLOTH[figure.hat_colour]
            for side in (-1, 1):
                easel.shape(
                    [(0.55, -1.0), (0.55 + side * 0.65, -1.4), (0.55 + side * 0.65, -0.6)], colour
                )
            easel.oval(0.55, -1.0, 0.17, fill=shaded(colour, 0.8))


def _head_from_behind(easel: Easel, figure: Figure, hair: Colour) -> None:
    down = 0.55 + figure.length * 3.2
    long = ("long_hair",) if figure.length > LONG else ()
    messy = {"messy_hair": figure.messy}
    with easel.thing(f"{figure.hair}_hair", "from_behind", *long, share=0.3, degrees=messy):
        ends = [
            (1.15 * (1 - 2 * i / 8), down + (0.45 * figure.messy if i % 2 else 0)) for i in range(9)
        ]
        easel.shape([*arc_points(0, -0.05, 1.12, 1.15, 180, 360, 13), *ends], hair)
    if figure.style != "plain":
        with easel.thing(f"{figure.hair}_hair", figure.style, share=0.3):
            for side in (-1, 1) if figure.style == "twintails" else (0,):
                easel.shape(
                    [
                        (side * 1.0 - 0.3, -0.5),
                        (side * 1.0 + 0.3, -0.5),
                        (side * 1.6 + 0.5, 1.6),
                        (side * 1.6, 2.4),
                        (side * 1.6 - 0.5, 1.6),
                    ],
                    shaded(hair, 0.85),
                )


def _fringe(easel: Easel, figure: Figure, hair: Colour) -> None:
    points: list[Point] = list(arc_points(0, -0.08, 1.12, 1.12, 175, 365, 13))
    strands = 6 if figure.girl else 8
    for strand in range(strands + 1):
        x = 0.98 * (1 - 2 * strand / strands)
        low = -0.28 if figure.girl else -0.5
        points.append((x, low + (0.26 if strand % 2 else -0.06) + 0.12 * abs(x)))
    easel.shape(points, hair)
    if figure.messy > 0.4:
        # What stands out of the outline makes hair look untidy: the more, the longer.
        for step in range(7):
            at = math.radians(200 + step * 23)
            far = 1.12 + (figure.messy - 0.3) * (0.85 if step % 2 else 0.55)
            turn = 0.13
            easel.shape(
                [
                    (1.05 * math.cos(at - turn), -0.08 + 1.05 * math.sin(at - turn)),
                    (far * math.cos(at + 0.1), -0.08 + far * math.sin(at + 0.1)),
                    (1.05 * math.cos(at + turn), -0.08 + 1.05 * math.sin(at + turn)),
                ],
                hair,
            )


def _face(easel: Easel, figure: Figure, skin: Colour) -> None:
    dark = shaded(skin, 0.45)
    if figure.blush:
        with easel.thing("blush", share=0.3):
            for side in (-1, 1):
                easel.oval(side * 0.6, 0.46, 0.26, 0.16, fill=(236, 110, 110), line=False)
    if figure.beard:
        with easel.thing("beard", share=0.35):
            easel.shape(
                [
                    (-0.95, 0.35),
                    (-0.45, 0.6),
                    (0.45, 0.6),
                    (0.95, 0.35),
                    (0.65, 1.15),
                    (0, 1.42),
                    (-0.65, 1.15),
                ],
                shaded(hair_colour(figure), 0.85),
            )
    for side in (-1, 1):
        if figure.eyepatch and side == 1:
            continue
        _eye(easel, figure, side)
    _brows(easel, figure)
    _mouth(easel, figure, dark)
    easel.stroke([(0, 0.3), (0.06, 0.42)], 0.05, dark)
    if figure.eyepatch:
        with easel.thing("eyepatch", share=0.4):
            easel.oval(0.4, 0.1, 0.34, 0.32, fill=(36, 34, 38))
            easel.stroke([(-0.95, -0.45), (0.4, 0.0), (1.0, 0.2)], 0.1, (36, 34, 38))
    if figure.glasses:
        with easel.thing("glasses", share=0.3):
            for side in (-1, 1):
                ring = oval_points(side * 0.42, 0.12, 0.38, 0.36, 16)
                easel.stroke([*ring, ring[0]], 0.1, (40, 40, 60))
            easel.stroke([(-0.05, 0.1), (0.05, 0.1)], 0.09, (40, 40, 60))


def _eye(easel: Easel, figure: Figure, side: int) -> None:
    x, lash = side * 0.4, (34, 28, 34)
    if figure.closed:
        with easel.thing("closed_eyes", share=0.3):
            easel.stroke(arc_points(x, 0.05, 0.25, 0.16, 10, 170), 0.1, lash)
        return
    tall = 0.3 if figure.girl else 0.22
    easel.oval(x, 0.12, 0.25, tall, fill=(252, 252, 252))
    with easel.thing(f"{figure.eyes}_eyes", share=0.4):
        easel.oval(x, 0.14, 0.18, tall * 0.82, fill=EYES[figure.eyes], line=False)
        easel.oval(x, 0.15, 0.08, tall * 0.4, fill=(20, 18, 24), line=False)
        easel.oval(x - 0.05, 0.05, 0.05, 0.06, fill=(255, 255, 255), line=False)
    easel.stroke(arc_points(x, 0.12, 0.27, tall, 200, 340, 5), 0.1 if figure.girl else 0.05, lash)


def _brows(easel: Easel, figure: Figure) -> None:
    colour = shaded(hair_colour(figure), 0.6)
    with easel.thing("_brows", share=0.3, degrees={"thick_eyebrows": figure.brows}):
        for side in (-1, 1):
            easel.stroke(
                [(side * 0.2, -0.3), (side * 0.62, -0.34)], 0.05 + 0.22 * figure.brows, colour
            )


def _mouth(easel: Easel, figure: Figure, dark: Colour) -> None:
    curve = figure.curve
    smiling = ("smile",) if curve > SMILE else ()
    lightly = curve / SMILE if 0 < curve <= SMILE and not figure.open_mouth else 0.0
    opened = ("open_mouth",) if figure.open_mouth else ()
    with easel.thing(*smiling, *opened, share=0.35, degrees={"light_smile": lightly}):
        if figure.open_mouth:
            tall = 0.16 + 0.1 * abs(curve)
            easel.shape(
                [
                    *arc_points(0, 0.62, 0.26, 0.04, 180, 360, 5),
                    *arc_points(0, 0.62, 0.26, tall * 1.5, 0, 180, 7),
                ]
                if curve > SMILE
                else oval_points(0, 0.68, 0.15, tall, 12),
                (150, 40, 46),
            )
        else:
            wide = 0.34
            points = [
                (wide * (step - 2) / 2, 0.64 + 0.26 * curve * (1 - ((step - 2) / 2) ** 2))
                for step in range(5)
            ]
            easel.stroke(points, 0.11, dark)


def draw_hat(easel: Easel, figure: Figure) -> None:
    colour = CLOTH[figure.hat_colour]
    if figure.hat == "cap":
        with easel.thing("hat", share=0.35):
            easel.shape([*arc_points(0, -0.5, 1.15, 0.95, 180, 360, 11)], colour)
            easel.shape(
                [(-1.6, -0.62), (1.6, -0.62), (1.5, -0.36), (-1.5, -0.36)], shaded(colour, 0.8)
            )
    elif figure.hat == "witch":
        with easel.thing("witch_hat", share=0.35):
            dark = shaded(colour, 0.5)
            easel.shape([(-1.0, -0.7), (1.0, -0.7), (0.35, -2.2), (0.9, -2.9), (-0.1, -2.5)], dark)
            easel.shape([(-1.9, -0.55), (0, -0.85), (1.9, -0.55), (0, -0.35)], dark)
            easel.stroke([(-0.95, -0.85), (0.95, -0.85)], 0.2, (230, 190, 70))
    elif figure.hat == "top":
        with easel.thing("top_hat", share=0.35):
            easel.box(-0.85, -2.3, 0.85, -0.75, (36, 34, 40))
            easel.stroke([(-0.85, -0.98), (0.85, -0.98)], 0.26, colour)
            easel.box(-1.5, -0.8, 1.5, -0.58, (36, 34, 40))
    elif figure.hat == "crown":
        with easel.thing("crown", share=0.35):
            easel.shape(
                [
                    (-0.8, -0.8),
                    (0.8, -0.8),
                    (0.95, -1.75),
                    (0.45, -1.2),
                    (0, -1.85),
                    (-0.45, -1.2),
                    (-0.95, -1.75),
                ],
                (242, 200, 62),
            )
