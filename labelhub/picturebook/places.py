"""Where a scene plays: backgrounds, rooms, landscapes, what falls from the sky. Coordinates are
pixels of the canvas.
"""

from __future__ import annotations

from random import Random

from labelhub.picturebook.easel import Colour, Easel, oval_points, shaded
from labelhub.picturebook.sky import draw_sky
from labelhub.picturebook.things import BRIGHT, draw_flowers, pick

PLAIN: dict[str, Colour] = {
    "white_background": (253, 253, 253),
    "grey_background": (158, 160, 164),
    "blue_background": (130, 178, 232),
}
OTHER_PLAIN: tuple[Colour, ...] = (
    (246, 206, 214),
    (250, 232, 170),
    (186, 222, 180),
    (216, 196, 236),
)
SEE_ANYWAY = 0.06  # a background is seen though most of it is behind something


def draw_plain(easel: Easel, kind: str, random: Random) -> None:
    """One colour, or `gradient_background`: one into another."""
    if kind != "gradient_background":
        colour = PLAIN.get(kind) or pick(random, OTHER_PLAIN)
        if kind != "white_background":
            colour = shaded(colour, 0.92 + 0.16 * random.random())
        with easel.thing(kind if kind in PLAIN else "simple_background", share=SEE_ANYWAY):
            _fill(easel, 0, easel.height, colour)
        return
    with easel.thing(kind, share=SEE_ANYWAY):
        _gradient(easel, 0, easel.height, pick(random, BRIGHT), pick(random, OTHER_PLAIN))


def draw_room(easel: Easel, random: Random) -> float:
    """Walls and furniture; where the floor begins."""
    width, height = easel.width, easel.height
    floor = height * (0.66 + 0.16 * random.random())
    wall = shaded(pick(random, (*OTHER_PLAIN, (222, 214, 202))), 0.85)
    with easel.thing("indoors", share=SEE_ANYWAY):
        _fill(easel, 0, floor, wall)
        if random.random() < 0.4:
            for post in range(0, width, max(10, width // 12)):
                easel.stroke([(post, 0), (post, floor)], width / 60, shaded(wall, 0.94))
        _fill(easel, floor, height, (168, 126, 88))
        for step in range(1, 5):
            y = floor + (height - floor) * (step / 5) ** 1.5
            easel.stroke([(0, y), (width, y)], 1.2, (130, 94, 62))
    side = random.random() < 0.5
    if random.random() < 0.55:
        _window(easel, random, left=side)
    if random.random() < 0.45:
        _bookshelf(easel, random, floor, left=not side)
    elif random.random() < 0.4:
        x, y = width * (0.72 if side else 0.1), height * 0.14
        easel.box(x, y, x + width * 0.17, y + height * 0.14, (150, 112, 60))
        easel.box(x + 4, y + 4, x + width * 0.17 - 4, y + height * 0.14 - 4, pick(random, BRIGHT))
    return floor


def _window(easel: Easel, random: Random, *, left: bool) -> None:
    width, height = easel.width, easel.height
    w, h = width * (0.22 + 0.1 * random.random()), height * (0.28 + 0.14 * random.random())
    x = width * 0.05 if left else width * 0.95 - w
    y = height * (0.06 + 0.1 * random.random())
    glass = (168, 210, 244) if random.random() < 0.7 else (40, 46, 84)
    with easel.thing("window", share=0.25):
        easel.box(x, y, x + w, y + h, (244, 240, 230))
        easel.box(x + 5, y + 5, x + w - 5, y + h - 5, glass)
        easel.stroke([(x + w / 2, y), (x + w / 2, y + h)], 4, (244, 240, 230))
        easel.stroke([(x, y + h / 2), (x + w, y + h / 2)], 4, (244, 240, 230))


def _bookshelf(easel: Easel, random: Random, floor: float, *, left: bool) -> None:
    width = easel.width
    w = width * (0.24 + 0.08 * random.random())
    x, top = (width * 0.03 if left else width * 0.97 - w), floor * 0.16
    with easel.thing("bookshelf", share=0.25):
        easel.box(x, top, x + w, floor + 6, (120, 82, 50))
        for shelf in range(4):
            low = top + (shelf + 1) * (floor - top) / 4
            high = low - (floor - top) / 4 * 0.78
            book = x + 4.0
            while book < x + w - 10:
                thick = 4 + random.random() * 6
                easel.shape(
                    [
                        (book, high + random.random() * 7),
                        (book + thick, high + 2),
                        (book + thick, low - 3),
                        (book, low - 3),
                    ],
                    pick(random, BRIGHT),
                    steady=True,
                )
                book += thick + 1


def draw_outdoors(easel: Easel, kind: str, random: Random, weather: dict[str, bool]) -> float:
    """Sky and land of `kind` (field, beach, forest, city, mountain); where the ground begins."""
    ground = easel.height * (0.62 + 0.16 * random.random())
    night, grim = weather["night"], weather["rain"] or weather["snow"] or weather["lightning"]
    if night:
        top, low = (14, 16, 48), (44, 44, 92)
    elif grim:
        top, low = (128, 138, 154), (176, 184, 194)
    elif random.random() < 0.75:
        top, low = (96, 168, 236), (206, 232, 250)
    else:
        top, low = (246, 150, 110), (252, 222, 160)
    with easel.thing("outdoors", *(("night",) if night else ()), share=SEE_ANYWAY):
        _gradient(easel, 0, ground, top, low)
    draw_sky(easel, random, weather, ground)
    dim = 0.5 if night else 0.85 if grim else 1.0
    if kind == "mountain":
        _mountains(easel, random, ground, dim)
    if kind == "city":
        _city(easel, random, ground, night=night, dim=dim)
    return _land(easel, kind, random, ground, dim, snow=weather["snow"])


def _mountains(easel: Easel, random: Random, ground: float, dim: float) -> None:
    half, cap = easel.width * 0.34, 0.26
    with easel.thing("mountain", share=0.2):
        for step in range(3):
            x = easel.width * (0.1 + 0.36 * step + 0.1 * random.random())
            peak = ground * (0.22 + 0.3 * random.random())
            foot = [(x - half, ground + 4), (x, peak), (x + half, ground + 4)]
            easel.shape(foot, shaded((116, 124, 140), dim))
            low = peak + (ground - peak) * cap
            top = [(x - half * cap, low), (x, peak), (x + half * cap, low)]
            easel.shape(top, shaded((240, 244, 250), dim))


def _land(
    easel: Easel, kind: str, random: Random, ground: float, dim: float, *, snow: bool
) -> float:
    """What lies below the sky; where it begins to be firm ground."""
    width, height = easel.width, easel.height
    earth = {"beach": (238, 216, 164), "city": (128, 128, 134)}.get(kind, (112, 170, 86))
    if snow:
        earth = (236, 240, 246)
    if kind == "beach":
        sea = ground
        ground += (height - ground) * 0.35
        with easel.thing("ocean", share=0.15):
            _fill(easel, sea, ground, shaded((54, 128, 190), dim))
            for _wave in range(7):
                x, y = random.random() * width, sea + random.random() * (ground - sea)
                easel.stroke([(x, y), (x + width * 0.09, y)], 2, shaded((170, 214, 238), dim))
    with easel.thing(*(("beach",) if kind == "beach" else ()), share=0.1):
        _fill(easel, ground, height, shaded(earth, dim))
    if kind == "forest":
        _trees(easel, random, ground, 6 + int(random.random() * 4), dim, "forest", "tree")
    elif kind in ("field", "mountain") and random.random() < 0.45:
        _trees(easel, random, ground, 1 + int(random.random() * 2), dim, "tree")
    if kind in ("field", "mountain", "forest") and not snow and random.random() < 0.2:
        draw_flowers(easel, random, left=0, right=width, low=height * 0.97)
    return ground


def _trees(easel: Easel, random: Random, ground: float, count: int, dim: float, *tags: str) -> None:
    width = easel.width
    pointed = random.random() < 0.5
    with easel.thing(*tags, share=0.2):
        for step in range(count):
            x = width * ((step + random.random()) / count)
            size = easel.height * (0.15 + 0.11 * random.random())
            y = ground + 6 + random.random() * 10
            easel.box(
                x - size * 0.13, y - size * 0.9, x + size * 0.13, y, shaded((112, 78, 48), dim)
            )
            green = shaded((58, 128, 62), dim * (0.85 + 0.35 * random.random()))
            if pointed:
                for level in range(3):
                    top = y - size * (1.3 + 0.55 * level)
                    half = size * (0.75 - 0.17 * level)
                    easel.shape(
                        [
                            (x - half, top + size * 0.75),
                            (x, top - size * 0.25),
                            (x + half, top + size * 0.75),
                        ],
                        green,
                    )
            else:
                easel.oval(x, y - size * 1.5, size * 0.72, fill=green)
                easel.oval(x - size * 0.45, y - size * 1.15, size * 0.48, fill=shaded(green, 0.92))
                easel.oval(x + size * 0.45, y - size * 1.15, size * 0.48, fill=shaded(green, 0.92))


def _city(easel: Easel, random: Random, ground: float, *, night: bool, dim: float) -> None:
    width = easel.width
    with easel.thing("city", "building", share=0.2):
        x = -width * 0.05
        while x < width:
            w, top = width * (0.14 + 0.1 * random.random()), ground * (0.18 + 0.5 * random.random())
            wall = shaded(
                pick(random, ((150, 140, 132), (176, 128, 110), (120, 134, 152), (190, 184, 168))),
                dim,
            )
            easel.box(x, top, x + w, ground + 4, wall)
            pane = (250, 220, 120) if night else (190, 216, 236)
            rows, columns = max(2, int((ground - top) / 22)), 3
            for row in range(rows):
                for column in range(columns):
                    if random.random() < 0.8:
                        px, py = (
                            x + w * (column + 0.25) / columns,
                            top + (ground - top) * (row + 0.25) / rows,
                        )
                        easel.shape(
                            [(px, py), (px + w * 0.16, py), (px + w * 0.16, py + 9), (px, py + 9)],
                            pane,
                            line=False,
                            steady=True,
                        )
            x += w * 1.05


def draw_falling(easel: Easel, kind: str, random: Random) -> None:
    """Rain or snow in front of everything; it hides nothing."""
    width, height = easel.width, easel.height
    with easel.thing("_falling"):
        count = int((90 if kind == "rain" else 110) * (0.7 + 0.6 * random.random()))
        slant = random.random() * 8 - 4
        for _drop in range(count):
            x, y = random.random() * width, random.random() * height
            size = 0.6 + random.random()
            if kind == "rain":
                _overlay_line(easel, x, y, x + slant, y + 14 * size, 1.3, (196, 214, 236))
            else:
                _overlay_dot(easel, x, y, 1.3 + 1.8 * size, (255, 255, 255))


def _overlay_line(
    easel: Easel, x: float, y: float, to_x: float, to_y: float, width: float, colour: Colour
) -> None:
    easel.overlay(
        [
            (x - width / 2, y),
            (x + width / 2, y),
            (to_x + width / 2, to_y),
            (to_x - width / 2, to_y),
        ],
        colour,
    )


def _overlay_dot(easel: Easel, x: float, y: float, size: float, colour: Colour) -> None:
    easel.overlay(oval_points(x, y, size, size, 8), colour)


def _fill(easel: Easel, top: float, low: float, colour: Colour) -> None:
    over = 3  # beyond the edge, so that no outline shows there
    easel.shape(
        [
            (-over, top - (over if top == 0 else 0)),
            (easel.width + over, top - (over if top == 0 else 0)),
            (easel.width + over, low + over),
            (-over, low + over),
        ],
        colour,
        steady=True,
        line=top > 0,
    )


def _gradient(easel: Easel, top: float, low: float, first: Colour, last: Colour) -> None:
    steps = 20
    for step in range(steps):
        share = step / (steps - 1)
        red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, last, strict=True))
        y = top + (low - top) * step / steps
        end = top + (low - top) * (step + 1) / steps + 2
        easel.shape(
            [(-3, y), (easel.width + 3, y), (easel.width + 3, end), (-3, end)],
            (red, green, blue),
            line=False,
            steady=True,
        )
