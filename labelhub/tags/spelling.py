"""Words of the vocabulary that are spelled like one that was typed, whole or as far as typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import OSA

from labelhub.tags.versions import Kept

SHORTEST = 3
LONG = 6  # in so many letters two may be wrong
BEST = 8


class Words:
    """The beginnings of all words, by length and first letter, each with how much names with it are
    used.
    """

    def __init__(self, ranks: Mapping[str, int]) -> None:
        self._ranks = ranks
        self._beginnings: dict[int, dict[str, dict[str, int]]] = {}

    def alike(self, word: str) -> list[str]:
        """The best beginnings for a word; of those that are as near, the more used. Those with
        another first letter are looked at where there are no others: they are so many.
        """
        shortest = max(SHORTEST, len(word) - 1)
        lengths = [self._of_length(length) for length in range(shortest, len(word) + 2)]
        found = self._near(word, (each.get(word[0], {}) for each in lengths))
        return found or self._near(word, chain.from_iterable(each.values() for each in lengths))

    def _near(self, word: str, beginnings: Iterable[Mapping[str, int]]) -> list[str]:
        found: dict[str, tuple[int, int]] = {}
        for ranks in beginnings:
            for each, off, _at in process.extract(
                word,
                ranks.keys(),
                scorer=OSA.distance,
                score_cutoff=2 if len(word) >= LONG else 1,
                limit=None,
            ):
                if off:
                    found[each] = int(off), -ranks[each]
        least = min((off for off, _rank in found.values()), default=0)
        nearest = [each for each, (off, _rank) in found.items() if off == least]
        return sorted(nearest, key=found.__getitem__)[:BEST]

    def _of_length(self, length: int) -> dict[str, dict[str, int]]:
        made = self._beginnings.get(length)
        if made is None:
            made = {}
            for word, rank in self._ranks.items():
                if len(word) >= length:
                    ranks = made.setdefault(word[0], {})
                    beginning = word[:length]
                    ranks[beginning] = max(rank, ranks.get(beginning, 0))
            self._beginnings[length] = made
        return made


def alike(word: str) -> list[str]:
    """The word itself, then others that may be meant."""
    if len(word) < SHORTEST:
        return [word]
    return [word, *WORDS.get().alike(word)]


def distance(typed: Sequence[str], found: Sequence[str]) -> int:
    """How many letters of the typed words are wrong, if these are the ones that were meant."""
    return sum(
        min((OSA.distance(word, each[: len(word)]) for each in found), default=len(word))
        for word in typed
    )


def _load() -> Words:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word, max(rank) FROM tags_tagname, unnest(tsvector_to_array(words)) AS word
             WHERE length(word) >= %s GROUP BY word
            """,
            [SHORTEST],
        )
        return Words(dict(cursor.fetchall()))


# A word that is missing for some seconds is no harm; looking at all of them takes one.
WORDS: Kept[Words] = Kept(_load, good_for=30.0)
