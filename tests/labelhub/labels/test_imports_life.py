"""A file of labels from its coming to its end: previewed, applied, taken back, restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.labels.imports import services, work
from labelhub.labels.imports.errors import LabelImportNotFound, LabelImportNotReady
from labelhub.labels.imports.matching import STEM
from labelhub.labels.models import Absence, ImportedTags, Label, LabelForm, Labels, Verdict
from labelhub.labels.services import answers_record, labels_rebuild
from labelhub.review.models import Question
from labelhub.tags.models import Implication, ImportState, Tag
from labelhub.tags.services import NewName, names_add, tags_ensure, vocabulary_bump
from tests import factories
from tests.label_files import applied, csv, derived, effects, everything, sent, stepped, truth

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]


def test_what_applying_would_change_is_said_and_then_done(bob: User) -> None:
    one, two = factories.images(2)
    tags_ensure(names=["solo", "smile", "apron"])
    text = (
        "file,tags,not\n"
        f'{one.name},"solo, brand new",smile\n'
        f"{two.name},apron,\n"
        "nobody.png,solo,\n"
        f"{two.name},smile,\n"
    )
    found = stepped(sent(bob, text))
    assert (found.state, found.preview["rows"], found.rows_done) == (ImportState.READY, 4, 0)
    assert effects(found) == {
        "images it is about": 2,
        "new tags": 1,
        "labels that become positive": 3,
        "labels that become negative": 1,
        "rows about an image that came before in the file, which are passed over": 1,
        "rows about no image of the library": 1,
    }
    assert found.problems == [
        {
            "line": 4,
            "text": "nobody.png",
            "message": "No image in the library is called “nobody.png”.",
        }
    ]
    by_what = {each["what"]: each["examples"] for each in found.preview["effects"]}
    assert by_what["new tags"] == ["brand_new"]
    assert by_what["labels that become negative"] == [f"smile on {one.name}"]
    assert not everything() and not Tag.objects.filter(name="brand_new").exists()

    services.import_apply(import_id=found.pk, by=bob)
    found = stepped(found)
    assert (found.state, found.rows_done) == (ImportState.APPLIED, 4)
    assert found.applied_at is not None
    assert truth(one) == {
        "solo": ("positive", "imported"),
        "brand_new": ("positive", "imported"),
        "smile": ("negative", "imported"),
    }
    assert truth(two) == {"apron": ("positive", "imported")}
    assert Job.objects.get(kind=Kind.LABELS).state == JobState.DONE


def test_the_same_file_again_changes_nothing(bob: User) -> None:
    one, two = factories.images(2)
    text = csv({one: "solo, brand new", two: "apron, \\m/"})
    applied(bob, text)
    before = everything()
    again = stepped(sent(bob, text))
    assert effects(again) == {"images it is about": 2}
    services.import_apply(import_id=again.pk, by=bob)
    stepped(again)
    assert everything() == before


def test_taken_back_and_restored_labels_are_exactly_as_before(bob: User) -> None:
    one, two = factories.images(2)
    tags_ensure(names=["solo"])
    answers_record(user=bob, answers=[factories.answer(one, "solo", Verdict.NO)])
    applied(bob, csv({one: "smile"}), name="first.csv")
    without = everything()
    found = applied(bob, csv({one: "solo, smile, x", two: "apron"}), absence=Absence.NO)
    with_it = everything()
    assert with_it != without
    assert Labels.objects.get(image=one).completed_at is not None

    services.import_retract(import_id=found.pk, by=bob)
    assert Job.objects.filter(kind=Kind.DERIVE, subject_id=0).exists()
    derived()
    assert everything() == without
    assert Labels.objects.get(image=one).completed_at is None
    labels_rebuild()
    assert everything() == without

    services.import_restore(import_id=found.pk, by=bob)
    derived()
    assert everything() == with_it
    assert ImportedTags.objects.filter(batch=found).count() == 2


def test_absence_means_no_where_the_file_says_so(bob: User) -> None:
    one, two = factories.images(2)
    found = applied(bob, csv({one: "solo", two: ""}), absence=Absence.NO)
    assert effects(found)["images that become complete"] == 2
    assert list(Labels.objects.filter(completed_at=None)) == []
    assert truth(two) == {}
    unknown = stepped(sent(bob, csv({factories.image(): ""})))
    assert effects(unknown) == {"rows that say nothing of their image": 1}


def test_answers_stand_and_the_preview_says_so(bob: User) -> None:
    image = factories.image()
    tags_ensure(names=["solo", "smile"])
    answers_record(user=bob, answers=[factories.answer(image, "solo", Verdict.NO)])
    found = applied(bob, csv({image: "solo, smile"}))
    assert effects(found) == {
        "images it is about": 1,
        "labels that become positive": 1,
        "labels that stay as people have answered them": 1,
    }
    assert truth(image)["solo"] == ("negative", "answered")


def test_imports_that_contradict_each_other_are_in_conflict(bob: User) -> None:
    one, two = factories.images(2)
    applied(bob, csv({one: "solo"}))
    text = f"sha256,tags,not\n{one.sha256},,solo\n{two.sha256},smile,smile\n"
    found = applied(bob, text)
    assert effects(found)["labels that become conflicting"] == 2
    assert truth(one) == {"solo": ("conflicting", "imported")}
    assert truth(two) == {"smile": ("conflicting", "imported")}


def test_aliases_and_implications_hold(bob: User) -> None:
    child, parent = tags_ensure(names=["cat_girl", "cat"])
    names_add([NewName("nekomimi", child.pk, alias=True), NewName("猫娘", child.pk, alias=True)])
    Implication.objects.create(antecedent=child, consequent=parent)
    vocabulary_bump()
    one, two = factories.images(2)
    found = applied(bob, csv({one: "Nekomimi", two: "猫娘"}))
    assert effects(found) == {"images it is about": 2, "labels that become positive": 4}
    wanted = {"cat_girl": ("positive", "imported"), "cat": ("positive", "implied")}
    assert truth(one) == truth(two) == wanted
    assert ImportedTags.objects.get(image=two).positive == [child.pk]


def test_what_cannot_be_taken_in_is_said_and_the_rest_goes_in(bob: User) -> None:
    image = factories.image()
    for _twin in range(2):
        factories.image(name="twin.png")
    names = "highres, 猫, a*b, " + "x" * 171 + ", solo"
    text = (
        f'file,tags\n{image.name},"{names}"\ntwin.png,solo\n{"9" * 64},solo\n'
        f"{Path(image.name).stem}.webp,smile\n"
    )
    found = applied(bob, text)
    assert truth(image) == {"solo": ("positive", "imported")}
    assert effects(found)["automatic tags, which are passed over: they follow from the size"] == 1
    assert [(each["line"], each["message"]) for each in found.problems] == [
        (2, "“猫” has letters outside plain ASCII; use the English tag name."),
        (2, "“a*b” has a comma or a star, which no tag name may have."),
        (2, "A tag name has at most 170 characters."),
        (3, "2 images are called “twin.png”; name this one by its SHA-256."),
        (4, f"No image in the library is called “{'9' * 64}”."),
    ]
    assert found.preview["problem_count"] == 5


def test_names_match_exactly_then_but_for_the_ending(bob: User) -> None:
    exact = factories.image(name="1.png")
    alike = factories.image(name="2.jpg")
    dotted = factories.image(name="v1.2.png")
    factories.image(name="1.jpg")
    text = "file,tags\n1.png,a\n2.png,b\n1,c\nv1.2,d\nv1.9,e\n"
    found = applied(bob, text)
    assert [list(truth(image)) for image in (exact, alike, dotted)] == [["a"], ["b"], ["d"]]
    assert [(each["line"], each["text"]) for each in found.problems] == [(4, "1"), (6, "v1.9")]


def test_deprecated_and_hidden_tags_are_taken_in(bob: User) -> None:
    for tag, flag in zip(
        tags_ensure(names=["old", "unseen"]), ("deprecated", "hidden"), strict=True
    ):
        Tag.objects.filter(pk=tag.pk).update(**{flag: True})
    image = factories.image()
    applied(bob, csv({image: "old, unseen"}))
    assert set(truth(image)) == {"old", "unseen"}


def test_a_long_file_is_compared_for_some_time_only(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PREVIEW_SECONDS", -1)
    image = factories.image()
    found = applied(bob, f"sha256,tags\n{image.sha256},solo\nnone,solo\n")
    assert effects(found) == {"rows that were only counted, for the file is long": 2}
    assert (found.preview["rows"], found.preview["problem_count"]) == (2, 1)
    assert list(truth(image)) == ["solo"]


def test_questions_follow_from_the_labels(bob: User) -> None:
    tagger = factories.tagger()
    image = factories.image()
    solo = Tag.objects.get(name="solo")
    Question.objects.create(
        image=image, tag=solo, tagger=tagger, score=0.5, distance=0.1, open=True
    )
    applied(bob, csv({image: "solo"}))
    assert not Question.objects.get().open


def test_refused_with_a_sentence(bob: User) -> None:
    for text, form, message in (
        ("a,b\n1,2\n", LabelForm.CSV, "The first line must name the columns"),
        ("file,tags\n", LabelForm.CSV, "There is no row in the file."),
        ("hello", LabelForm.PARQUET, "The file is not parquet"),
        ("hello", LabelForm.SIDECARS, "The archive is damaged"),
    ):
        found = stepped(sent(bob, text, form=form))
        assert found.state == ImportState.REFUSED
        assert found.message.startswith(message)
        with pytest.raises(LabelImportNotReady, match="in the state “refused”"):
            services.import_apply(import_id=found.pk, by=bob)


def test_a_file_whose_bytes_are_gone(bob: User, files: Path) -> None:
    found = sent(bob, "file,tags\n")
    (files / found.key).unlink()
    assert "gone from the storage" in stepped(found).message


def test_bytes_go_when_they_are_needed_no_more_and_restoring_needs_none(
    bob: User, files: Path
) -> None:
    image = factories.image()
    refused = stepped(sent(bob, "a,b\n1,2\n"))
    assert refused.state == ImportState.REFUSED and not (files / refused.key).exists()
    found = stepped(sent(bob, csv({image: "solo"})))
    assert (files / found.key).exists()
    services.import_apply(import_id=found.pk, by=bob)
    assert stepped(found).state == ImportState.APPLIED
    assert not (files / found.key).exists()
    services.import_retract(import_id=found.pk, by=bob)
    derived()
    assert truth(image) == {}
    assert services.import_restore(import_id=found.pk, by=bob).state == ImportState.APPLIED
    derived()
    assert truth(image) == {"solo": ("positive", "imported")}
    services.import_discard(import_id=refused.pk)


def test_a_row_that_says_nothing_does_not_stand_in_the_way_of_another(bob: User) -> None:
    image = factories.image()
    found = applied(bob, f"sha256,tags\n{image.sha256},highres\n{image.sha256},solo\n")
    assert truth(image) == {"solo": ("positive", "imported")}
    said = effects(found)
    assert said["images it is about"] == said["labels that become positive"] == 1
    assert "rows about an image that came before in the file, which are passed over" not in said


def test_only_what_was_never_applied_is_forgotten(bob: User, files: Path) -> None:
    image = factories.image()
    found = stepped(sent(bob, csv({image: "solo"})))
    services.import_discard(import_id=found.pk)
    assert not (files / found.key).exists()
    with pytest.raises(LabelImportNotFound):
        services.import_discard(import_id=found.pk)
    kept = applied(bob, csv({image: "solo"}))
    with pytest.raises(LabelImportNotReady, match="take it back instead"):
        services.import_discard(import_id=kept.pk)
    with pytest.raises(LabelImportNotReady, match="in the state “applied”"):
        services.import_restore(import_id=kept.pk, by=bob)


def test_ten_thousand_rows_take_few_queries(
    bob: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    upload = factories.upload()
    images = [
        Image(
            sha256=f"{number:064x}",
            name=f"many-{number}.png",
            format="PNG",
            bytes=1000,
            width=64,
            height=48,
            phash=number,
            phash_algorithm="x",
            upload=upload,
        )
        for number in range(10_000)
    ]
    Image.objects.bulk_create(images)
    text = "file,tags\n" + "".join(
        f'{image.name},"{", ".join(f"tag_{(number + k) % 500}" for k in range(5))}"\n'
        for number, image in enumerate(images)
    )
    with django_assert_max_num_queries(1_500):  # some dozens for each batch of hundreds
        found = stepped(sent(bob, text))
        assert effects(found)["labels that become positive"] == 50_000
        services.import_apply(import_id=found.pk, by=bob)
        assert stepped(found).state == ImportState.APPLIED
    assert Label.objects.count() == 50_000


def test_matching_by_name_is_served_by_its_index() -> None:
    query = Image.objects.annotate(stem=STEM).filter(stem__in=["a", "b"]).values_list("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = query.explain()
        cursor.execute("RESET enable_seqscan")
    assert "image_stem" in plan
