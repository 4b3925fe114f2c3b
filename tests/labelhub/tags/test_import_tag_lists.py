"""Lists of tags with categories, counts and aliases."""

from __future__ import annotations

import pytest

from labelhub.tags.models import (
    Category,
    ImportState,
    Tag,
    TagChange,
    TagName,
    VocabularyForm,
    VocabularyVersion,
)
from labelhub.tags.selectors import tags_meant
from labelhub.tags.services import NewName, names_add, tags_ensure
from tests.labelhub.tags.taking import apply, effects, examples, problems, read, take
from tests.labelhub.tags.test_tag_names import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
TAGS = VocabularyForm.TAGS
FILE = """1girl,0,6008644,"1girls,sole_female"
highres,5,5256195,"high_res,hires"
long_hair,0,4350743,"/lh,longhair,長髪"
hatsune_miku,4,100000,
solo,0,5000954,"female_solo"
"""


def test_tags_come_with_their_categories_counts_and_aliases() -> None:
    found = read(TAGS, FILE)
    assert found.state == ImportState.READY
    assert found.preview["rows"] == 5
    assert effects(found) == {"tags made": 5, "aliases added": 8}
    assert "1girl (general, 6,008,644 posts)" in examples(found)
    assert "長髪 → long_hair" in examples(found)
    assert not Tag.objects.exists()

    found = apply(found)
    assert found.state == ImportState.APPLIED and found.applied_at is not None
    miku = Tag.objects.get(name="hatsune_miku")
    assert (miku.category, miku.posts) == (Category.CHARACTER, 100_000)
    hair = Tag.objects.get(name="long_hair")
    meant = tags_meant(["/lh", "longhair", "長髪", "long hair"])
    assert set(meant.values()) == {hair}
    alias = TagName.objects.get(name="longhair")
    assert (alias.alias, alias.rank, alias.words) == (True, 4_350_743, "'longhair'")
    assert TagName.objects.get(name="long_hair").initials == "lh"


def test_the_same_file_again_changes_nothing() -> None:
    take(TAGS, FILE)
    changes, version = TagChange.objects.count(), VocabularyVersion.objects.get().number
    found = read(TAGS, FILE)
    assert effects(found) == {}
    assert found.message == "Nothing in this file changes the vocabulary."
    assert apply(found).state == ImportState.APPLIED
    assert TagChange.objects.count() == changes
    assert VocabularyVersion.objects.get().number == version


def test_what_is_different_is_changed_and_said() -> None:
    take(TAGS, FILE)
    TagName.objects.filter(tag__name="solo").update(rank=5_000_954 + 7)  # 7 labels here
    found = take(TAGS, 'solo,5,5000955,"female_solo,alone"\nlong_hair,0,4350743,"female_solo"\n')
    assert effects(found) == {
        "categories changed": 1,
        "post counts changed": 1,
        "aliases added": 1,
    }
    assert examples(found) == ["solo: general → meta", "solo: 5,000,954 → 5,000,955",
                               "alone → solo"]  # fmt: skip
    assert problems(found) == [
        (2, "“female_solo” cannot mean “long_hair” too: the file says “solo” first.")
    ]
    solo = Tag.objects.get(name="solo")
    assert (solo.category, solo.posts) == (Category.META, 5_000_955)
    ranks = TagName.objects.filter(tag=solo).values_list("name", "rank")
    assert dict(ranks) == dict.fromkeys(("solo", "female_solo", "alone"), 5_000_955 + 7)


def test_an_alias_may_come_to_mean_another_tag() -> None:
    take(TAGS, FILE)
    found = take(TAGS, 'solo,0,5000954,"sole_female"\n')
    assert examples(found) == ["sole_female → solo, was 1girl"]
    assert tags_meant(["sole_female"])["sole_female"].name == "solo"


def test_a_tag_is_never_turned_into_an_alias() -> None:
    tags_ensure(names=["longhair"])
    found = take(TAGS, FILE + 'smile,0,10,"smiling"\nsmiling,0,5,\n')
    assert [line for line, _message in problems(found)] == [3, 6]
    assert "“longhair” is a tag of its own" in problems(found)[0][1]
    assert tags_meant(["longhair"])["longhair"].name == "longhair"
    assert tags_meant(["smiling"])["smiling"].name == "smiling"


def test_what_was_merged_here_stays_so() -> None:
    old, hair = tags_ensure(names=["longhair", "long_hair"])
    TagName.objects.filter(name="longhair").update(tag=hair, alias=True)
    found = take(TAGS, 'smile,0,10,"longhair"\nlonghair,0,9,\n')
    assert problems(found) == [
        (2, "“longhair” is another name of “long_hair” here, and stays that."),
        (1, "“longhair” is a tag of its own; if it means “smile”, merge it on its page."),
    ]
    found = take(TAGS, 'smile,0,10,"longhair"\n')
    assert problems(found) == [
        (1, "“longhair” was a tag and has been merged into another here; it stays so.")
    ]
    assert tags_meant(["longhair"])["longhair"] == hair != old


def test_bad_lines_are_listed_and_the_others_taken() -> None:
    content = "\n".join(
        [
            "good,0,1,",
            "category,9,1,",
            "count,0,many,",
            "count,0,-1,",
            "too,few",
            'quote,0,1,"open',
            "sm*le,0,1,",
            "größe,0,1,",
            "good,0,2,",
            f'alias,0,1,"{"x" * 171},fine"',
            "",
            "last,3,7",
        ]
    )
    found = take(TAGS, content.encode() + b"\n\xff\xfe,0,1,\n")
    assert [line for line, _message in problems(found)] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 13]
    assert set(Tag.objects.values_list("name", flat=True)) == {"good", "alias", "last"}
    assert tags_meant(["fine"])["fine"].name == "alias"
    assert all(message.endswith(".") for _line, message in problems(found))


def test_a_header_and_a_mark_at_the_beginning_are_no_tags() -> None:
    found = take(TAGS, "\ufeffname,category,post_count,aliases\nsmile,0,3,\n")
    assert problems(found) == []
    assert Tag.objects.get().name == "smile"


def test_hostile_names_go_through_unchanged() -> None:
    quoted = "".join(f'"{name}",0,7,"another_{at}"\n' for at, name in enumerate(HOSTILE))
    found = take(TAGS, quoted)
    assert problems(found) == []
    assert set(Tag.objects.values_list("name", flat=True)) == set(HOSTILE)
    assert set(tags_meant(HOSTILE)) == set(HOSTILE)


def test_an_alias_of_itself_is_no_problem() -> None:
    found = take(TAGS, 'smile,0,3,"smile,smiling,smiling,"\n')
    assert (problems(found), effects(found)) == ([], {"tags made": 1, "aliases added": 1})


def test_a_name_given_by_hand_is_moved_only_as_shown() -> None:
    smile, _grin = tags_ensure(names=["smile", "grin"])
    names_add([NewName("smiling", smile.pk, alias=True)])
    found = read(TAGS, 'grin,0,0,"smiling"\n')
    assert examples(found) == ["smiling → grin, was smile"]
    assert tags_meant(["smiling"])["smiling"] == smile
