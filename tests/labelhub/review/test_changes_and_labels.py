"""Labels follow what is changed of tags, and come back when it is taken back."""

from __future__ import annotations

import pytest

from labelhub.accounts.models import User
from labelhub.jobs.models import Job, Kind
from labelhub.labels.models import Stale, Verdict
from labelhub.labels.services import tags_import
from labelhub.tags.models import Category
from labelhub.tags.services import tag_create, tags_ensure
from tests import factories
from tests.labelhub.review.changing import NAMES, derive, labels, make, say, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def test_labels_follow_a_merge_and_come_back_with_its_undo(carol: User) -> None:
    tags_ensure(names=NAMES)
    one, other = factories.images(2)
    say(carol, one, "apron")
    say(carol, other, "dress", Verdict.NO)
    change = make("merge", tag="apron", into="dress")
    assert Job.objects.filter(kind=Kind.DERIVE, subject_id=0).exists()
    derive()
    assert labels(one)["positive"] == labels(other)["negative"] == {"dress"}
    undo(change)
    derive()
    assert labels(one)["positive"] == {"apron"}
    assert labels(other)["negative"] == {"dress"}


def test_labels_follow_an_implication_and_a_deprecation_that_takes_it_away(carol: User) -> None:
    tags_ensure(names=NAMES)
    yes, no = factories.images(2)
    say(carol, yes, "apron")
    say(carol, no, "clothes", Verdict.NO)
    make("imply", tag="apron", implied="clothes")
    derive()
    assert labels(yes)["positive"] == {"apron", "clothes"}
    assert labels(no)["negative"] == {"apron", "clothes"}
    change = make("deprecate", tag="clothes")
    derive()
    assert labels(yes)["positive"] == {"apron"}
    assert labels(no)["negative"] == {"clothes"}
    undo(change)
    derive()
    assert labels(no)["negative"] == {"apron", "clothes"}


def test_labels_follow_what_a_new_name_implies(carol: User) -> None:
    tags_ensure(names=["cosplay", "saber_costume"])
    (image,) = factories.images(1)
    say(carol, image, "saber_costume")
    change = make("rename", tag="saber_costume", to="saber_(cosplay)")
    derive()
    assert labels(image)["positive"] == {"saber_(cosplay)", "cosplay"}
    undo(change)
    derive()
    assert labels(image)["positive"] == {"saber_costume"}


def test_labels_lose_what_a_merged_tags_name_implied_until_the_merge_is_taken_back(
    carol: User,
) -> None:
    tags_ensure(names=["cosplay", "saber", "saber_(cosplay)"])
    playing, herself = factories.images(2)
    say(carol, playing, "saber_(cosplay)")
    say(carol, herself, "saber")
    derive()
    before = labels(playing)
    assert before["positive"] == {"saber_(cosplay)", "saber", "cosplay"}
    change = make("merge", tag="saber_(cosplay)", into="saber")
    derive()
    assert labels(playing)["positive"] == labels(herself)["positive"] == {"saber"}
    undo(change)
    derive()
    assert labels(playing) == before
    assert labels(herself)["positive"] == {"saber"}


def test_labels_in_conflict_along_a_chain_follow_when_its_middle_goes(
    carol: User, bob: User
) -> None:
    tags_ensure(names=["c", "low", "high", "grand"])
    for low, high in (("c", "low"), ("low", "high"), ("high", "grand")):
        make("imply", tag=low, implied=high)
    (image,) = factories.images(1)
    say(carol, image, "c")
    say(bob, image, "grand", Verdict.NO)
    derive()
    assert labels(image)["conflicting"] == {"c", "grand"}
    change = make("unimply", tag="low", implied="high")
    derive()
    assert labels(image)["positive"] == {"c", "low"}
    assert labels(image)["negative"] == {"grand", "high"}
    undo(change)
    derive()
    assert labels(image)["conflicting"] == {"c", "grand"}


def test_an_import_that_a_no_overruled_through_a_name_follows_when_its_implication_goes(
    carol: User,
) -> None:
    tags_ensure(names=["cosplay", "saber_(cosplay)", "saber_dress"])
    make("imply", tag="saber_dress", implied="saber_(cosplay)")
    (image,) = factories.images(1)
    tags_import(image_id=image.pk, names=["saber_dress"], origin="a file")
    say(carol, image, "cosplay", Verdict.NO)
    derive()
    assert labels(image) == {"positive": set(), "negative": {"cosplay"}, "conflicting": set()}
    make("unimply", tag="saber_dress", implied="saber_(cosplay)")
    derive()
    assert labels(image)["positive"] == {"saber_dress"}


@pytest.mark.parametrize(
    ("low", "new"),
    [
        ("saber_(cosplay)", "cosplay"),
        ("saber_(cosplay)", "saber"),
        ("sailor_school_uniform", "school_uniform"),
    ],
)
def test_labels_follow_a_new_tag_that_a_name_implies(carol: User, low: str, new: str) -> None:
    tags_ensure(names=[low])
    one, other = factories.images(2)
    say(carol, one, low)
    derive()
    tag_create(name=new, category=Category.GENERAL, by=carol)
    assert set(Stale.objects.values_list("pk", flat=True)) == {one.pk}
    derive()
    assert labels(one)["positive"] == {low, new}


def test_a_rename_of_another_tag_leaves_labels_alone(carol: User) -> None:
    tags_ensure(names=NAMES)
    (image,) = factories.images(1)
    say(carol, image, "apron")
    derive()
    make("rename", tag="apron", to="pinafore")
    assert not Stale.objects.exists()
    assert labels(image)["positive"] == {"pinafore"}


def test_imports_about_a_merged_tag_follow_even_where_nothing_is_known_of_it(carol: User) -> None:
    tags_ensure(names=["highres", "apron", "maid_apron"])
    (image,) = factories.images(1)
    tags_import(image_id=image.pk, names=["maid_apron"], origin="a file")
    derive()
    make("merge", tag="maid_apron", into="apron")
    derive()
    assert labels(image)["positive"] >= {"apron"}
