"""The picture book: pages by seed and number, the same on every machine, with their truth.

A miniature of JoyTag's own situation. Most pages are drawn, 3 % are photographs; a few tags are
rare, a few a matter of taste; and the labels as they would be found in the wild (`Page.wild`) lack
a part of what is there.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from labelhub.picturebook.scene import LINES, scene
from labelhub.picturebook.tags import SUBJECTIVE, TAGS, with_implied

PEOPLE = 3
PHOTOS = 0.03
LIBRARY_PAGES, LIBRARY_SEED = 600, 1
# Seeds from here on are for taggers' own training and measurement, never for a library.
RESERVED_SEEDS = 2**31
TRAINING_SEED, HELD_OUT_SEED = RESERVED_SEEDS + 1, RESERVED_SEEDS + 2


class Domain(StrEnum):
    DRAWN = "drawn"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Page:
    """One scene of the book, not yet drawn.

    Attributes:
        truth: the tags that are there; of the subjective ones, those two of the three people see.
        opinions: what each of the three people sees.
        wild: what a site's users would have tagged: one person's view, with positives missing and
            a few wrong.
    """

    seed: int
    index: int
    domain: Domain
    truth: frozenset[str]
    opinions: tuple[frozenset[str], ...]
    wild: frozenset[str]

    def file(self) -> bytes:
        """The page as a JPEG file."""
        random = _random(self.seed, self.index, "scene")
        photograph = self.domain == Domain.PHOTO
        image = scene(random, photograph=photograph, colour=True).image
        assert image is not None  # it was asked for
        quality = 92 if not photograph else 60 + int(30 * random.random())
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        return file.getvalue()


def page(seed: int, index: int, domain: Domain | None = None) -> Page:
    """A page of the book; without `domain`, 3 % are photographs."""
    chance = _random(seed, index, "domain").random()
    kind = domain or (Domain.PHOTO if chance < PHOTOS else Domain.DRAWN)
    random = _random(seed, index, "scene")
    found = scene(random, photograph=kind == Domain.PHOTO, colour=False)
    opinions = tuple(found.opinion(person) for person in range(PEOPLE))
    truth = found.tags | {
        tag for tag in SUBJECTIVE if sum(tag in opinion for opinion in opinions) >= 2
    }
    return Page(seed, index, kind, truth, opinions, _wild(_random(seed, index, "wild"), opinions))


def held_out(drawn: int = 800, photo: int = 200) -> list[Page]:
    """The pages nobody learns from: so many drawn ones, then so many photographs."""
    return [
        page(HELD_OUT_SEED, number, domain)
        for domain, count in ((Domain.DRAWN, drawn), (Domain.PHOTO, photo))
        for number in range(count)
    ]


def page_name(index: int) -> str:
    return f"page-{index:05}.jpg"


def page_index(name: str) -> int | None:
    """The number of the page a file is named for; None for any other name."""
    match = re.fullmatch(r"page-([0-9]{5,9})\.jpg", name)
    return int(match.group(1)) if match else None


def digest(pages: int = 64) -> str:
    """A hash over the first pages of several seeds, files and truth: what freezes the book."""
    whole = hashlib.sha256("\n".join(TAGS).encode())
    for seed in (LIBRARY_SEED, TRAINING_SEED):
        for index in range(pages):
            for domain in Domain if index % 8 == 0 else (None,):
                found = page(seed, index, domain)
                whole.update(found.file())
                for tags in (found.truth, *found.opinions, found.wild):
                    whole.update("\n".join(sorted(tags)).encode())
    return whole.hexdigest()


# What the users of a site leave out: seldom who is there, often the small and the obvious.
MISSING_LITTLE, MISSING, MISSING_MUCH = 0.03, 0.15, 0.3
SELDOM_LEFT_OUT = {"1girl", "1boy", "2girls", "2boys", "multiple_girls", "multiple_boys", "solo"}
OFTEN_LEFT_OUT = {
    "border",
    "cloud",
    "english_text",
    "flower",
    "glasses",
    "holding",
    "signature",
    "tree",
    "watermark",
    "window",
    *(tag for tag in TAGS if tag.endswith("_eyes")),
    *LINES,
}
WRONG = 0.004


def _wild(random: Random, opinions: tuple[frozenset[str], ...]) -> frozenset[str]:
    seen = opinions[int(random.random() * PEOPLE)]
    kept = set()
    for tag in TAGS:  # in the vocabulary's order, so that chance falls the same everywhere
        chance = random.random()
        missing = MISSING_MUCH if tag in OFTEN_LEFT_OUT else MISSING
        if tag in SELDOM_LEFT_OUT:
            missing = MISSING_LITTLE
        if tag in seen and chance >= missing or chance < WRONG * random.random():
            kept.add(tag)
    return frozenset(with_implied(kept))


def _random(seed: int, index: int, use: str) -> Random:
    """A source of chance for one use of one page."""
    named = hashlib.sha256(f"{seed}/{index}/{use}".encode()).digest()
    return Random(int.from_bytes(named[:8], "big"))
