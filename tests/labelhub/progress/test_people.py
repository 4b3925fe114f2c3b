"""The simulated people are who they are said to be."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from labelhub.picturebook.book import page
from labelhub.picturebook.tags import SUBJECTIVE, TAGS
from labelhub.progress.people import ADA, BEN, CLEO, EVERYBODYS, PEOPLE, Person, readers

PAGES = [page(4, index) for index in range(60)]
TODAY = datetime(2026, 3, 4, tzinfo=UTC)


def says(person: Person) -> list[tuple[str, bool, str, float]]:
    """Of every page and tag: tag, whether it is there in the person's eyes, what they say."""
    return [
        (tag, tag in page.opinions[person.opinion], *person.says(page, tag))
        for page in PAGES
        for tag in TAGS
    ]


@pytest.mark.parametrize(("person", "slips"), [(ADA, 0.02), (BEN, 0.07), (CLEO, 0.18)])
def test_each_is_as_careful_and_as_fast_as_described(person: Person, slips: float) -> None:
    said = says(person)

    sure = [(there, verdict) for _tag, there, verdict, _seconds in said if verdict != "unsure"]
    wrong = sum(there != (verdict == "yes") for there, verdict in sure) / len(sure)
    assert 0.9 * slips < wrong < 1.4 * slips  # at rare tags more than elsewhere
    assert 1 - len(sure) / len(said) == pytest.approx(person.unsure, rel=0.4)
    assert median(seconds for *_rest, seconds in said) == pytest.approx(person.seconds, rel=0.08)


def test_each_judges_by_their_own_taste() -> None:
    differing = Counter[str]()
    for one in PAGES:
        for tag in SUBJECTIVE:
            if (tag in one.opinions[0]) != (tag in one.opinions[2]):
                differing[ADA.says(one, tag)[0] + " " + CLEO.says(one, tag)[0]] += 1

    opposed = differing["yes no"] + differing["no yes"]
    assert opposed > 0.6 * differing.total() > 0


def test_the_same_person_says_the_same_again() -> None:
    assert says(BEN) == says(BEN)
    assert [verdict for *_rest, verdict, _ in says(BEN)] != [
        verdict for *_rest, verdict, _ in says(CLEO)
    ]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("count", [1, 2, 100])
@pytest.mark.parametrize("day", range(7))
def test_people_work_on_working_days(person: Person, count: int, day: int) -> None:
    today = TODAY + timedelta(days=day)

    times = person.times([person.seconds] * count, today)

    assert times == sorted(times) and len(times) == count
    assert all(today - timedelta(days=10) <= at < today for at in times)
    assert all(at.weekday() < 5 and 9 <= at.hour <= 16 for at in times)
    assert len({at.date() for at in times}) == min(count, person.days)


def test_a_third_of_the_cards_goes_to_all_and_the_rest_by_turns() -> None:
    cards = [readers(place) for place in range(3 * 12 + 18)]

    alone = Counter(people[0].username for people in cards if len(people) == 1)
    assert [len(people) for people in cards[:6]] == [3, 1, 1, 3, 1, 1]
    assert EVERYBODYS == 3 and alone == {"cleo": 15, "ben": 12, "ada": 9}
