"""Figures: who they are, what they wear, how they stand.

A figure's own coordinates have the middle of the head at (0, 0) and its radius as the unit; the
feet of a grown figure stand at about (0, 6.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from labelhub.picturebook.easel import Colour, shaded
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


def hair_colour(figure: Figure) -> Colour:
    return shaded(HAIR[figure.hair], figure.tone)


def _skin(random: Random) -> int:
    at = random.random()
    return next(i for i, limit in enumerate((0.1, 0.42, 0.7, 0.87, 0.991, 2)) if at < limit)
