"""Figures: who they are, what they wear, how they stand, and how they are drawn.

A figure's own coordinates have the middle of the head at (0, 0) and its radius as the unit; the
feet of a grown figure stand at about (0, 6.2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from labelhub.picturebook.easel import Colour, Easel, Place, Point, arc_points, oval_points, shaded
from labelhub.picturebook.tags import EYE_COLOURS, HAIR_COLOURS

SKINS: tuple[Colour, ...] = (
    (252, 236, 228),  # pale
    (247, 214, 188),
    (236, 192, 158),
    (212, 160, 118),
    (150, 98, 64),  # dark
    (88, 54, 38),  # very dark
)
PALE, DARK, VERY_DARK = 0, 4, 5
HAIR: dict[str, Colour] = {
    "black": (38, 34, 40),
    "brown": (112, 70, 42),
    "blonde": (238, 206, 110),
    "red": (186, 48, 36),
    "blue": (66, 104, 196),
    "pink": (240, 150, 184),
    "green": (74, 150, 84),
    "white": (238, 238, 242),
}
EYES: dict[str, Colour] = {
    "blue": (50, 110, 220),
    "red": (210, 40, 40),
    "green": (50, 160, 70),
    "brown": (110, 66, 36),
}
CLOTH: dict[str, Colour] = {
    "red": (206, 52, 50),
    "white": (246, 246, 246),
    "black": (44, 42, 48),
    "blue": (70, 110, 190),
    "green": (84, 150, 96),
    "yellow": (236, 196, 80),
    "purple": (140, 96, 176),
    "grey": (140, 144, 150),
}
SMILE = 0.5
SHORT, LONG = 0.3, 0.6  # lengths of hair up to and from which it is called so


@dataclass(frozen=True, slots=True)
class Figure:
    """One person. Numbers from 0 to 1 where a word is a matter of degree."""

    girl: bool
    skin: int
    hair: str
    length: float
    messy: float
    style: str  # plain, ponytail, twintails
    eyes: str
    closed: bool
    open_mouth: bool
    curve: float  # of the mouth, from -0.5 to 1
    brows: float
    blush: bool
    glasses: bool
    beard: bool
    eyepatch: bool
    behind: bool
    hat: str  # none, cap, witch, top, crown
    hat_colour: str
    bow: bool
    outfit: str  # dress, skirt, pants
    top_colour: str
    bottom_colour: str
    pattern: str  # none, stripes, dots
    apron: bool
    scarf: bool
    necktie: bool
    cape: bool
    boots: bool
    wings: bool
    halo: bool
    tone: float  # how light the hair is for its colour
    pose: str  # down, up, holding
    held: str  # nothing, umbrella, balloon, sword, book, flower
    sitting: bool
    childlike: float

    @property
    def body(self) -> float:
        """How tall the body is against a grown figure's."""
        return 1.0 - 0.5 * self.childlike

    @property
    def foot(self) -> float:
        """Where the feet are."""
        return 0.9 + self.body * (4.0 if self.sitting else 5.4)


def figure(random: Random, *, girl: bool, raining: bool) -> Figure:
    def chance(share: float) -> bool:
        return random.random() < share

    def one_of(*choices: tuple[str, float]) -> str:
        at = random.random() * sum(weight for _name, weight in choices)
        for name, weight in choices:
            at -= weight
            if at < 0:
                return name
        return choices[-1][0]

    length = random.random() if girl else random.random() ** 2 * (1.0 if chance(0.3) else 0.45)
    behind = chance(0.07)
    pose = one_of(("down", 0.52), ("up", 0.13), ("holding", 0.35))
    if raining and chance(0.6):
        pose = "holding"
    held = "nothing"
    if pose == "holding":
        held = one_of(
            ("umbrella", 0.25), ("balloon", 0.2), ("book", 0.2), ("flower", 0.2), ("sword", 0.15)
        )
        if raining and chance(0.8):
            held = "umbrella"
    hat = one_of(("none", 0.76), ("cap", 0.11), ("witch", 0.1), ("top", 0.011), ("crown", 0.012))
    outfit = one_of(("dress", 0.4), ("skirt", 0.32), ("pants", 0.28)) if girl else "pants"
    colours = ("red", "white", "black", "blue", "green", "yellow", "purple", "grey")
    closed = chance(0.12)
    return Figure(
        girl=girl,
        skin=_skin(random),
        hair=HAIR_COLOURS[int(random.random() * len(HAIR_COLOURS))],
        length=length,
        messy=random.random() ** 1.6,
        style=one_of(("plain", 0.66), ("ponytail", 0.17), ("twintails", 0.17)) if girl else "plain",
        eyes=EYE_COLOURS[int(random.random() * len(EYE_COLOURS))],
        closed=closed,
        open_mouth=chance(0.24),
        curve=-0.5 + 1.5 * random.random(),
        brows=random.random() ** 1.5,
        blush=chance(0.16),
        glasses=chance(0.15),
        beard=not girl and chance(0.3),
        eyepatch=not closed and chance(0.013),
        behind=behind,
        hat=hat,
        hat_colour=colours[int(random.random() * len(colours))],
        bow=girl and hat == "none" and chance(0.2),
        outfit=outfit,
        top_colour=one_of(
            ("red", 0.2), ("white", 0.25), ("black", 0.16), *((c, 0.08) for c in colours[3:])
        ),
        bottom_colour=colours[int(random.random() * len(colours))],
        pattern=one_of(("none", 0.7), ("stripes", 0.16), ("dots", 0.14)),
        apron=chance(0.1) and not behind,
        scarf=chance(0.1),
        necktie=chance(0.14) and outfit != "dress",
        cape=chance(0.08),
        boots=chance(0.28),
        wings=chance(0.0115),
        halo=hat == "none" and chance(0.014),
        tone=0.85 + 0.3 * random.random(),
        pose=pose,
        held=held,
        sitting=chance(0.16),
        childlike=random.random() ** 2.2,
    )


def _hair(figure: Figure) -> Colour:
    return shaded(HAIR[figure.hair], figure.tone)


def _skin(random: Random) -> int:
    at = random.random()
    return next(i for i, limit in enumerate((0.1, 0.42, 0.7, 0.87, 0.991, 2)) if at < limit)


def draw_figure(easel: Easel, figure: Figure, place: Place) -> None:
    """Draw a figure from back to front."""
    with easel.at(place), easel.thing():
        _behind_the_body(easel, figure)
        _legs(easel, figure)
        _torso(easel, figure)
        _arms(easel, figure)
        _neckwear(easel, figure)
        _head(easel, figure)
        _hat(easel, figure)


def _behind_the_body(easel: Easel, figure: Figure) -> None:
    b, hair = figure.body, _hair(figure)
    if figure.wings:
        with easel.thing("wings", share=0.25):
            for side in (-1, 1):
                easel.shape(
                    [
                        (0, 1.4),
                        (side * 2.2, -0.2),
                        (side * 3.0, 1.0),
                        (side * 2.5, 1.9),
                        (side * 1.9, 2.5),
                        (0, 2.4),
                    ],
                    (244, 244, 250),
                )
    if figure.cape:
        with easel.thing("cape", share=0.2):
            easel.shape(
                [
                    (-1.1, 1.2),
                    (1.1, 1.2),
                    (2.0, 0.9 + 4.0 * b),
                    (0, 0.9 + 4.3 * b),
                    (-2.0, 0.9 + 4.0 * b),
                ],
                shaded(CLOTH[figure.hat_colour], 0.8),
            )
    if figure.halo:
        with easel.thing("halo", share=0.25):
            easel.oval(0, -1.75, 0.85, 0.28, fill=(250, 222, 90))
            easel.oval(0, -1.75, 0.6, 0.14, fill=(255, 255, 240))
    if figure.behind:
        return
    _back_hair(easel, figure, hair)


def _back_hair(easel: Easel, figure: Figure, hair: Colour) -> None:
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


def _legs(easel: Easel, figure: Figure) -> None:
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


def _torso(easel: Easel, figure: Figure) -> None:
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


def _arms(easel: Easel, figure: Figure) -> None:
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


def _neckwear(easel: Easel, figure: Figure) -> None:
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


def _head(easel: Easel, figure: Figure) -> None:
    skin, hair = SKINS[figure.skin], _hair(figure)
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
                shaded(_hair(figure), 0.85),
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
    colour = shaded(_hair(figure), 0.6)
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


def _hat(easel: Easel, figure: Figure) -> None:
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
