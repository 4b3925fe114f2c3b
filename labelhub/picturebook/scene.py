"""A scene: what is in the picture, drawn on an easel, and what can be seen of it.

Everything random is decided in one order from one source, so drawing in colour and finding out the
truth alone go the same way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageEnhance

from labelhub.picturebook import photo
from labelhub.picturebook.easel import Easel, Place, Style, Thing
from labelhub.picturebook.figures import Figure, figure
from labelhub.picturebook.overlays import write
from labelhub.picturebook.people import draw_figure
from labelhub.picturebook.places import PLAIN, draw_falling, draw_outdoors, draw_plain, draw_room
from labelhub.picturebook.tags import COLOURED, SUBJECTIVE, TAGS, with_implied
from labelhub.picturebook.things import ANIMALS, STRANGERS, draw_animal, draw_stranger

SIZES = ((256, 256), (240, 320), (320, 240), (288, 288), (256, 336), (304, 256))
LANDSCAPES = ("field", "field", "beach", "forest", "city", "mountain")
# How much it takes until each of the three people says so.
LINES: dict[str, tuple[float, float, float]] = {
    "chibi": (0.42, 0.55, 0.68),
    "colorful": (0.66, 0.76, 0.86),
    "light_smile": (0.3, 0.48, 0.66),
    "messy_hair": (0.5, 0.64, 0.78),
    "thick_eyebrows": (0.56, 0.7, 0.84),
}
CLOSE = (
    0.235  # the radius of a head, as a share of the picture's shorter side, from which it is close
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What can be seen in a picture: exact tags, how much of each subjective one, and the picture
    itself where it was drawn.
    """

    tags: frozenset[str]
    degrees: dict[str, float]
    image: Image.Image | None

    def opinion(self, person: int) -> frozenset[str]:
        """Everything one of the three people (0, 1, 2) sees in it."""
        said = {tag for tag in SUBJECTIVE if self.degrees.get(tag, 0) >= LINES[tag][person]}
        return self.tags | said


def scene(random: Random, *, photograph: bool, colour: bool) -> Scene:
    """Compose a scene; `colour` false leaves the picture out and takes a fraction of the time."""
    width, height = SIZES[int(random.random() * len(SIZES))]
    easel = Easel(width, height, _style(random, photograph), Random(random.getrandbits(32)), colour)
    vivid = random.random()
    grey = random.random() < 0.06
    above = random.random() < 0.09
    weather = _weather(random)
    ground = _background(easel, random, weather, above=above)
    people = _people(random, raining=weather["rain"] and ground > 0)
    spots = _spots(easel, people, random, above=above)
    _company(easel, random, ground, weather, alone=not people, above=above)
    for each, place in zip(people, spots, strict=True):
        draw_figure(easel, each, place)
    falling = {kind for kind in ("rain", "snow") if weather[kind] and ground > 0}
    for kind in sorted(falling):
        draw_falling(easel, kind, random)
    if photograph:
        easel.warp(_askew(random, width, height))
    written = write(easel, random)
    seen = easel.seen()
    tags = falling | written | _counted(seen, people) | _framed(seen, spots, width, height)
    tags |= {tag for thing in seen for tag in thing.tags if not tag.startswith("_")}
    if above and people:
        tags.add("from_above")
    image = _finished(easel, random, vivid, grey, photograph) if colour else None
    return _scene(tags, _degrees(seen) | {"colorful": vivid}, image, grey=grey)


def _scene(
    tags: set[str], degrees: dict[str, float], image: Image.Image | None, *, grey: bool
) -> Scene:
    tags = with_implied(tags)
    if grey:
        tags = tags - set(COLOURED) | {"monochrome"}
        degrees = {tag: degree for tag, degree in degrees.items() if tag not in COLOURED}
    if unknown := tags - set(TAGS):
        raise ValueError(f"Tags that are not in the vocabulary: {sorted(unknown)}")
    return Scene(frozenset(tags), degrees, image)


def _degrees(seen: list[Thing]) -> dict[str, float]:
    """The highest degree of each subjective tag among the things in sight."""
    found: dict[str, float] = {}
    for thing in seen:
        for tag, degree in thing.degrees.items():
            found[tag] = max(degree, found.get(tag, 0))
    return found


def _finished(
    easel: Easel, random: Random, vivid: float, grey: bool, photograph: bool
) -> Image.Image:
    dull, bright = (0.3, 1.1) if photograph else (0.45, 1.55)
    image = ImageEnhance.Color(easel.finished()).enhance(dull + (bright - dull) * vivid)
    if photograph:
        image = photo.photographed(image, random)
    return image.convert("L").convert("RGB") if grey else image


def _style(random: Random, photograph: bool) -> Style:
    at, width, wobble = random.random(), 0.5 + 1.6 * random.random(), random.random()
    if photograph or at < 0.12:
        return Style(None, 0, 0)
    lines = ((28, 24, 28), (28, 24, 28), (70, 44, 34), (40, 44, 96), (250, 250, 250))
    line = lines[int(at * len(lines)) % len(lines)] if at > 0.3 else lines[0]
    return Style(line, width, 1.1 * wobble if wobble > 0.5 else 0)


def _weather(random: Random) -> dict[str, bool]:
    def chance(share: float) -> bool:
        return random.random() < share

    night, falling = chance(0.28), random.random()
    rain, snow = falling < 0.16, 0.16 <= falling < 0.29
    lightning, rainbow, sun = chance(0.04), chance(0.06), chance(0.5)
    moon, stars, cloud = random.random(), chance(0.65), chance(0.42)
    clear = not rain and not snow
    return {
        "night": night,
        "rain": rain,
        "snow": snow,
        "lightning": lightning,
        "rainbow": rainbow and not night,
        "sun": sun and not night and clear and not lightning,
        "crescent_moon": night and moon < 0.4,
        "full_moon": night and 0.4 <= moon < 0.7,
        "star_(sky)": night and stars,
        "cloud": cloud,
    }


def _background(easel: Easel, random: Random, weather: dict[str, bool], *, above: bool) -> float:
    """Draw it; the level at which the ground begins, or 0 where there is no outdoors."""
    where = random.random()
    if where < 0.36:
        kinds = (*PLAIN, "white_background", "other", "gradient_background")
        draw_plain(easel, kinds[int(random.random() * len(kinds))], random)
        return 0
    if above:
        _floor(easel, random, indoors=where < 0.55)
        return 0
    if where < 0.57:
        draw_room(easel, random)
        return 0
    kind = LANDSCAPES[int(random.random() * len(LANDSCAPES))]
    return draw_outdoors(easel, kind, random, weather)


def _floor(easel: Easel, random: Random, *, indoors: bool) -> None:
    """The ground from edge to edge, as one sees it from above."""
    width, height = easel.width, easel.height
    colour = (170, 130, 92) if indoors else (118, 172, 92)
    with easel.thing("indoors" if indoors else "outdoors", share=0.06):
        easel.shape([(-3, -3), (width + 3, -3), (width + 3, height + 3), (-3, height + 3)], colour)
        for _mark in range(14):
            x, y = random.random() * width, random.random() * height
            if indoors:
                easel.stroke([(0, y), (width, y)], 1.5, (134, 98, 66))
            else:
                easel.stroke([(x, y), (x + 4, y - 8)], 2, (80, 136, 66))


def _people(random: Random, *, raining: bool) -> list[Figure]:
    at = random.random()
    count = 0 if at < 0.14 else 1 if at < 0.78 else 2 if at < 0.97 else 3
    return [figure(random, girl=random.random() < 0.6, raining=raining) for _one in range(count)]


def _spots(easel: Easel, people: list[Figure], random: Random, *, above: bool) -> list[Place]:
    """Where the figures stand: how close they are decides what is in the frame."""
    width, height = easel.width, easel.height
    at, shift, turn = random.random(), random.random(), random.random()
    spots = []
    for number, each in enumerate(people):
        share = (number + 0.5) / len(people)
        x = width * (share + (0.16 if len(people) == 1 else 0.06) * (2 * random.random() - 1))
        tall = each.foot + 2.2
        if at < 0.23 and len(people) == 1 and not above:  # close
            scale = min(width, height) * (0.25 + 0.13 * shift)
            y = height * (0.46 + 0.12 * shift)
        elif at < 0.6:  # down to the waist
            scale = height * (0.125 + 0.06 * shift) / (1 if len(people) == 1 else 1.25)
            y = height * (0.34 + 0.1 * random.random())
        else:
            scale = height * (0.72 + 0.24 * shift) / tall / (1 if len(people) < 3 else 1.15)
            y = height * (0.97 - 0.05 * random.random()) - (each.foot + 0.4) * scale
        angle = (turn - 0.5) * (0.25 if turn < 0.8 else 1.1)
        tilt = 1.0 if above else 0.0
        if above:
            y += 0.1 * height
        spots.append(Place(x, y, scale, angle, tilt, mirrored=random.random() < 0.5))
    return spots


def _company(
    easel: Easel,
    random: Random,
    ground: float,
    weather: dict[str, bool],
    *,
    alone: bool,
    above: bool,
) -> None:
    """Animals and things around the people."""
    kinds: list[str] = []
    if random.random() < (0.9 if alone else 0.26):
        at = random.random()
        rare = "fox" if at < 0.04 else "butterfly" if at < 0.07 else None
        kinds.append(rare or ANIMALS[int(random.random() * len(ANIMALS))])
        if random.random() < 0.15:
            kinds.append(kinds[0])
    if weather["snow"] and ground > 0 and random.random() < 0.34:
        kinds.append("snowman")
    strange = [
        STRANGERS[int(random.random() * len(STRANGERS))]
        for _one in range(int(random.random() ** 2 * 3))
    ]
    size = easel.height * (0.2 if alone else 0.125)
    for kind in [*kinds, *strange]:
        x = easel.width * (0.1 + 0.8 * random.random())
        scale = size * (0.8 + 0.6 * random.random())
        low = easel.height * (0.98 - 0.16 * random.random()) - scale
        y = (
            easel.height * (0.15 + 0.7 * random.random())
            if kind in ("butterfly", "kite", "fish") or above
            else low
        )
        place = Place(x, y, scale, (random.random() - 0.5) * 0.4, mirrored=random.random() < 0.5)
        with easel.at(place):
            if kind in STRANGERS:
                draw_stranger(easel, kind, random)
            else:
                draw_animal(easel, kind, random)


def _askew(random: Random, width: int, height: int) -> list[tuple[float, float]]:
    def inward(share: float) -> float:
        return share * random.random()

    return [
        (inward(0.12) * width, inward(0.12) * height),
        (width - inward(0.12) * width, inward(0.12) * height),
        (width - inward(0.12) * width, height - inward(0.12) * height),
        (inward(0.12) * width, height - inward(0.12) * height),
    ]


def _counted(seen: list[Thing], people: list[Figure]) -> set[str]:
    heads = Counter(tag for thing in seen for tag in thing.tags if tag in ("_girl", "_boy"))
    tags = set()
    if not people:
        tags.add("no_humans")
    if sum(heads.values()) == 1 and len(people) == 1:
        tags.add("solo")
    for head, name in (("_girl", "girl"), ("_boy", "boy")):
        if heads[head] == 1:
            tags.add(f"1{name}")
        elif heads[head] == 2:
            tags.add(f"2{name}s")
        elif heads[head] > 2:
            tags.add(f"multiple_{name}s")
    if Counter(tag for thing in seen for tag in thing.tags)["_arm_up"] >= 2:
        tags.add("arms_up")
    return tags


def _framed(seen: list[Thing], spots: list[Place], width: int, height: int) -> set[str]:
    shown = {tag for thing in seen for tag in thing.tags}
    if not shown & {"_girl", "_boy"}:
        return set()
    if max(spot.scale for spot in spots) > CLOSE * min(width, height):
        return {"close-up"}
    if "_feet" in shown:
        return {"full_body"}
    return set() if "_legs" in shown else {"upper_body"}
