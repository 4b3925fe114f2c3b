"""Which tagger serves, whose turn an image is, and that nothing is embedded twice or lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client, TestCase
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Work
from labelhub.review.services import images_rank
from labelhub.taggers.embeddings import embeddings_claim
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.selectors import pending, suggestions, tagger_serving, vocabulary_of
from labelhub.taggers.services.promotion import (
    TaggerNotReady,
    tagger_promote,
    tagger_reconsider,
    tagger_turn_down,
)
from labelhub.taggers.services.registration import (
    Loaded,
    tagger_claim,
    tagger_fetch,
    tagger_loaded,
    tagger_refuse,
    tagger_register,
)
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def vector(*numbers: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(numbers, dtype=np.float32)


def lapse() -> None:
    Embedding.objects.update(claimed_until=timezone.now() - timedelta(hours=1))


def test_the_first_tagger_serves_and_the_next_waits_for_an_administrator() -> None:
    first, second = factories.tagger(), factories.tagger(serving=False)
    assert tagger_serving() == first
    assert second.state == TaggerState.CANDIDATE


@pytest.mark.parametrize("origin", [Origin.PUBLISHED, Origin.LOCAL, Origin.STARTER])
def test_any_tagger_takes_over_from_the_starter(origin: Origin) -> None:
    starter = factories.tagger(origin=Origin.STARTER)
    real = factories.tagger(serving=False, origin=origin)
    assert tagger_serving() == real
    starter.refresh_from_db()
    assert starter.state == TaggerState.RETIRED


@pytest.mark.parametrize("serves", [True, False])
@pytest.mark.parametrize("origin", [Origin.PUBLISHED, Origin.LOCAL])
def test_none_takes_over_unasked_from_what_people_taught(origin: Origin, serves: bool) -> None:
    starter = factories.tagger(origin=Origin.STARTER)
    taught = factories.taught(starter)
    if serves:
        tagger_promote(tagger=taught)
    before = tagger_serving()
    real = factories.tagger(serving=False, origin=origin)
    assert tagger_serving() == before == (taught if serves else starter)
    assert real.state == TaggerState.CANDIDATE


def test_a_named_checkpoint_takes_over_from_a_published_one_but_not_the_other_way() -> None:
    published = factories.tagger(origin=Origin.PUBLISHED)
    factories.tagger(serving=False, origin=Origin.STARTER)
    assert tagger_serving() == published
    local = factories.tagger(serving=False, origin=Origin.LOCAL)
    assert tagger_serving() == local


def test_a_candidate_can_be_refused_and_reconsidered(alice: User) -> None:
    factories.tagger()
    candidate = factories.tagger(serving=False)
    refused = tagger_turn_down(tagger=candidate, by=alice, reason=" It forgot aprons. ")
    assert (refused.state, refused.message) == (
        TaggerState.REFUSED,
        "Refused by alice: It forgot aprons.",
    )
    with pytest.raises(TaggerNotReady):
        tagger_promote(tagger=candidate)
    with pytest.raises(TaggerNotReady):
        tagger_turn_down(tagger=candidate, by=alice)
    again = tagger_reconsider(tagger=candidate)
    assert (again.state, again.message) == (TaggerState.CANDIDATE, "")
    assert tagger_turn_down(tagger=candidate, by=alice).message == "Refused by alice."


def test_only_what_is_whole_can_be_reconsidered_and_only_that_is_never_loaded_again(
    alice: User,
) -> None:
    serving = factories.tagger()
    broken = tagger_register(name="x", origin=Origin.LOCAL, source="/nowhere")
    assert tagger_claim(tagger_id=broken.pk, states=[TaggerState.REGISTERING])
    tagger_refuse(tagger=broken, message="Torn.")
    whole = tagger_turn_down(tagger=factories.tagger(serving=False), by=alice)
    for no in (broken, serving):
        with pytest.raises(TaggerNotReady):
            tagger_reconsider(tagger=no)
    Tagger.objects.update(claimed_until=None)
    states = [TaggerState.REGISTERING, TaggerState.REFUSED]
    assert tagger_claim(tagger_id=whole.pk, states=states) is None
    assert tagger_claim(tagger_id=broken.pk, states=states)


def test_a_published_tagger_that_was_refused_whole_is_not_fetched_again(alice: User) -> None:
    factories.tagger()
    published = factories.tagger(serving=False, origin=Origin.PUBLISHED)
    tagger_turn_down(tagger=published, by=alice)
    with pytest.raises(Conflict):
        tagger_fetch(by=alice)
    published.refresh_from_db()
    assert published.state == TaggerState.REFUSED


def test_promoting_a_taught_tagger_only_ranks_anew(doorbells: list[tuple[str, int]]) -> None:
    base, image = factories.tagger(), factories.image()
    factories.embedding(image, base, [0, 0, 0, 0])
    taught = factories.taught(base)
    doorbells.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        tagger_promote(tagger=taught)
    assert [name for name, _job in doorbells] == ["worker.rank"]
    assert list(pending()) == []  # nothing for the backbone to do


def test_what_a_tagger_was_trained_on_is_said_of_every_origin() -> None:
    tagger_fetch()
    tagger_register(name="mine", origin=Origin.LOCAL, source="/my/tagger")
    tagger_register(name="Starter", origin=Origin.STARTER, source="/checkout")
    about = dict(Tagger.objects.values_list("origin", "about"))
    assert "Danbooru" in about[Origin.PUBLISHED]
    assert "/my/tagger" in about[Origin.LOCAL]
    assert "draws itself" in about[Origin.STARTER]


def test_the_backbone_says_where_its_weights_lie() -> None:
    first = factories.tagger()
    assert first.backbone is not None
    second = tagger_register(name="other head", origin=Origin.LOCAL, source="/nowhere")
    loaded = Loaded("f" * 64, first.backbone.sha256, 4, 64, factories.TAGS)
    tagger_loaded(tagger=second, loaded=loaded)
    second.refresh_from_db()
    assert second.backbone == first.backbone
    assert second.backbone.checkpoint == first.sha256  # whose folder has them already


def test_promoting_retires_the_one_before_and_can_be_undone() -> None:
    first, second = factories.tagger(), factories.tagger(serving=False)
    tagger_promote(tagger=second)
    assert tagger_serving() == second
    tagger_promote(tagger=first)
    assert tagger_serving() == first
    with pytest.raises(TaggerNotReady):
        tagger_promote(tagger=first)


def test_the_database_allows_one_serving_tagger_only() -> None:
    factories.tagger()
    other = factories.tagger(serving=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tagger.objects.filter(pk=other.pk).update(state=TaggerState.SERVING)


def test_the_same_checkpoint_again_is_refused_with_its_name() -> None:
    first = factories.tagger()
    again = tagger_register(name="again", origin=Origin.LOCAL, source="/nowhere")
    tagger_loaded(tagger=again, loaded=Loaded(first.sha256, "b" * 64, 4, 64, factories.TAGS))
    again.refresh_from_db()
    assert (again.state, first.name in again.message) == (TaggerState.REFUSED, True)


def test_a_tagger_is_loaded_by_one_worker_at_a_time() -> None:
    tagger = tagger_register(name="x", origin=Origin.LOCAL, source="/nowhere")
    assert tagger_claim(tagger_id=tagger.pk, states=[TaggerState.REGISTERING])
    assert tagger_claim(tagger_id=tagger.pk, states=[TaggerState.REGISTERING]) is None
    Tagger.objects.update(claimed_until=timezone.now() - timedelta(hours=1))
    assert tagger_claim(tagger_id=tagger.pk, states=[TaggerState.REGISTERING])


def test_images_that_wait_and_taggers_to_load_are_pending() -> None:
    tagger = factories.tagger()
    assert list(pending()) == []
    factories.images(1)
    assert list(pending()) == [Work(Kind.PRETAG, tagger.pk)]
    embeddings_claim(tagger=tagger, limit=8)
    assert list(pending()) == []
    lapse()
    assert list(pending()) == [Work(Kind.PRETAG, tagger.pk)]
    new = tagger_register(name="x", origin=Origin.LOCAL, source="/nowhere")
    assert Work(Kind.REGISTER, new.pk) in set(pending())


def test_suggestions_are_the_head_times_the_embedding_best_first() -> None:
    tagger = factories.tagger(["apron", "smile", "solo"], width=3)
    image = factories.image()
    assert suggestions(tagger, [image.pk], 10) == {}
    factories.embedding(image, tagger, [-1, 0, 2])
    found = suggestions(tagger, [image.pk], 2)[image.pk]
    assert [each.tag.name for each in found] == ["solo", "smile"]
    assert [round(each.score, 3) for each in found] == [0.881, 0.5]
    assert [round(each.probability, 3) for each in found] == [0.995, 0.5]
    assert [round(each.line, 3) for each in found] == [0.252, 0.252]


def test_a_vocabulary_keeps_its_order() -> None:
    names = ["smile", "1girl", "\\m/", "2010"]
    assert [tag.name for tag in vocabulary_of(factories.tagger(names))] == names


def test_ranking_follows_the_tagger_that_serves(
    carol: User, sign_in: Callable[[User], Client]
) -> None:
    first, second = factories.tagger(), factories.tagger(serving=False)
    image = factories.image()
    for each in (first, second):
        factories.embedding(image, each, [0, 0, 0, 0])
        images_rank(tagger=each)
    client = sign_in(carol)
    for serving in (first, second):
        if tagger_serving() != serving:
            tagger_promote(tagger=serving)
        body = {"count": 1}
        cards = client.post("/api/review/cards", body, content_type="application/json").json()
        assert cards["tagger"]["id"] == serving.pk
        assert len(cards["cards"][0]["questions"]) == 8
