"""What names mean: finding tags by them, and making those that are missing."""

from __future__ import annotations

import pytest

from labelhub.tags.models import Category, Tag, TagName, VocabularyVersion
from labelhub.tags.names import BadTagName
from labelhub.tags.selectors import TagNotFound, names_similar, tags_known, tags_meant
from labelhub.tags.services import NewName, names_add, tags_ensure
from tests.labelhub.tags.test_tag_names import HOSTILE

pytestmark = pytest.mark.django_db


def test_a_tag_is_made_with_its_name_and_what_finds_it() -> None:
    (tag,) = tags_ensure(names=["Looking at viewer"])
    assert (tag.name, tag.category) == ("looking_at_viewer", Category.GENERAL)
    name = TagName.objects.get()
    assert (name.name, name.tag_id, name.alias) == ("looking_at_viewer", tag.pk, False)
    assert name.words == "'at' 'looking' 'viewer'"
    assert name.initials == "lav"


def test_names_without_a_word_are_made_as_well() -> None:
    assert [tag.name for tag in tags_ensure(names=HOSTILE)] == HOSTILE
    assert TagName.objects.get(name=":/").words == ""


def test_the_same_names_again_make_nothing_and_count_no_change() -> None:
    made = tags_ensure(names=["smile", "solo"])
    version = VocabularyVersion.objects.get().number
    assert tags_ensure(names=["solo", "smile", "solo"]) == [made[1], made[0], made[1]]
    assert VocabularyVersion.objects.get().number == version
    tags_ensure(names=["new"])
    assert VocabularyVersion.objects.get().number == version + 1


def test_an_alias_is_not_made_a_tag() -> None:
    (hair,) = tags_ensure(names=["long_hair"])
    names_add([NewName("longhair", hair.pk, alias=True)])
    assert tags_ensure(names=["longhair"]) == [hair]
    assert Tag.objects.count() == 1


def test_a_name_that_means_something_keeps_its_meaning() -> None:
    hair, smile = tags_ensure(names=["long_hair", "smile"])
    names_add([NewName("smile", hair.pk, alias=True)])
    assert tags_meant(["smile"]) == {"smile": smile}


def test_a_bad_name_leaves_nothing_of_the_others() -> None:
    with pytest.raises(BadTagName):
        tags_ensure(names=["good", "b,ad"])
    assert not Tag.objects.exists()


def test_names_mean_tags_as_they_were_typed() -> None:
    hair, smile = tags_ensure(names=["long_hair", "smile"])
    names_add(
        NewName(name, hair.pk, alias=True)
        for name in ("/lh", "長髪")  # noqa: RUF001
    )
    assert tags_meant(["Long Hair", "/LH", "長髪", "smile"]) == {
        "Long Hair": hair,
        "/LH": hair,
        "長髪": hair,
        "smile": smile,
    }


def test_unknown_names_are_left_out_or_named() -> None:
    (smile,) = tags_ensure(names=["smile"])
    assert tags_known(["smile", "nonsense", "a,b"]) == {"smile": smile}
    with pytest.raises(TagNotFound, match="There is no tag “a,b”"):
        tags_meant(["smile", "nonsense", "a,b"])


def test_a_typing_error_is_answered_with_what_may_be_meant() -> None:
    tags_ensure(names=["smile", "smirk", "looking_at_viewer", "evil_smile", "smiles"])
    Tag.objects.filter(name="smiles").update(hidden=True)
    with pytest.raises(TagNotFound, match="Did you mean “smile”?"):
        tags_meant(["smiel"])
    with pytest.raises(TagNotFound, match="“looking_at_viewer”"):
        tags_meant(["lookign at viewer"])
    assert "smiles" not in names_similar("smiels")
    assert names_similar("';&|!:*'") == []


def test_an_alias_is_suggested_as_the_tag_it_means() -> None:
    (hair,) = tags_ensure(names=["very_long_hair"])
    names_add([NewName("longhairs", hair.pk, alias=True)])
    assert names_similar("longhair") == ["very_long_hair"]


def test_what_cannot_be_shown_is_not_repeated() -> None:
    with pytest.raises(TagNotFound) as error:
        tags_meant(["a\0b"])
    assert str(error.value).isprintable()
