"""Every rule of truth by an example, and what holds whatever happened."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelhub.labels.models import How, Verdict
from labelhub.labels.rules import Derived, Imported, Said, automatic_tags, derive
from labelhub.tags.graph import Graph

YES, NO, UNSURE = Verdict.YES, Verdict.NO, Verdict.UNSURE
ASKED, ACCEPTED, TYPED = How.ASKED, How.ACCEPTED, How.TYPED
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SHOES, BOOTS, SNOW_BOOTS, HAT, FOOTWEAR, HIGHRES = range(1, 7)
# snow_boots → boots → shoes; footwear is another name of shoes
GRAPH = Graph(
    edges=[(SNOW_BOOTS, BOOTS), (BOOTS, SHOES)],
    canonical={FOOTWEAR: SHOES},
    automatic={"highres": HIGHRES},
)
Words = tuple[int, int, Verdict, How]  # who, about which tag, what, how


def said(*words: Words | tuple[int, int, Verdict]) -> list[Said]:
    """One after the other."""
    return [
        Said(
            user_id=word[0],
            at=BEGAN + timedelta(seconds=number),
            answer_id=uuid.UUID(int=number),
            tag_id=word[1],
            verdict=word[2],
            how=word[3] if len(word) == 4 else ASKED,
        )
        for number, word in enumerate(words)
    ]


def truth(
    answers: Iterable[Said] = (),
    yes: Iterable[int] = (),
    no: Iterable[int] = (),
    *,
    imports: Iterable[Imported] = (),
    automatic: Iterable[int] = (),
    graph: Graph = GRAPH,
) -> Derived:
    return derive(
        said=answers,
        imported=[Imported(list(yes), list(no)), *imports],
        automatic=list(automatic),
        completed=[],
        graph=graph,
    )


def shown(derived: Derived) -> dict[int, str]:
    """By tag: + or - or !, and the letter of its source."""
    return {
        tag: sign + letter
        for sign, tags, letters in (
            ("+", derived.positive, derived.positive_sources),
            ("-", derived.negative, derived.negative_sources),
            ("!", derived.conflicting, derived.conflicting_sources),
        )
        for tag, letter in zip(tags, letters, strict=True)
    }


def test_a_no_goes_down_by_no_form_of_a_name() -> None:
    graph = Graph(edges=[(SNOW_BOOTS, BOOTS)], by_form=[(BOOTS, SHOES)])
    assert shown(truth(said((1, SHOES, NO)), graph=graph)) == {SHOES: "-a"}
    assert shown(truth(said((1, BOOTS, NO)), graph=graph)) == {BOOTS: "-a", SNOW_BOOTS: "-p"}
    assert shown(truth(said((1, BOOTS, YES)), graph=graph)) == {BOOTS: "+a", SHOES: "+p"}


def test_what_a_name_implies_may_be_in_conflict_with_it() -> None:
    graph = Graph(edges=[(SNOW_BOOTS, BOOTS)], by_form=[(BOOTS, SHOES)])
    found = truth(said((1, SNOW_BOOTS, YES), (1, SHOES, NO)), graph=graph)
    assert shown(found) == {SNOW_BOOTS: "!a", SHOES: "!a"}
    assert shown(truth(said((1, SHOES, NO)), yes=[SNOW_BOOTS], graph=graph)) == {SHOES: "-a"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([(1, HAT, YES)], {HAT: "+a"}, id="a yes"),
        pytest.param([(1, HAT, NO)], {HAT: "-a"}, id="a no"),
        pytest.param([(1, HAT, UNSURE)], {}, id="unsure decides nothing"),
        pytest.param([(1, HAT, NO), (1, HAT, YES)], {HAT: "+a"}, id="one's last counts"),
        pytest.param([(1, HAT, NO), (1, HAT, UNSURE)], {}, id="also where it is unsure"),
        pytest.param([(1, HAT, YES), (2, HAT, NO)], {HAT: "!a"}, id="people contradict"),
        pytest.param([(1, HAT, YES), (2, HAT, UNSURE)], {HAT: "+a"}, id="the unsure do not"),
        pytest.param([(1, HAT, YES, ACCEPTED)], {HAT: "+c"}, id="accepted"),
        pytest.param(
            [(1, HAT, YES, ACCEPTED), (2, HAT, YES, TYPED)], {HAT: "+a"}, id="not by everybody"
        ),
        pytest.param(
            [(1, HAT, YES, TYPED), (1, HAT, YES, ACCEPTED)], {HAT: "+c"}, id="the last is accepted"
        ),
        pytest.param([(1, HAT, NO, ACCEPTED)], {HAT: "-a"}, id="a suggestion refused"),
        pytest.param(
            [(1, SNOW_BOOTS, YES)],
            {SNOW_BOOTS: "+a", BOOTS: "+p", SHOES: "+p"},
            id="a yes implies all ancestors",
        ),
        pytest.param(
            [(1, SHOES, NO)],
            {SHOES: "-a", BOOTS: "-p", SNOW_BOOTS: "-p"},
            id="a no rejects all descendants",
        ),
        pytest.param([(1, SHOES, YES)], {SHOES: "+a"}, id="a yes says nothing of descendants"),
        pytest.param(
            [(1, SNOW_BOOTS, YES), (2, SHOES, NO)],
            {SNOW_BOOTS: "!a", SHOES: "!a"},
            id="child and ancestor contradict, and imply nothing of what is between",
        ),
        pytest.param(
            [(1, SNOW_BOOTS, YES), (1, SHOES, NO), (1, BOOTS, YES)],
            {SNOW_BOOTS: "!a", SHOES: "!a", BOOTS: "!a"},
            id="each that contradicts",
        ),
        pytest.param(
            [(1, BOOTS, YES), (2, BOOTS, NO), (1, SNOW_BOOTS, YES)],
            {BOOTS: "!a", SNOW_BOOTS: "+a", SHOES: "+p"},
            id="what people dispute implies nothing and is not implied",
        ),
        pytest.param([(1, FOOTWEAR, YES)], {SHOES: "+a"}, id="another name is what it means"),
        pytest.param(
            [(1, FOOTWEAR, YES), (1, SHOES, NO)],
            {SHOES: "-a", BOOTS: "-p", SNOW_BOOTS: "-p"},
            id="one's last about either name",
        ),
        pytest.param([(1, FOOTWEAR, YES), (2, SHOES, NO)], {SHOES: "!a"}, id="or a contradiction"),
        pytest.param([(1, HIGHRES, YES)], {}, id="nobody's word on an automatic tag"),
    ],
)
def test_what_answers_come_to(answers: list[Words], expected: dict[int, str]) -> None:
    assert shown(truth(said(*answers))) == expected


@pytest.mark.parametrize(
    ("answers", "yes", "no", "expected"),
    [
        pytest.param([], [HAT], [], {HAT: "+i"}, id="a yes"),
        pytest.param([], [], [HAT], {HAT: "-i"}, id="a no"),
        pytest.param([], [HAT], [HAT], {HAT: "!i"}, id="imports contradict each other"),
        pytest.param([(1, HAT, NO)], [HAT], [], {HAT: "-a"}, id="answers beat imports"),
        pytest.param([(1, HAT, UNSURE)], [HAT], [], {HAT: "+i"}, id="unless they are unsure"),
        pytest.param(
            [(1, HAT, YES), (2, HAT, NO)], [HAT], [], {HAT: "!a"}, id="and settle no dispute"
        ),
        pytest.param([], [BOOTS], [], {BOOTS: "+i", SHOES: "+p"}, id="imports imply"),
        pytest.param(
            [(1, SNOW_BOOTS, YES)],
            [BOOTS],
            [],
            {SNOW_BOOTS: "+a", BOOTS: "+i", SHOES: "+p"},
            id="imports beat implications",
        ),
        pytest.param(
            [],
            [SNOW_BOOTS],
            [SHOES],
            {SNOW_BOOTS: "!i", SHOES: "!i"},
            id="imports of child and ancestor contradict",
        ),
        pytest.param(
            [(1, SHOES, NO)],
            [SNOW_BOOTS],
            [],
            {SHOES: "-a", BOOTS: "-p", SNOW_BOOTS: "-p"},
            id="of different strength the import is dropped: the child's",
        ),
        pytest.param(
            [(1, SNOW_BOOTS, YES)],
            [],
            [SHOES],
            {SNOW_BOOTS: "+a", BOOTS: "+p", SHOES: "+p"},
            id="or the ancestor's",
        ),
        pytest.param(
            [(1, SNOW_BOOTS, YES)],
            [SHOES],
            [SHOES],
            {SNOW_BOOTS: "+a", BOOTS: "+p", SHOES: "+i"},
            id="and then contradicts no other",
        ),
        pytest.param(
            [(1, BOOTS, YES), (2, BOOTS, NO)],
            [SNOW_BOOTS],
            [],
            {BOOTS: "!a", SNOW_BOOTS: "+i", SHOES: "+p"},
            id="a dispute drops nothing",
        ),
        pytest.param([], [FOOTWEAR], [], {SHOES: "+i"}, id="another name is what it means"),
        pytest.param([], [HIGHRES], [], {}, id="no import's word on an automatic tag"),
    ],
)
def test_what_imports_come_to(
    answers: list[Words], yes: list[int], no: list[int], expected: dict[int, str]
) -> None:
    assert shown(truth(said(*answers), yes, no)) == expected


def test_automatic_tags_are_as_the_image_has_them_whatever_anybody_says() -> None:
    found = truth(said((1, HIGHRES, NO)), no=[HIGHRES], automatic=[HIGHRES])
    assert shown(found) == {HIGHRES: "+m"}


def test_an_image_is_complete_since_it_was_said_last() -> None:
    times = [BEGAN, BEGAN + timedelta(days=1)]
    found = derive(said=[], imported=[], automatic=[], completed=times, graph=GRAPH)
    assert found.completed_at == times[1]
    assert derive(said=[], imported=[], automatic=[], completed=[], graph=GRAPH) == truth()


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (500, 500, {"lowres"}),
        (501, 500, set()),
        (1600, 900, {"highres"}),
        (900, 1200, {"highres"}),
        (3200, 1000, {"highres", "absurdres"}),
        (10_000, 9_000, {"highres", "absurdres", "incredibly_absurdres"}),
        (1024, 256, {"wide_image"}),
        (1024, 257, set()),
        (300, 1200, {"highres", "tall_image"}),
    ],
)
def test_automatic_tags_follow_from_the_size(width: int, height: int, expected: set[str]) -> None:
    names = ["lowres", "highres", "absurdres", "incredibly_absurdres", "wide_image", "tall_image"]
    ids = {name: number for number, name in enumerate(names)}
    found = automatic_tags(width=width, height=height, graph=Graph(automatic=ids))
    assert found == {ids[name] for name in expected}
    assert automatic_tags(width=width, height=height, graph=Graph()) == frozenset()


TAGS = range(1, 9)
AUTOMATIC, ALIAS = 7, 8
TAG = st.sampled_from(TAGS)
WORD = st.tuples(st.integers(1, 3), TAG, st.sampled_from(list(Verdict)), st.sampled_from(list(How)))


@dataclass
class Past:
    """What happened to an image, and what its tags imply."""

    answers: list[Said]
    imports: list[Imported]
    graph: Graph
    automatic: list[int] = field(default_factory=list)

    def derived(self) -> Derived:
        return truth(self.answers, imports=self.imports, automatic=self.automatic, graph=self.graph)


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    # From the smaller to the greater: no circle.
    edges = draw(st.sets(st.tuples(TAG, TAG).filter(lambda pair: pair[0] < pair[1]), max_size=8))
    alias = draw(st.sampled_from([{}, {ALIAS: 1}, {ALIAS: 3}]))
    tags = st.lists(TAG, max_size=4)
    imports = draw(st.lists(st.builds(Imported, positive=tags, negative=tags), max_size=3))
    return Past(
        answers=said(*draw(st.lists(WORD, max_size=10))),
        imports=imports,
        graph=Graph(
            edges=[(low, high) for low, high in edges if ALIAS not in (low, high)],
            canonical=alias,
            automatic={"highres": AUTOMATIC},
        ),
        automatic=draw(st.sampled_from([[], [AUTOMATIC]])),
    )


@given(past=pasts())
@settings(max_examples=400, deadline=None)
def test_whatever_happened(past: Past) -> None:
    found = past.derived()
    positive, negative = set(found.positive), set(found.negative)
    labels = shown(found)
    # Each tag has one state, and a source.
    assert len(labels) == len(found.positive) + len(found.negative) + len(found.conflicting)
    # Neither does a positive child stand beside a negative ancestor, nor does any label lack what
    # follows from it.
    for tag in positive - {AUTOMATIC}:
        above = past.graph.ancestors(tag) - {AUTOMATIC}
        assert not above & negative
        assert above <= positive | set(found.conflicting)
    for tag in negative:
        assert past.graph.descendants(tag) - {AUTOMATIC} <= negative | set(found.conflicting)
    # What nobody said is nobody's.
    meant = past.graph.canonical
    people = {meant.get(each.tag_id, each.tag_id) for each in past.answers}
    imported = {
        meant.get(tag, tag) for each in past.imports for tag in (*each.positive, *each.negative)
    }
    assert {tag for tag, label in labels.items() if label[1] in "ac"} <= people
    assert {tag for tag, label in labels.items() if label[1] == "i"} <= imported
    # Merged tags have no labels, automatic ones those of the image.
    assert labels.keys().isdisjoint(meant)
    assert labels.get(AUTOMATIC) == ("+m" if past.automatic else None)


@given(past=pasts())
@settings(max_examples=200, deadline=None)
def test_the_closure_of_a_closure_is_itself(past: Past) -> None:
    first = past.derived()
    again = truth(
        said(
            *((1, tag, YES) for tag in first.positive),
            *((1, tag, NO) for tag in first.negative),
        ),
        automatic=past.automatic,
        graph=past.graph,
    )
    disputed = set(first.conflicting)
    assert set(again.positive) - disputed == set(first.positive)
    assert set(again.negative) - disputed == set(first.negative)
    assert again.conflicting == ()


@given(past=pasts())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_events_are_read_does_not_matter(past: Past) -> None:
    found = past.derived()
    past.answers.reverse()
    past.imports.reverse()
    assert past.derived() == found
