from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import Implication, Tag, TagName
from labelhub.tags.services import tags_ensure, vocabulary_bump

EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)
CANONICAL = st.dictionaries(st.integers(0, 4), st.integers(5, 9), max_size=4)


def ids(*names: str) -> list[int]:
    return [tag.pk for tag in tags_ensure(names=names)]


def imply(*edges: tuple[int, int]) -> None:
    Implication.objects.bulk_create(
        Implication(antecedent_id=low, consequent_id=high) for low, high in edges
    )
    vocabulary_bump()


def closed(found: Graph, tag_id: int) -> set[int]:
    return {found.canonical.get(tag_id, tag_id)} | found.ancestors(tag_id)


@given(EDGES, CANONICAL)
def test_closing_twice_is_closing_once(
    edges: list[tuple[int, int]], canonical: dict[int, int]
) -> None:
    made = Graph(edges, canonical)
    for tag_id in range(10):
        once = closed(made, tag_id)
        assert set().union(*(closed(made, each) for each in once)) == once


@given(EDGES, CANONICAL)
def test_ancestors_and_descendants_are_each_others_inverse(
    edges: list[tuple[int, int]], canonical: dict[int, int]
) -> None:
    made = Graph(edges, canonical)
    up = {(low, high) for low in range(10) for high in made.ancestors(low) if low not in canonical}
    down = {
        (low, high) for high in range(10) for low in made.descendants(high) if high not in canonical
    }
    assert up == down
    # Of a merged tag nothing is left: only what it means occurs.
    assert not {each for pair in up for each in pair} & canonical.keys()


@given(EDGES)
def test_no_tag_is_its_own_ancestor(edges: list[tuple[int, int]]) -> None:
    made = Graph(edges)
    assert all(each not in made.ancestors(each) for each in range(10))


def test_a_merged_tag_stands_for_what_it_means_now() -> None:
    made = Graph(edges=[(1, 2), (2, 3)], canonical={9: 1, 3: 4})
    assert made.ancestors(9) == made.ancestors(1) == {2, 4}
    assert made.descendants(3) == made.descendants(4) == {1, 2}
    assert made.parents(9) == {2}


@pytest.mark.django_db
def test_the_stored_implications_are_followed_to_the_end() -> None:
    apron, clothes, maid = ids("apron", "clothes", "maid_apron")
    imply((maid, apron), (apron, clothes))
    assert graph().ancestors(maid) == {apron, clothes}
    assert graph().descendants(clothes) == {maid, apron}


@pytest.mark.django_db
def test_a_change_is_seen_once_it_is_counted_and_not_before() -> None:
    low, high = ids("low", "high")
    assert graph().ancestors(low) == frozenset()
    before = graph()
    Implication.objects.create(antecedent_id=low, consequent_id=high)
    assert graph() is before
    vocabulary_bump()
    assert graph().ancestors(low) == {high}


@pytest.mark.django_db
def test_what_a_transaction_took_back_is_not_kept_under_the_number_of_the_next() -> None:
    low, high, other = ids("low", "high", "other")
    with transaction.atomic():
        imply((low, high))
        assert graph().ancestors(low) == {high}
        transaction.set_rollback(True)
    assert graph().ancestors(low) == frozenset()
    imply((low, other))
    assert graph().ancestors(low) == {other}


@pytest.mark.django_db
def test_a_merged_tag_is_looked_through() -> None:
    low, high, old = ids("low", "high", "old")
    imply((old, high))
    TagName.objects.filter(name="old").update(tag_id=low, alias=True)
    vocabulary_bump()
    assert graph().canonical == {old: low}
    assert graph().ancestors(low) == graph().ancestors(old) == {high}


@pytest.mark.django_db
def test_names_of_a_form_imply_what_they_are_made_of() -> None:
    saber, playing, cosplay, sailor, uniform, unknown = ids(
        "saber", "saber_(cosplay)", "cosplay", "sailor_school_uniform", "school_uniform",
        "nobody_(cosplay)",
    )  # fmt: skip
    found = graph()
    assert found.ancestors(playing) == {saber, cosplay}
    assert found.ancestors(unknown) == {cosplay}
    assert found.ancestors(sailor) == {uniform}
    assert found.ancestors(uniform) == found.ancestors(cosplay) == frozenset()
    assert found.descendants(cosplay) == {playing, unknown}
    assert found.rejected(cosplay) == found.rejected(saber) == frozenset()
    assert found.stored == frozenset()

    Tag.objects.filter(pk=cosplay).update(deprecated=True)
    vocabulary_bump()
    assert graph().ancestors(playing) == {saber}


@pytest.mark.django_db
def test_a_merged_tag_implies_nothing_by_its_name_but_is_implied_as_what_it_means() -> None:
    saber, playing, cosplay, sailor, uniform, artoria = ids(
        "saber", "saber_(cosplay)", "cosplay", "sailor_school_uniform", "school_uniform", "artoria"
    )
    TagName.objects.filter(name="saber").update(tag_id=artoria, alias=True)
    vocabulary_bump()
    assert graph().ancestors(playing) == {artoria, cosplay}

    TagName.objects.filter(name="saber").update(tag_id=saber, alias=False)
    TagName.objects.filter(name="saber_(cosplay)").update(tag_id=saber, alias=True)
    TagName.objects.filter(name="sailor_school_uniform").update(tag_id=artoria, alias=True)
    vocabulary_bump()
    assert graph().edges == frozenset()
    assert graph().ancestors(playing) == graph().ancestors(sailor) == frozenset()

    TagName.objects.filter(name="sailor_school_uniform").update(tag_id=sailor, alias=False)
    vocabulary_bump()
    assert graph().edges == {(sailor, uniform)}


@pytest.mark.django_db
def test_the_graph_knows_which_automatic_tags_there_are() -> None:
    highres, _smile = ids("highres", "smile")
    assert graph().automatic == {"highres": highres}
