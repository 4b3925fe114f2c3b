"""What changes of the vocabulary do to names, tags and implications, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from labelhub.errors import LabelhubError
from labelhub.tags import changes, lifecycle
from labelhub.tags.changes import CannotChange, Outcome
from labelhub.tags.models import Category, Implication, Tag, TagName
from labelhub.tags.names import BadTagName
from labelhub.tags.pen import Pen, tags_of
from labelhub.tags.selectors import TagNotFound, tags_meant
from labelhub.tags.services import tags_ensure, vocabulary_bump

pytestmark = pytest.mark.django_db
HOSTILE = ("fate/grand_order", "what?", "\\m/", ":/", ";)", "2010", "69", "ranma_1/2")


@pytest.fixture(autouse=True)
def tags() -> Iterator[None]:
    tags_ensure(names=["apron", "dress", "clothes", "maid_apron", "smile", *HOSTILE])
    with transaction.atomic():
        yield


def do(act: Callable[..., Outcome], **asked: object) -> Outcome:
    pen = Pen()
    done = act(pen, **asked)
    vocabulary_bump()
    return done


def imply(*pairs: tuple[str, str]) -> None:
    for low, high in pairs:
        do(changes.imply, tag=low, implied=high)


def means(name: str) -> str:
    return tags_meant([name])[name].name


def names() -> dict[str, tuple[str, bool]]:
    return {row.name: (row.tag.name, row.alias) for row in TagName.objects.select_related("tag")}


def implications() -> set[tuple[str, str]]:
    return set(Implication.objects.values_list("antecedent__name", "consequent__name"))


def test_a_renamed_tag_keeps_its_id_and_its_old_name_leads_to_it() -> None:
    tag = Tag.objects.get(name="apron")
    do(changes.rename, tag="apron", to="White Apron")
    assert names()["white_apron"] == ("white_apron", False)
    assert names()["apron"] == ("white_apron", True)
    assert tags_meant(["apron"])["apron"].pk == tag.pk


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_every_sort_can_be_renamed_merged_and_aliased(name: str) -> None:
    do(changes.rename, tag=name, to="renamed")
    assert means(name) == "renamed"
    do(changes.rename, tag="renamed", to=name)
    assert means("renamed") == name
    do(changes.alias, tag=name, alias="other_name")
    do(lifecycle.merge, tag=name, into="apron")
    assert {means(each) for each in (name, "renamed", "other_name")} == {"apron"}


def test_names_of_a_renamed_tag_rank_by_posts_and_images() -> None:
    Tag.objects.filter(name="apron").update(posts=5, images=7)
    do(changes.rename, tag="apron", to="pinafore")
    assert set(TagName.objects.filter(tag__name="pinafore").values_list("name", "rank")) == {
        ("apron", 12),
        ("pinafore", 12),
    }


def test_a_name_that_another_tag_has_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(CannotChange, match="merge it and “apron” instead"):
        do(changes.rename, tag="apron", to="dress")
    do(changes.alias, tag="dress", alias="gown")
    with pytest.raises(CannotChange, match="take that alias away first"):
        do(changes.rename, tag="apron", to="gown")


@pytest.mark.parametrize("name", ["two__lines", "_apron", "and", "width:3", "(apron", "apron_"])
def test_new_names_follow_the_rules(name: str) -> None:
    asked: list[tuple[Callable[..., Outcome], dict[str, object]]] = [
        (changes.rename, {"to": name}),
        (changes.alias, {"alias": name}),
        (lifecycle.split, {"into": ["dress", name]}),
    ]
    for act, more in asked:
        with pytest.raises(BadTagName):
            do(act, tag="apron", **more)


def test_an_alias_may_be_of_another_script_or_an_abbreviation() -> None:
    do(changes.alias, tag="apron", alias="エプロン")
    do(changes.alias, tag="apron", alias="/ap")
    assert means("エプロン") == means("/ap") == "apron"


def test_an_alias_is_taken_away() -> None:
    do(changes.alias, tag="apron", alias="pinafore")
    do(changes.unalias, tag="apron", alias="pinafore")
    with pytest.raises(TagNotFound):
        means("pinafore")
    with pytest.raises(CannotChange, match="is no alias of"):
        do(changes.unalias, tag="apron", alias="apron")


def test_an_implication_that_others_say_already_is_refused_with_the_way() -> None:
    imply(("maid_apron", "apron"), ("apron", "clothes"))
    with pytest.raises(CannotChange, match="maid_apron → apron → clothes"):
        imply(("maid_apron", "clothes"))


def test_a_circle_is_refused_with_the_way() -> None:
    imply(("maid_apron", "apron"), ("apron", "clothes"))
    with pytest.raises(CannotChange, match="maid_apron → apron → clothes"):
        imply(("clothes", "maid_apron"))
    with pytest.raises(CannotChange, match="has itself already"):
        imply(("apron", "apron"))


def test_a_new_implication_makes_others_needless_and_says_so() -> None:
    imply(("maid_apron", "clothes"), ("maid_apron", "apron"))
    done = do(changes.imply, tag="apron", implied="clothes")
    assert implications() == {("maid_apron", "apron"), ("apron", "clothes")}
    assert any("maid_apron → clothes" in effect for effect in done.effects)


def test_implications_by_a_name_count_as_implications() -> None:
    tags_ensure(names=["cosplay", "saber_(cosplay)"])
    with pytest.raises(CannotChange, match="implies “cosplay” already"):
        imply(("saber_(cosplay)", "cosplay"))
    with pytest.raises(CannotChange, match="cannot imply each other"):
        imply(("cosplay", "saber_(cosplay)"))
    with pytest.raises(CannotChange, match="because of its name"):
        do(changes.unimply, tag="saber_(cosplay)", implied="cosplay")


def test_what_a_merged_tag_implied_by_its_name_goes_with_the_name() -> None:
    tags_ensure(names=["cosplay", "saber", "saber_(cosplay)"])
    do(lifecycle.merge, tag="saber_(cosplay)", into="saber")
    with pytest.raises(CannotChange, match="“saber” does not imply “cosplay”"):
        do(changes.unimply, tag="saber", implied="cosplay")
    imply(("saber", "cosplay"))
    do(changes.unimply, tag="saber", implied="cosplay")
    do(changes.unalias, tag="saber", alias="saber_(cosplay)")
    with pytest.raises(CannotChange, match="implies “cosplay” already"):
        imply(("saber_(cosplay)", "cosplay"))


def test_a_way_that_goes_with_a_merged_tags_name_closes_no_circle() -> None:
    tags_ensure(names=["cosplay", "saber_(cosplay)"])
    imply(("cosplay", "clothes"))
    do(lifecycle.merge, tag="saber_(cosplay)", into="clothes")
    assert means("saber_(cosplay)") == "clothes"
    assert implications() == {("cosplay", "clothes")}


def test_an_implication_is_between_what_names_mean() -> None:
    do(changes.alias, tag="apron", alias="pinafore")
    imply(("pinafore", "clothes"))
    assert implications() == {("apron", "clothes")}


def test_implications_across_categories_are_warned_of() -> None:
    do(changes.categorise, tag="2010", category="meta")
    assert do(changes.imply, tag="2010", implied="smile").warnings


def test_a_merge_leads_every_name_to_the_other_and_moves_implications() -> None:
    do(changes.alias, tag="maid_apron", alias="maid's_apron")
    imply(("maid_apron", "clothes"), ("smile", "maid_apron"))
    do(lifecycle.merge, tag="maid_apron", into="apron")
    assert names()["maid_apron"] == names()["maid's_apron"] == ("apron", True)
    assert implications() == {("apron", "clothes"), ("smile", "apron")}
    assert Tag.objects.filter(name="maid_apron").exists()


def test_a_merge_drops_the_implication_between_the_two_and_what_becomes_needless() -> None:
    imply(("maid_apron", "apron"), ("apron", "clothes"), ("dress", "clothes"))
    imply(("smile", "dress"))
    imply(("smile", "maid_apron"))
    done = do(lifecycle.merge, tag="dress", into="apron")
    assert implications() == {
        ("maid_apron", "apron"),
        ("apron", "clothes"),
        ("smile", "maid_apron"),
    }
    assert any("smile → apron" in effect for effect in done.effects)


def test_a_merge_that_would_close_a_circle_is_refused_with_the_way() -> None:
    imply(("maid_apron", "apron"), ("apron", "clothes"))
    for one, other in (("maid_apron", "clothes"), ("clothes", "maid_apron")):
        with pytest.raises(CannotChange, match="maid_apron → apron → clothes"):
            do(lifecycle.merge, tag=one, into=other)


def test_merging_what_was_merged_into_a_third_leads_all_there_in_one_hop() -> None:
    do(lifecycle.merge, tag="maid_apron", into="apron")
    do(lifecycle.merge, tag="apron", into="clothes")
    assert means("maid_apron") == means("apron") == "clothes"
    with pytest.raises(CannotChange, match="the same tag already"):
        do(lifecycle.merge, tag="maid_apron", into="apron")


def test_the_name_of_a_merged_tag_can_be_its_own_again() -> None:
    do(lifecycle.merge, tag="maid_apron", into="apron")
    do(changes.unalias, tag="apron", alias="maid_apron")
    assert means("maid_apron") == "maid_apron"


def test_a_tag_cannot_take_the_name_of_one_that_was_merged_into_it() -> None:
    do(lifecycle.merge, tag="maid_apron", into="apron")
    with pytest.raises(CannotChange, match="merge the other way round"):
        do(changes.rename, tag="apron", to="maid_apron")


def test_a_deprecated_tag_loses_aliases_and_implications() -> None:
    do(changes.alias, tag="apron", alias="pinafore")
    do(lifecycle.merge, tag="maid_apron", into="apron")
    imply(("apron", "clothes"), ("smile", "apron"))
    done = do(lifecycle.deprecate, tag="apron")
    assert implications() == set()
    assert "pinafore" not in names()
    assert means("maid_apron") == "apron"  # what was said about it must mean something
    assert sum("goes" in effect for effect in done.effects) == 3
    with pytest.raises(CannotChange, match="is deprecated"):
        imply(("apron", "clothes"))
    do(lifecycle.revive, tag="apron")
    imply(("apron", "clothes"))


def test_a_split_makes_its_parts_and_deprecates_the_tag() -> None:
    do(changes.categorise, tag="dress", category="character")
    done = do(lifecycle.split, tag="dress", into=["dress_(a)", "dress_(b)", "apron"])
    assert [part.name for part in done.parts] == ["dress_(a)", "dress_(b)", "apron"]
    assert Tag.objects.get(name="dress_(a)").category == Category.CHARACTER
    assert Tag.objects.get(name="apron").category == Category.GENERAL
    assert Tag.objects.get(name="dress").deprecated


@pytest.mark.parametrize("into", [["dress", "apron"], ["apron", "apron"], ["apron", "pinafore"]])
def test_a_split_is_into_different_other_tags(into: list[str]) -> None:
    do(changes.alias, tag="apron", alias="pinafore")
    with pytest.raises(CannotChange):
        do(lifecycle.split, tag="dress", into=into)


def test_tags_set_from_the_image_alone_stay_as_they_are() -> None:
    tags_ensure(names=["highres", "absurdres"])
    refused: list[Callable[[], Outcome]] = [
        lambda: do(changes.rename, tag="highres", to="large"),
        lambda: do(changes.rename, tag="apron", to="lowres"),
        lambda: do(changes.imply, tag="apron", implied="highres"),
        lambda: do(changes.imply, tag="highres", implied="apron"),
        lambda: do(changes.imply, tag="absurdres", implied="highres"),
        lambda: do(lifecycle.merge, tag="apron", into="highres"),
        lambda: do(lifecycle.merge, tag="highres", into="apron"),
        lambda: do(lifecycle.deprecate, tag="highres"),
        lambda: do(lifecycle.split, tag="highres", into=["apron", "dress"]),
    ]
    for act in refused:
        with pytest.raises(CannotChange, match="from an image's size alone"):
            act()


@pytest.mark.parametrize(
    ("act", "asked"),
    [
        (changes.rename, {"tag": "apron", "to": "apron"}),
        (changes.alias, {"tag": "apron", "alias": "apron"}),
        (changes.unimply, {"tag": "apron", "implied": "clothes"}),
        (changes.categorise, {"tag": "apron", "category": "general"}),
        (changes.flags, {"tag": "apron", "hidden": False, "subjective": None}),
        (lifecycle.revive, {"tag": "apron"}),
    ],
)
def test_what_would_change_nothing_is_refused_with_a_sentence(
    act: Callable[..., Outcome], asked: dict[str, object]
) -> None:
    with pytest.raises(LabelhubError, match=r"“apron”.*\."):
        do(act, **asked)


def test_a_pen_puts_back_what_was_there() -> None:
    imply(("maid_apron", "apron"), ("apron", "clothes"))
    do(changes.alias, tag="apron", alias="pinafore")
    before = names(), implications(), list(Tag.objects.order_by("pk").values())
    pen = Pen()
    lifecycle.merge(pen, "maid_apron", "apron")
    lifecycle.deprecate(pen, "apron")
    edits = pen.edits()
    assert tags_of(edits) >= set(
        Tag.objects.filter(name__in=["maid_apron", "apron", "clothes"]).values_list("pk", flat=True)
    )
    Pen().back(edits)
    assert (names(), implications(), list(Tag.objects.order_by("pk").values())) == before
