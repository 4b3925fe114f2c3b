"""Letters of our own, so that a word has the same pixels whatever fonts a machine has."""

from __future__ import annotations

from random import Random

from labelhub.picturebook.easel import Point

# Five rows of three cells, from the top; "#" is ink.
LETTERS = {
    "a": ".#. #.# ### #.# #.#",
    "b": "##. #.# ##. #.# ##.",
    "c": ".## #.. #.. #.. .##",
    "d": "##. #.# #.# #.# ##.",
    "e": "### #.. ##. #.. ###",
    "f": "### #.. ##. #.. #..",
    "g": ".## #.. #.# #.# .##",
    "h": "#.# #.# ### #.# #.#",
    "i": "### .#. .#. .#. ###",
    "k": "#.# #.# ##. #.# #.#",
    "l": "#.. #.. #.. #.. ###",
    "m": "#.# ### ### #.# #.#",
    "n": "##. #.# #.# #.# #.#",
    "o": ".#. #.# #.# #.# .#.",
    "p": "##. #.# ##. #.. #..",
    "r": "##. #.# ##. #.# #.#",
    "s": ".## #.. .#. ..# ##.",
    "t": "### .#. .#. .#. .#.",
    "u": "#.# #.# #.# #.# .##",
    "w": "#.# #.# ### ### #.#",
    "y": "#.# #.# .#. .#. .#.",
}
WORDS = (
    "hello", "good", "morning", "the", "cat", "wonder", "why", "not", "again", "sea", "moon",
    "tea", "bread", "little", "house", "run", "wait", "home", "under", "rain", "bird", "smile",
)  # fmt: skip
SITES = ("picbook", "inkpond", "drawhut", "catprint", "moonart", "papertown")


def words(random: Random, count: int) -> str:
    return " ".join(WORDS[int(random.random() * len(WORDS))] for _word in range(count))


def cells(text: str, x: float, y: float, size: float) -> list[list[Point]]:
    """The inked squares of a line of text whose upper left corner is (x, y); `size` is its height
    in pixels.
    """
    unit = size / 5
    found = []
    for place, letter in enumerate(text):
        rows = LETTERS.get(letter, "").split()
        for row, line in enumerate(rows):
            for column, ink in enumerate(line):
                if ink == "#":
                    left, top = x + (place * 4 + column) * unit, y + row * unit
                    found.append(
                        [
                            (left, top),
                            (left + unit, top),
                            (left + unit, top + unit),
                            (left, top + unit),
                        ]
                    )
    return found


def width_of(text: str, size: float) -> float:
    return (len(text) * 4 - 1) * size / 5
