"""What autocomplete offers, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.tags import spelling
from labelhub.tags.complete import complete
from labelhub.tags.models import Tag, TagName, VocabularyForm
from labelhub.tags.services import tags_ensure
from labelhub.tags.spelling import Words
from tests.labelhub.tags.taking import take
from tests.labelhub.tags.test_tag_names import HOSTILE

pytestmark = pytest.mark.django_db
TAGS = """1girl,0,6000,"1girls,sole_female"
solo,0,5000,
long_hair,0,4350,"/lh,longhair,長髪"
looking_at_viewer,0,3300,"/lav"
short_hair,0,2200,
very_long_hair,0,900,
hair_ornament,0,800,
hair_between_eyes,0,700,
long_sleeves,0,600,"longsleeves"
viewer,0,500,
light_hat,0,400,
twintails,0,300,"twin_tails"
hatsune_miku,4,200,"miku_hatsune,初音ミク"
fate/grand_order,3,150,
old_hair,0,100,
secret_hair,5,90,
hair,0,10,
"""


@pytest.fixture(autouse=True)
def vocabulary(doorbells: list[tuple[str, int]]) -> Iterator[None]:
    take(VocabularyForm.TAGS, TAGS)
    Tag.objects.filter(name="old_hair").update(deprecated=True)
    Tag.objects.filter(name="secret_hair").update(hidden=True)
    spelling.WORDS.forget()
    yield
    spelling.WORDS.forget()


def names(typed: str, limit: int = 20) -> list[str]:
    return [each.name for each in complete(typed, limit)]


def found(typed: str) -> list[tuple[str, str]]:
    return [(each.alias, each.name) for each in complete(typed)]


def test_short_beginnings_find_names_that_begin_so_by_use() -> None:
    assert names("l") == ["long_hair", "looking_at_viewer", "long_sleeves", "light_hat"]
    assert names("lo") == ["long_hair", "looking_at_viewer", "long_sleeves"]
    assert names("LO", limit=2) == ["long_hair", "looking_at_viewer"]


def test_words_are_found_in_any_order_and_unfinished() -> None:
    assert names("hair long") == names("hai lo") == ["long_hair", "very_long_hair"]
    assert names("viewer looking") == ["looking_at_viewer"]
    assert names("at viewer") == ["looking_at_viewer"]
    assert names("long_hair") == ["long_hair", "very_long_hair"]


def test_exactly_this_name_comes_first_and_deprecated_ones_last() -> None:
    assert names("hair") == [
        "hair",
        "long_hair",
        "short_hair",
        "very_long_hair",
        "hair_ornament",
        "hair_between_eyes",
        "old_hair",
    ]
    last = complete("hair")[-1]
    assert last.deprecated and last.posts == 100


@pytest.mark.parametrize("typed", ["hair", "h", "long_hair"])
def test_a_name_little_used_is_found_if_it_is_exactly_what_was_typed(typed: str) -> None:
    tags_ensure(names=["h"])
    TagName.objects.filter(name=typed).update(rank=0)
    assert names(typed, limit=1) == [typed]


def test_what_stands_as_typed_goes_ahead_of_its_words_in_another_order() -> None:
    tags_ensure(names=["hair_long"])
    assert names("hair lon") == ["hair_long", "long_hair", "very_long_hair"]
    assert names("long h")[-1] == "hair_long"


def test_an_alias_is_shown_with_the_tag_it_means_once() -> None:
    assert found("longha") == [("longhair", "long_hair")]
    assert found("long")[0] == ("", "long_hair")
    assert found("twin") == [("", "twintails")]
    assert found("sole") == [("sole_female", "1girl")]


def test_an_alias_in_another_script_is_found_by_its_beginning() -> None:
    assert found("長") == [("長髪", "long_hair")]
    assert found("初音") == [("初音ミク", "hatsune_miku")]


def test_abbreviations_are_aliases_or_initials() -> None:
    assert found("/lav") == [("/lav", "looking_at_viewer")]
    assert found("/lh") == [("/lh", "long_hair"), ("", "light_hat")]
    assert found("/vlh") == [("", "very_long_hair")]
    assert found("/hbe") == [("", "hair_between_eyes")]
    assert names("/l") == ["long_hair", "looking_at_viewer"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("twintials", "twintails"),
        ("twimt", "twintails"),
        ("lookign", "looking_at_viewer"),
        ("loking_at_viewer", "looking_at_viewer"),
        ("viewr at", "looking_at_viewer"),
        ("1gril", "1girl"),
        ("yery long hair", "very_long_hair"),
        ("hatsune mkiu", "hatsune_miku"),
        ("grabd order", "fate/grand_order"),
    ],
)
def test_a_typing_error_still_finds_what_was_meant(typed: str, meant: str) -> None:
    assert names(typed)[0] == meant


def test_only_what_is_close_is_found() -> None:
    assert names("zzzzzz") == []
    assert names("xy") == []
    assert names("") == names("   ") == names("a\0b") == names("\ud800") == []


def test_a_star_stands_for_anything() -> None:
    assert names("lo*hair") == ["long_hair"]
    assert names("*hair") == ["long_hair", "short_hair", "very_long_hair", "hair_ornament",
                              "hair_between_eyes", "hair", "old_hair"]  # fmt: skip
    assert names("*") == names("l*") == []
    assert names("%*hair") == []


def test_a_merged_tag_is_offered_as_what_it_means() -> None:
    hair = Tag.objects.get(name="short_hair")
    TagName.objects.filter(name="hair_ornament").update(tag=hair, alias=True)
    assert found("hair_orn") == [("hair_ornament", "short_hair")]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_complete_to_themselves(name: str) -> None:
    tags_ensure(names=HOSTILE)
    assert names(name)[0] == name


@given(st.text(max_size=12))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    for each in complete(typed, 5):
        assert each.name and not each.name.startswith("secret")


def test_of_words_as_near_the_more_used_comes_first() -> None:
    words = Words({"smile": 100, "smite": 200, "style": 300, "smiles": 1})
    assert words.alike("smike") == ["smite", "smile"]
    assert words.alike("mile") == ["smile"]  # where none has the first letter
    assert words.alike("smi") == ["smit", "smil"]
    assert words.alike("xyz") == []
