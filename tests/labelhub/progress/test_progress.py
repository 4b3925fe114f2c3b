"""Progress is counted from the answers that stand; agreement as one would count it by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Verdict
from labelhub.labels.services import NewAnswer, answers_record, answers_retract
from labelhub.progress import selectors
from labelhub.progress.schemas import PersonRow
from labelhub.taggers.models import TaggerState
from labelhub.training.models import Run, RunState
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]
YES, NO, UNSURE = Verdict.YES, Verdict.NO, Verdict.UNSURE


def say(by: User, to: Image, tag: str, verdict: Verdict, **fields: Any) -> NewAnswer:
    answer = replace(factories.answer(to, tag, verdict), **fields)
    answers_record(user=by, answers=[answer])
    return answer


def people() -> dict[str, PersonRow]:
    return {row.person: row for row in selectors.people_rows()}


def test_agreement_as_counted_by_hand(image: Image, alice: User, bob: User, carol: User) -> None:
    # Question by question, who says what:  alice  bob    carol    pairs that agree
    #   smile                               yes    yes    no       1 of 3
    #   apron                               yes    no              0 of 1
    #   solo                                no     no              1 of 1
    #   2010                                yes    unsure          no pair
    #   :/ (alice first said no)            yes           yes      1 of 1
    #   \m/ (bob took his back)             yes    -               no pair
    for tag, verdict in (("smile", YES), ("apron", YES), ("solo", NO), ("2010", YES)):
        say(alice, image, tag, verdict)
    for tag, verdict in (("smile", YES), ("apron", NO), ("solo", NO), ("2010", UNSURE)):
        say(bob, image, tag, verdict)
    say(carol, image, "smile", NO)
    say(alice, image, ":/", NO)
    say(alice, image, ":/", YES)
    say(carol, image, ":/", YES)
    say(alice, image, "\\m/", YES)
    answers_retract(user=bob, answer_ids=[say(bob, image, "\\m/", NO).id])

    found = people()

    assert found["alice"].shared == 4  # smile, apron, solo, :/
    assert found["alice"].agreement == pytest.approx(3 / 5)
    assert found["bob"].shared == 3
    assert found["bob"].agreement == pytest.approx(2 / 4)
    assert found["carol"].shared == 2
    assert found["carol"].agreement == pytest.approx(1 / 3)


def test_the_same_tag_of_another_image_is_another_question(
    image: Image, alice: User, bob: User
) -> None:
    say(alice, image, "smile", YES)
    say(bob, factories.image(), "smile", NO)

    assert [(row.shared, row.agreement) for row in selectors.people_rows()] == [(0, None)] * 2


def test_a_persons_answers_are_counted_without_those_taken_back(
    image: Image, bob: User, carol: User
) -> None:
    for tag, verdict, seconds in (
        ("smile", YES, 1.0),
        ("apron", YES, 2.0),
        ("solo", NO, 9.0),
        ("2010", UNSURE, 4.0),
    ):
        last = say(carol, image, tag, verdict, seconds=seconds)
    taken_back = say(carol, image, ":/", NO, seconds=100.0)
    answers_retract(user=carol, answer_ids=[taken_back.id])
    answers_retract(user=bob, answer_ids=[say(bob, image, "smile", NO).id])

    row, other = selectors.people_rows()

    assert (row.person, row.role, row.answers) == ("carol", "annotator", 4)
    assert (row.yes, row.no, row.unsure, row.retracted) == (2, 1, 1, 1)
    assert row.median_seconds == 3.0
    assert row.last_at is not None and row.last_at < timezone.now()
    assert last.id != taken_back.id
    assert (other.person, other.answers, other.retracted) == ("bob", 0, 1)
    assert (other.median_seconds, other.agreement, other.last_at) == (None, None, None)


def test_days_are_counted_by_person_for_thirty_days(image: Image, bob: User, carol: User) -> None:
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for tag, by, back in (
        ("smile", carol, 0),
        ("apron", carol, 29),
        ("solo", carol, 29),
        ("2010", bob, 29),
        (":/", bob, 30),
    ):
        say(by, image, tag, YES, at=midnight - timedelta(days=back))
    answers_retract(user=bob, answer_ids=[say(bob, image, "\\m/", NO, at=midnight).id])

    oldest = (midnight - timedelta(days=29)).date()
    assert [(row.day, row.person, row.answers) for row in selectors.day_rows()] == [
        (oldest, "bob", 1),
        (oldest, "carol", 2),
        (midnight.date(), "carol", 1),
    ]


def test_tags_are_counted_with_their_contradictions(image: Image, bob: User, carol: User) -> None:
    other = factories.image()
    say(bob, image, "smile", YES)
    say(carol, image, "smile", NO)
    say(carol, other, "smile", UNSURE)
    say(carol, image, "apron", NO)
    answers_retract(user=carol, answer_ids=[say(carol, other, "apron", YES).id])

    smile, apron = selectors.tag_rows()

    assert smile.dict() == {
        "tag": "smile",
        "answers": 3,
        "yes": 1,
        "no": 1,
        "unsure": 1,
        "conflicting": 1,
    }
    assert (apron.tag, apron.answers, apron.no, apron.conflicting) == ("apron", 1, 1, 0)


def test_only_the_most_answered_tags_are_listed(
    image: Image, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "TAGS", 2)
    for tag in factories.TAGS:
        say(carol, image, tag, YES)
    say(carol, factories.image(), "2010", YES)

    assert len(selectors.tag_rows()) == 2
    assert selectors.tag_rows()[0].tag == "2010"


def run(**fields: Any) -> Run:
    facts: dict[str, Any] = {"state": RunState.DONE, "finished_at": timezone.now(), "pairs": 5}
    base = fields.pop("base")
    return Run.objects.create(base=base, **(facts | fields))


def test_runs_show_what_they_brought_oldest_first() -> None:
    base = factories.tagger()
    taught = factories.tagger(serving=False)
    groups = [
        {"group": "rare", "images": 9, "tags": 2, "before": 0.1, "after": 0.2},
        {"group": "all", "images": 1000, "tags": 80, "before": 0.5, "after": 0.6},
    ]
    unseen = {"pairs": 5, "before": 0.7, "after": 0.8}
    first = run(base=base, candidate=taught, scenes=groups, unseen=unseen)
    second = run(base=base, unseen=unseen)
    run(base=base, state=RunState.FAILED)
    run(base=base, message="it learned nothing")

    points = selectors.run_points()

    assert [(each.run_id, each.before, each.after) for each in points] == [
        (first.pk, 0.5, 0.6),
        (second.pk, 0.7, 0.8),
    ]
    assert points[0].pairs == 5 and points[0].at == first.finished_at
    assert points[0].candidate_state == TaggerState(taught.state)
    assert points[1].candidate_state is None


def test_curators_see_all_of_it(image: Image, bob: User, carol: User, sign_in: SignIn) -> None:
    say(carol, image, "smile", YES)
    say(carol, image, "apron", YES, at=timezone.now() - timedelta(days=8))

    shown = sign_in(bob).get("/api/progress").json()

    assert [row["person"] for row in shown["days"]] == ["carol", "carol"]
    assert [row["tag"] for row in shown["tags"]] == ["apron", "smile"]
    assert shown["runs"] == []
    assert shown["totals"] == {
        "images": 1,
        "pretagged": 0,
        "answers": 2,
        "answers_7d": 1,
        "people": 1,
        "open_questions": 0,
    }


def test_an_annotator_does_not_see_how_others_do(carol: User, sign_in: SignIn) -> None:
    assert sign_in(carol).get("/api/progress").status_code == 403
