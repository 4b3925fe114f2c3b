"""Lists with a tag a line, published figures and wiki pages."""

from __future__ import annotations

import json

import pytest

from labelhub.tags.models import (
    Guideline,
    Implication,
    ImportState,
    Markup,
    PublishedFigures,
    Tag,
    TagName,
    VocabularyForm,
)
from labelhub.tags.services import NewName, names_add, tags_ensure
from tests.labelhub.tags.taking import curator, effects, examples, problems, read, take
from tests.labelhub.tags.test_tag_names import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
BLOCK = """Tag: {name} ({at}) (cnt: 4900)
Precision: 0.7451
Recall: 0.7550
F1: {f1}
TP: 114, TN: 32578, FP: 39, FN: 37
"""


def figures(*names: str, f1: str = "0.7500") -> str:
    return "\n".join(BLOCK.format(name=name, at=at, f1=f1) for at, name in enumerate(names))


def page(title: object, body: object = "A smile.", **more: object) -> str:
    return json.dumps({"title": title, "body": body, "other_names": [], **more}) + "\n"


def test_tags_are_hidden_and_those_that_are_missing_made_hidden() -> None:
    tags_ensure(names=["smile", "commentary"])
    found = take(VocabularyForm.HIDDEN, "commentary\nbad_id\ncommentary\n")
    assert effects(found) == {"tags made": 1, "tags hidden": 1}
    hidden = Tag.objects.filter(hidden=True).values_list("name", flat=True)
    assert set(hidden) == {"commentary", "bad_id"}
    assert effects(read(VocabularyForm.HIDDEN, "commentary\nbad_id\n")) == {}


def test_deprecated_tags_lose_their_implications() -> None:
    a, b, c = tags_ensure(names=["a", "b", "c"])
    Implication.objects.create(antecedent=a, consequent=b)
    Implication.objects.create(antecedent=b, consequent=c)
    found = take(VocabularyForm.DEPRECATED, "c\nnew_one")
    assert effects(found) == {"tags made": 1, "tags deprecated": 1, "implications removed": 1}
    assert list(Implication.objects.values_list("antecedent__name", flat=True)) == ["a"]
    deprecated = Tag.objects.filter(deprecated=True).values_list("name", flat=True)
    assert set(deprecated) == {"c", "new_one"}
    assert effects(read(VocabularyForm.DEPRECATED, "c\nnew_one")) == {}


@pytest.mark.parametrize("form", [VocabularyForm.HIDDEN, VocabularyForm.DEPRECATED])
def test_another_name_of_a_tag_is_not_put_away(form: VocabularyForm) -> None:
    (smile,) = tags_ensure(names=["smile"])
    names_add([NewName("smiling", smile.pk, alias=True)])
    found = take(form, "smiling\na,b\n")
    assert problems(found) == [
        (2, "“a,b” has a comma or a star, which no tag name may have."),
        (1, "This is another name of “smile” here; look at that one."),
    ]
    assert not Tag.objects.filter(hidden=True).exists()
    assert not Tag.objects.filter(deprecated=True).exists()


def test_a_taggers_vocabulary_is_made_or_known_by_another_name() -> None:
    (smile,) = tags_ensure(names=["smile"])
    names_add([NewName("smiling", smile.pk, alias=True)])
    found = take(VocabularyForm.VOCABULARY, "\n".join([*HOSTILE, "smiling"]))
    assert effects(found) == {"tags made": len(HOSTILE)}
    assert set(Tag.objects.values_list("name", flat=True)) == {*HOSTILE, "smile"}
    assert TagName.objects.filter(alias=False).count() == len(HOSTILE) + 1


def test_figures_are_kept_by_tag_and_counted_exactly() -> None:
    tags_ensure(names=["smile"])
    found = take(VocabularyForm.FIGURES, figures("smile", "lucy_(fate)", "2010"))
    assert effects(found) == {"tags made": 2, "published figures": 3}
    assert "mean F1 0.75000 of 3 tags" in examples(found)
    smile = PublishedFigures.objects.get(tag__name="smile")
    assert smile.f1 == pytest.approx(228 / 304)
    assert (smile.position, smile.count) == (0, 4900)
    assert (smile.hits, smile.alarms, smile.misses, smile.rejections) == (114, 39, 37, 32578)
    assert effects(read(VocabularyForm.FIGURES, figures("smile", "lucy_(fate)", "2010"))) == {}

    found = take(VocabularyForm.FIGURES, figures("2010", "smile"))
    assert effects(found) == {"published figures": 2}
    assert PublishedFigures.objects.get(tag__name="2010").position == 0


def test_damaged_figures_spoil_one_tag() -> None:
    content = (
        figures("good")
        + "\n"
        + figures("wrong", f1="0.9000")
        + "\nTag: half (7) (cnt: 1)\nPrecision: 1.0\n"  # no empty line before the next
        + figures("other", "good")
        + "\nnonsense\n"
    )
    found = take(VocabularyForm.FIGURES, content)
    assert [line for line, _message in problems(found)] == [7, 13, 27, 21]
    stored = PublishedFigures.objects.values_list("tag__name", flat=True)
    assert set(stored) == {"good", "other"}


def test_a_wiki_page_becomes_a_guideline_that_nobody_wrote() -> None:
    tags_ensure(names=["smile"])
    content = page("smile", "h4. Smile\r\n\r\nLips [b]curled[/b].\r\n", other_names=["笑顔", "", 7])
    found = take(VocabularyForm.WIKI, content)
    assert effects(found) == {"guidelines written": 1}
    guideline = Guideline.objects.get()
    assert guideline.body == "h4. Smile\n\nLips [b]curled[/b]."
    assert (guideline.markup, guideline.version) == (Markup.DTEXT, 1)
    assert (guideline.other_names, guideline.user) == (["笑顔"], None)
    assert Tag.objects.get().guideline_version == 1
    assert effects(read(VocabularyForm.WIKI, content)) == {}

    take(VocabularyForm.WIKI, page("smile", "Better."))
    assert Tag.objects.get().guideline_version == 2
    assert effects(read(VocabularyForm.WIKI, content)) == {}


def test_what_was_written_here_is_not_overwritten() -> None:
    (smile,) = tags_ensure(names=["smile"])
    Guideline.objects.create(tag=smile, version=1, body="Ours.", user=curator())
    Tag.objects.update(guideline_version=1)
    found = take(VocabularyForm.WIKI, page("smile", "Theirs."))
    assert problems(found) == [(1, "The guideline of this tag was written here; it stays.")]
    assert Guideline.objects.count() == 1


def test_wiki_pages_that_cannot_be_guidelines_are_listed() -> None:
    (smile,) = tags_ensure(names=["smile"])
    names_add([NewName("smiling", smile.pk, alias=True)])
    content = (
        page("help:home")
        + page("smiling")
        + page("smile", "x" * 80_001)
        + page("smile", "")
        + page("smile", "nul \0")
        + page("smile", "half \ud800")
        + page(7)
        + page("smile", other_names="none")
        + page("gone", is_deleted=True)
        + page("smile", "Good.")
        + page("smile", "Twice.")
    )
    found = take(VocabularyForm.WIKI, content)
    assert sorted(line for line, _message in problems(found)) == [1, 2, 3, 4, 5, 6, 7, 8, 11]
    assert Guideline.objects.get().body == "Good."


@pytest.mark.parametrize("form", VocabularyForm)
def test_a_file_of_another_form_is_refused_as_a_whole(form: VocabularyForm) -> None:
    found = read(form, b"\xff\xfe\x00,\n" * 3)
    assert found.state == ImportState.REFUSED
    assert "choose another form" in found.message
    assert found.preview["problem_count"] == 3
