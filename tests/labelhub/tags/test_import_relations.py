"""Aliases and implications as JSON lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.tags.graph import Graph, graph
from labelhub.tags.implications import reduced
from labelhub.tags.imports.files import import_apply
from labelhub.tags.models import Implication, Tag, TagChange, TagName, VocabularyForm
from labelhub.tags.selectors import tags_meant
from labelhub.tags.services import NewName, names_add, tags_ensure, vocabulary_bump
from tests.labelhub.tags.taking import (
    curator,
    effects,
    examples,
    problems,
    read,
    relations,
    step,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
ALIASES, IMPLICATIONS = VocabularyForm.ALIASES, VocabularyForm.IMPLICATIONS
EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


def meaning(name: str) -> str:
    return tags_meant([name])[name].name


def implications() -> set[tuple[str, str]]:
    return set(Implication.objects.values_list("antecedent__name", "consequent__name"))


def test_chains_of_aliases_are_followed_to_their_end() -> None:
    tags_ensure(names=["long_hair"])
    found = take(ALIASES, relations(("lh", "longhair"), ("longhair", "hair_long"),
                                    ("hair_long", "long_hair")))  # fmt: skip
    assert problems(found) == []
    assert {meaning(name) for name in ("lh", "longhair", "hair_long")} == {"long_hair"}
    assert Tag.objects.count() == 1
    assert effects(read(ALIASES, relations(("lh", "long_hair")))) == {}


def test_an_alias_of_an_alias_here_means_the_tag() -> None:
    (hair,) = tags_ensure(names=["long_hair"])
    names_add([NewName("longhair", hair.pk, alias=True)])
    take(ALIASES, relations(("lh", "longhair")))
    assert meaning("lh") == "long_hair"


def test_aliases_that_cannot_be_are_listed() -> None:
    tags_ensure(names=["long_hair", "smile", "grin"])
    content = (
        relations(("a", "b"), ("b", "a"))
        + relations(("smile", "long_hair"))
        + relations(("x", "nowhere"))
        + relations(("y", "smile"), ("y", "grin"))
        + relations(("z", "z"))
        + relations(("w", "smile"), status="deleted")
        + "no json\n[1]\n"
        + '{"antecedent_name": 7, "consequent_name": "smile"}\n'
    )
    found = take(ALIASES, content)
    assert sorted(line for line, _message in problems(found)) == [1, 2, 3, 4, 6, 7, 9, 10, 11]
    assert meaning("y") == "smile"
    assert not TagName.objects.filter(name__in=["a", "b", "w", "x", "z"]).exists()
    assert Tag.objects.count() == 3


def test_an_alias_is_moved_from_the_tag_it_means() -> None:
    smile, _grin = tags_ensure(names=["smile", "grin"])
    names_add([NewName("smiling", smile.pk, alias=True)])
    found = take(ALIASES, relations(("smiling", "grin")))
    assert examples(found) == ["smiling → grin, was smile"]
    assert meaning("smiling") == "grin"


def test_what_is_the_tag_there_and_an_alias_here_is_not_turned_around() -> None:
    (smile,) = tags_ensure(names=["smile"])
    names_add([NewName("smiling", smile.pk, alias=True)])
    found = take(ALIASES, relations(("smile", "smiling")))
    assert problems(found) == [(1, "Here “smile” is the tag, and “smiling” another name of it.")]


def test_implications_are_stored_without_circles_and_detours() -> None:
    tags_ensure(names=["a", "b", "c", "d"])
    content = relations(("a", "b"), ("b", "c"), ("a", "c"), ("c", "a"), ("d", "d"), ("d", "x"))
    found = take(IMPLICATIONS, content)
    assert implications() == {("a", "b"), ("b", "c")}
    assert sorted(line for line, _message in problems(found)) == [3, 4, 5, 6]
    again = read(IMPLICATIONS, content)
    assert effects(again) == {}
    assert problems(again) == problems(found)


def test_an_implication_that_a_new_detour_makes_needless_goes() -> None:
    tags_ensure(names=["a", "b", "c"])
    take(IMPLICATIONS, relations(("a", "c")))
    found = take(IMPLICATIONS, relations(("a", "b"), ("b", "c")))
    assert effects(found) == {"implications added": 2, "implications removed": 1}
    assert implications() == {("a", "b"), ("b", "c")}


def test_antecedents_that_mean_one_tag_are_taken_together() -> None:
    apron, _clothes, _white = tags_ensure(names=["apron", "clothes", "white_clothes"])
    names_add([NewName("aprons", apron.pk, alias=True)])
    found = take(IMPLICATIONS, relations(("apron", "clothes"), ("aprons", "white_clothes"),
                                         ("aprons", "apron")))  # fmt: skip
    assert implications() == {("apron", "clothes"), ("apron", "white_clothes")}
    assert problems(found) == [(3, "Both names mean “apron” here.")]


def test_nothing_follows_from_a_deprecated_tag() -> None:
    tags_ensure(names=["a", "b"])
    Tag.objects.filter(name="b").update(deprecated=True)
    found = take(IMPLICATIONS, relations(("a", "b")))
    assert implications() == set()
    assert "“b” is deprecated" in problems(found)[0][1]


def test_automatic_tags_imply_nothing_and_are_not_implied() -> None:
    tags_ensure(names=["absurdres", "highres", "a"])
    found = take(IMPLICATIONS, relations(("absurdres", "highres"), ("a", "highres"),
                                         ("highres", "a")))  # fmt: skip
    assert implications() == set()
    assert [line for line, _message in problems(found)] == [1, 2, 3]
    assert "“highres” is set from an image's size alone" in problems(found)[1][1]


def test_what_follows_from_a_names_form_makes_circles_and_detours_too() -> None:
    tags_ensure(names=["saber", "saber_(cosplay)", "cosplay", "costume"])
    content = relations(
        ("saber", "saber_(cosplay)"), ("saber_(cosplay)", "cosplay"), ("cosplay", "costume"),
        ("saber_(cosplay)", "costume"),
    )  # fmt: skip
    found = take(IMPLICATIONS, content)
    assert implications() == {("cosplay", "costume")}
    assert sorted(line for line, _message in problems(found)) == [1, 2, 4]


def test_what_a_merged_tags_name_said_stands_in_no_files_way() -> None:
    saber, *_others = tags_ensure(names=["saber", "saber_(cosplay)", "cosplay"])
    TagName.objects.filter(name="saber_(cosplay)").update(tag=saber, alias=True)
    vocabulary_bump()
    found = take(IMPLICATIONS, relations(("saber_(cosplay)", "cosplay")))
    assert implications() == {("saber", "cosplay")}
    assert problems(found) == []


def test_labels_are_told_which_tags_to_follow() -> None:
    a, b, _c = tags_ensure(names=["a", "b", "c"])
    found = read(IMPLICATIONS, relations(("a", "b")))
    import_apply(import_id=found.pk, by=curator())
    followed: list[TagChange] = []
    step(found, followed)
    (change,) = followed
    assert change.touched == sorted([a.pk, b.pk])
    assert graph().ancestors(a.pk) == {b.pk}


@given(EDGES, EDGES)
def test_what_is_stored_has_no_circle_and_no_detour(
    first: list[tuple[int, int]], then: list[tuple[int, int]]
) -> None:
    before = reduced([], first)
    result = reduced(before.edges, then)
    stored = Graph(result.edges)
    for low, high in result.edges:
        assert low not in stored.ancestors(high) and low != high
        assert high not in Graph(result.edges - {(low, high)}).ancestors(low)


@given(EDGES, EDGES)
def test_nothing_that_was_implied_is_lost(
    first: list[tuple[int, int]], then: list[tuple[int, int]]
) -> None:
    before = reduced([], first)
    result = reduced(before.edges, then)
    whole = Graph({*before.edges, *then} - {*result.circular})
    stored = Graph(result.edges)
    assert all(stored.ancestors(each) == whole.ancestors(each) for each in range(8))


@given(EDGES)
def test_storing_twice_is_storing_once(edges: list[tuple[int, int]]) -> None:
    once = reduced([], edges)
    assert reduced(once.edges, edges).edges == once.edges


@given(EDGES)
def test_every_edge_that_closes_a_circle_is_refused(edges: list[tuple[int, int]]) -> None:
    stored = Graph(reduced([], edges).edges)
    for low in range(8):
        for high in stored.ancestors(low):
            assert reduced(stored.edges, [(high, low)]).circular == [(high, low)]
