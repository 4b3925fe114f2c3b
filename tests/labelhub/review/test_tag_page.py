"""A tag's page, by any name of it, whatever that is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.labels.models import TagCount, Verdict
from labelhub.labels.services import tags_import
from labelhub.review.changes import change_make
from labelhub.review.services import answers_take, stale_step
from labelhub.scoring.metrics import f1_interval
from labelhub.taggers.files import head_of
from labelhub.tags.models import PublishedFigures, Tag
from labelhub.tags.services import tags_ensure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
HOSTILE = (
    "fate/grand_order",
    "what?",
    "\\m/",
    ":/",
    ";)",
    "2010",
    "69",
    "ranma_1/2",
    "a&b=c#d+e%f",
)


@pytest.fixture
def client(carol: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(carol)


def make(kind: str, **asked: object) -> None:
    change_make(user=None, details={"kind": kind, **asked})


def page(client: Client, name: str) -> Any:
    response = client.get(f"/api/tag?name={quote(name, safe='')}")
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_every_sort_have_a_page_history_and_examples(
    name: str, bob: User, sign_in: Callable[[User], Client]
) -> None:
    (tag,) = tags_ensure(names=[name])
    client, (image,) = sign_in(bob), factories.images(1)
    answers_take(user=bob, answers=[factories.answer(image, name)])
    body = {"tag": name, "image_id": image.pk, "good": True}
    assert (
        client.post("/api/tag/examples", body, content_type="application/json").status_code == 204
    )
    shown = page(client, name)
    assert (shown["id"], shown["name"]) == (tag.pk, name)
    assert [each["image"]["id"] for each in shown["examples"]] == [image.pk]
    address = f"/api/tag/examples/remove?tag={quote(name, safe='')}&image_id={image.pk}"
    assert client.post(address).status_code == 204
    assert page(client, name)["examples"] == []


def test_an_alias_and_a_merged_name_show_the_tag_they_mean(client: Client) -> None:
    tags_ensure(names=["apron", "maid_apron"])
    make("alias", tag="apron", alias="エプロン")
    make("merge", tag="maid_apron", into="apron")
    for name in ("apron", "Apron ", "エプロン", "maid apron"):
        assert page(client, name)["name"] == "apron"
    assert page(client, "apron")["aliases"] == ["maid_apron", "エプロン"]


def test_no_tag_is_not_found_and_says_what_may_be_meant(client: Client) -> None:
    tags_ensure(names=["apron"])
    response = client.get("/api/tag?name=aprno")
    assert response.status_code == 404
    assert "“apron”" in response.json()["message"]


def test_implications_are_shown_direct_and_through_others(client: Client) -> None:
    tags_ensure(names=["maid_apron", "apron", "clothes", "cosplay", "apron_(cosplay)"])
    make("imply", tag="maid_apron", implied="apron")
    make("imply", tag="apron", implied="clothes")

    def names(shown: Any, part: str) -> list[str]:
        return [each["name"] for each in shown[part]]

    shown = page(client, "maid_apron")
    assert names(shown, "implies") == ["apron"]
    assert names(shown, "all_implied") == ["apron", "clothes"]
    assert names(page(client, "apron"), "implied_by") == ["apron_(cosplay)", "maid_apron"]
    assert names(page(client, "clothes"), "implied_by") == ["apron"]


def test_of_very_many_that_imply_a_tag_the_first_are_shown_and_all_are_counted(
    client: Client,
) -> None:
    tags_ensure(names=["cosplay", *(f"nobody_{number:03}_(cosplay)" for number in range(230))])
    shown = page(client, "cosplay")
    assert shown["implied_by_count"] == 230
    assert len(shown["implied_by"]) == 200
    assert shown["implied_by"][0]["name"] == "nobody_000_(cosplay)"


def test_counts_are_of_now_where_few_have_it_and_of_the_last_count_where_many_do(
    client: Client, carol: User, bob: User
) -> None:
    (tag,) = tags_ensure(names=["apron"])
    one, two, three = factories.images(3)
    for user, image, verdict in (
        (carol, one, Verdict.YES),
        (carol, two, Verdict.NO),
        (carol, three, Verdict.YES),
        (bob, three, Verdict.NO),
    ):
        answers_take(user=user, answers=[factories.answer(image, "apron", verdict)])
    TagCount.objects.create(tag=tag, positive=7)
    counts = {"positive": 1, "negative": 1, "conflicting": 1}
    assert page(client, "apron")["counts"] == counts | {"exact": True}
    TagCount.objects.update(positive=20_000)
    assert page(client, "apron")["counts"] == counts | {"positive": 20_000, "exact": False}


def test_the_serving_tagger_and_its_line(client: Client) -> None:
    tags_ensure(names=["apron"])
    assert page(client, "apron")["known"] is False
    tagger = factories.tagger(["smile", "apron"])
    tags_ensure(names=["pinafore"])
    make("merge", tag="apron", into="pinafore")
    shown = page(client, "pinafore")
    assert shown["known"] is True
    assert shown["line"] == pytest.approx(float(head_of(tagger.sha256).lines[1]))


def test_published_figures_come_with_what_bounds_them(client: Client) -> None:
    (tag,) = tags_ensure(names=["apron"])
    assert page(client, "apron")["published"] is None
    PublishedFigures.objects.create(
        tag=tag,
        position=1,
        count=1000,
        precision=0.7435,
        recall=0.7550,
        f1=0.7492,
        hits=114,
        alarms=39,
        misses=37,
        rejections=32578,
    )
    shown = page(client, "apron")
    figures = shown["published"]
    assert (shown["f1"], figures["f1"], figures["positives"]) == (0.7492, 0.7492, 151)
    assert 0.68 < figures["low"] < 0.7492 < figures["high"] < 0.81


def test_only_what_people_reviewed_is_an_example(
    bob: User, carol: User, sign_in: Callable[[User], Client]
) -> None:
    tags_ensure(names=["apron"])
    image, imported, disputed = factories.images(3)
    client = sign_in(bob)

    def put(of: int, good: bool) -> Any:
        body = {"tag": "apron", "image_id": of, "good": good, "note": "with a bow"}
        return client.post("/api/tag/examples", body, content_type="application/json")

    tags_import(image_id=imported.pk, names=["apron"], origin="a file")
    for user, verdict in ((carol, Verdict.YES), (bob, Verdict.NO)):
        answers_take(user=user, answers=[factories.answer(disputed, "apron", verdict)])
    for of, sentence in (
        (image, "Answer that first"),
        (imported, "Answer that first"),
        (disputed, "contradicts itself"),
    ):
        refused = put(of.pk, good=True)
        assert refused.status_code == 409
        assert sentence in refused.json()["message"]
    assert put(10**9, good=True).status_code == 404
    answers_take(user=carol, answers=[factories.answer(image, "apron", Verdict.NO)])
    assert "can only show what the tag is not" in put(image.pk, good=True).json()["message"]
    assert put(image.pk, good=False).status_code == put(image.pk, good=False).status_code == 204
    (example,) = page(client, "apron")["examples"]
    assert (example["good"], example["note"], example["by"]) == (False, "with a bow", "bob")
    tags_ensure(names=["dress"])
    make("merge", tag="apron", into="dress")
    while stale_step().claimed:
        pass
    assert len(page(client, "dress")["examples"]) == 1


def test_annotators_do_not_choose_examples(client: Client) -> None:
    body = {"tag": "apron", "image_id": 1, "good": True}
    assert (
        client.post("/api/tag/examples", body, content_type="application/json").status_code == 403
    )


def test_f1_is_bounded_by_few_decisions_as_by_many() -> None:
    assert f1_interval(0, 0, 0) == (0, 1)
    assert f1_interval(0, 5, 5)[0] == 0
    assert f1_interval(5, 0, 0)[1] == pytest.approx(1)
    low, high = f1_interval(60, 20, 20)
    wide_low, wide_high = f1_interval(6, 2, 2)
    assert wide_low < low < 0.75 < high < wide_high


def test_f1_is_within_its_bounds_as_often_as_they_say() -> None:
    """Hits drawn anew many times from a tagger whose true F1 is 0.75."""
    random = np.random.default_rng(0)
    hits = random.binomial(100, 0.6, size=2000)
    within = [
        low <= 0.75 <= high for low, high in (f1_interval(int(n), 100 - int(n), 0) for n in hits)
    ]
    assert 0.93 < np.mean(within) < 0.97


def test_a_renamed_tag_keeps_its_page_history_and_guideline(client: Client) -> None:
    (tag,) = tags_ensure(names=["apron"])
    make("rename", tag="apron", to="ranma 1/2")
    assert page(client, "apron")["name"] == "ranma_1/2"
    assert Tag.objects.get(pk=tag.pk).name == "ranma_1/2"
    (row,) = client.get(f"/api/tags/changes?tag_id={tag.pk}").json()["items"]
    assert row["sentence"] == "“apron” was renamed to “ranma 1/2”."
