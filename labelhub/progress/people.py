"""Three people who are not there: what each says to a question about the picture book, how fast,
and when.

All of it follows from who is asked what, so that the demo is the same every time (no Django here).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from labelhub.picturebook.book import Page
from labelhub.picturebook.tags import RARE

DAYS = 10  # the demo's answers are spread over the days before today
OPENING, CLOSING = 9, 16  # hours (UTC) between which people sit down
Said = Literal["yes", "no", "unsure"]


@dataclass(frozen=True, slots=True)
class Person:
    """How somebody works.

    Attributes:
        opinion: whose eyes they see the book with (`Page.opinions`).
        slips: the share of wrong answers; at rare tags it is twice that.
        unsure: the share of questions they leave to others.
        seconds: their median time for a question.
        days: on how many of the working days they sat down.
    """

    username: str
    opinion: int
    slips: float
    unsure: float
    seconds: float
    days: int

    def says(self, page: Page, tag: str) -> tuple[Said, float]:
        """Their answer, and the seconds it took."""
        random = Random(f"{self.username} {page.seed} {page.index} {tag}")
        seconds = self.seconds * math.exp(random.gauss(0, 0.45))
        if random.random() < self.unsure:
            return "unsure", 1.5 * seconds
        slipped = random.random() < self.slips * (2 if tag in RARE else 1)
        right = tag in page.opinions[self.opinion]
        return "yes" if right != slipped else "no", seconds

    def times(self, seconds: Sequence[float], today: datetime) -> list[datetime]:
        """When they gave answers that took so long, one after the other.

        Args:
            today: the midnight that all of them are before.
        """
        random = Random(f"{self.username} {len(seconds)}")
        days = sorted(random.sample(_working_days(today), self.days))
        breaks = {0, *random.sample(range(1, len(seconds)), min(len(days), len(seconds)) - 1)}
        found: list[datetime] = []
        for place, taken in enumerate(seconds):
            if place in breaks:
                now = days.pop(0) + timedelta(hours=random.uniform(OPENING, CLOSING))
            now += timedelta(seconds=taken + random.uniform(0.2, 1.5))
            found.append(now)
        return found


PEOPLE = (
    Person("ada", opinion=0, slips=0.02, unsure=0.04, seconds=3.5, days=5),
    Person("ben", opinion=1, slips=0.07, unsure=0.02, seconds=2.2, days=6),
    Person("cleo", opinion=2, slips=0.18, unsure=0.004, seconds=1.1, days=4),
)
ADA, BEN, CLEO = PEOPLE
# Of three cards the first goes to all of them, the others to whoever's turn it is.
EVERYBODYS = 3
TURNS = (CLEO, BEN, ADA, CLEO, BEN, CLEO, ADA, BEN, CLEO, BEN, ADA, CLEO)


def readers(place: int) -> tuple[Person, ...]:
    """Who answers the questions of the card at this place of the queue."""
    if place % EVERYBODYS == 0:
        return PEOPLE
    turn = place - place // EVERYBODYS - 1
    return (TURNS[turn % len(TURNS)],)


def _working_days(today: datetime) -> list[datetime]:
    """Oldest first; there are six at least."""
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    return [day for day in days if day.weekday() < 5]
