"""What the pages ask for, as they ask for it: through HTTP, as a person of some role."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from labelhub.accounts.models import User
from labelhub.datasets.models import Dataset, DatasetState
from labelhub.datasets.services import file_key
from labelhub.images.models import Image
from labelhub.jobs.models import Job, JobState, Kind
from labelhub.labels.models import Answer, Label, LabelState, Retraction
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.tags.services import tags_ensure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]

SignIn = Callable[[User], Client]
CONTENT = b"PAR1 and what follows\n"


@pytest.fixture
def dataset(bob: User) -> Dataset:
    """A dataset of one file, made by Bob."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    default_storage.save(file_key(sha256, "train.parquet"), ContentFile(CONTENT))
    return Dataset.objects.create(
        name="first",
        state=DatasetState.READY,
        sha256=sha256,
        files=[{"name": "train.parquet", "bytes": len(CONTENT), "sha256": sha256}],
        created_by=bob,
    )


def test_a_dataset_is_downloaded_as_it_was_made(
    dataset: Dataset, bob: User, sign_in: SignIn
) -> None:
    client = sign_in(bob)
    [file] = client.get(f"/api/datasets/{dataset.pk}").json()["files"]
    response = client.get(file["url"])
    assert response.status_code == 200
    assert b"".join(response) == CONTENT
    assert response["Content-Length"] == str(file["bytes"])
    assert response["Content-Disposition"] == 'attachment; filename="train.parquet"'


@pytest.mark.parametrize("name", ["test.parquet", "..", "%2e%2e%2fsecret_key", "train.parquet%00"])
def test_a_file_a_dataset_does_not_have_is_not_found(
    name: str, dataset: Dataset, bob: User, sign_in: SignIn
) -> None:
    response = sign_in(bob).get(f"/api/datasets/{dataset.pk}/files/{name}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_dataset_file_that_storage_lost_is_told_in_the_one_form(
    dataset: Dataset, bob: User, sign_in: SignIn
) -> None:
    default_storage.delete(file_key(dataset.sha256, "train.parquet"))
    response = sign_in(bob).get(f"/api/datasets/{dataset.pk}/files/train.parquet")
    assert response.status_code >= 400
    assert response["Content-Type"].startswith("application/json")
    assert response.json().keys() == {"code", "message"}


def test_a_dataset_is_no_business_of_an_annotator(
    dataset: Dataset, carol: User, sign_in: SignIn
) -> None:
    response = sign_in(carol).get(f"/api/datasets/{dataset.pk}/files/train.parquet")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def answer(image: Image, tag: str, **changes: object) -> dict[str, object]:
    return {
        "id": str(uuid.uuid4()),
        "image_id": image.pk,
        "tag": tag,
        "verdict": "yes",
        "seconds": 1.5,
        "view": "card",
        "how": "asked",
        "shown": {"score": 0.4, "position": 0, "questions": 1},
    } | changes


def post_answers(client: Client, *answers: dict[str, object]) -> tuple[int, dict[str, object]]:
    response = client.post(
        "/api/review/answers", {"answers": answers}, content_type="application/json"
    )
    return response.status_code, response.json()


def test_an_answer_is_a_label_until_it_is_taken_back(carol: User, sign_in: SignIn) -> None:
    image, client = factories.image(), sign_in(carol)
    tags_ensure(names=["smile"])
    given = answer(image, "smile")
    assert post_answers(client, given) == (200, {"recorded": 1, "repeated": 0})
    label = Label.objects.get(image=image, tag__name="smile")
    assert label.state == LabelState.POSITIVE
    for _time in range(2):
        response = client.post(f"/api/review/answers/{given['id']}/retract")
        assert (response.status_code, response.content) == (204, b"")
    assert not Label.objects.filter(image=image, state=LabelState.POSITIVE).exists()
    assert Retraction.objects.filter(answer_id=str(given["id"])).count() == 1


def test_an_answer_sent_again_counts_once(carol: User, sign_in: SignIn) -> None:
    image, client = factories.image(), sign_in(carol)
    tags_ensure(names=["smile", "solo"])
    first, second = answer(image, "smile"), answer(image, "solo", verdict="no")
    assert post_answers(client, first) == (200, {"recorded": 1, "repeated": 0})
    assert post_answers(client, first, second) == (200, {"recorded": 1, "repeated": 1})
    assert post_answers(client, first, second) == (200, {"recorded": 0, "repeated": 2})
    assert Answer.objects.count() == 2


def test_nobody_takes_back_the_answer_of_another(carol: User, bob: User, sign_in: SignIn) -> None:
    image = factories.image()
    tags_ensure(names=["smile"])
    given = answer(image, "smile")
    post_answers(sign_in(carol), given)
    response = sign_in(bob).post(f"/api/review/answers/{given['id']}/retract")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert Label.objects.get(image=image).state == LabelState.POSITIVE


def test_an_answer_that_never_was_cannot_be_taken_back(carol: User, sign_in: SignIn) -> None:
    response = sign_in(carol).post(f"/api/review/answers/{uuid.uuid4()}/retract")
    assert (response.status_code, response.json()["code"]) == (404, "answer_not_found")


@pytest.fixture
def failed(db: None) -> Job:
    """A job that waits for a person."""
    return Job.objects.create(
        kind=Kind.INGEST,
        subject_id=factories.upload().pk,
        state=JobState.FAILED,
        error="The disk is full.",
        failures=5,
    )


def test_an_administrator_tries_a_failed_job_again(
    failed: Job,
    alice: User,
    sign_in: SignIn,
    doorbells: list[tuple[str, int]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = sign_in(alice)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/api/jobs/{failed.pk}/retry")
    assert response.status_code == 200
    assert {name: response.json()[name] for name in ("id", "state", "error")} == {
        "id": failed.pk,
        "state": "queued",
        "error": "",
    }
    assert set(doorbells) == {("worker.ingest", failed.pk)}
    again = client.post(f"/api/jobs/{failed.pk}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_an_annotator_sees_a_failed_job_and_leaves_it(
    failed: Job, carol: User, sign_in: SignIn
) -> None:
    client = sign_in(carol)
    [row] = client.get("/api/jobs").json()["items"]
    assert (row["id"], row["state"], row["error"]) == (failed.pk, "failed", "The disk is full.")
    response = client.post(f"/api/jobs/{failed.pk}/retry")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED


HOSTILE = ["fate/grand_order", "\\m/", "2010", "what?", "100%", "a_b", "axb", ":/", "'--", "&#"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tag_of_any_name_is_found_by_its_beginning(
    name: str, carol: User, sign_in: SignIn
) -> None:
    tags_ensure(names=HOSTILE)
    client = sign_in(carol)
    for prefix in (name, name[:-1], name[:1]):
        page = client.get("/api/tags", {"q": prefix, "order": "name"}).json()
        names = [row["name"] for row in page["items"]]
        assert name in names, prefix
        assert names == sorted(names)


def test_tags_are_paged_by_names_of_any_kind(carol: User, sign_in: SignIn) -> None:
    tags_ensure(names=HOSTILE)
    client, cursor = sign_in(carol), None
    names: list[str] = []
    while cursor or not names:
        query: dict[str, str | int] = {"limit": 3, "order": "name"}
        query |= {"cursor": cursor} if cursor else {}
        page = client.get("/api/tags", query).json()
        names += [row["name"] for row in page["items"]]
        cursor = page["next"]
    assert names == sorted(HOSTILE)


def test_an_administrator_promotes_a_tagger(alice: User, sign_in: SignIn) -> None:
    candidate, serving = factories.tagger(serving=False), factories.tagger()
    Tagger.objects.filter(pk=candidate.pk).update(state=TaggerState.CANDIDATE)
    Tagger.objects.filter(pk=serving.pk).update(state=TaggerState.SERVING)
    client = sign_in(alice)
    response = client.post(f"/api/taggers/{candidate.pk}/promote")
    assert response.status_code == 200, response.content
    assert (response.json()["id"], response.json()["state"]) == (candidate.pk, "serving")
    states = {row["id"]: row["state"] for row in client.get("/api/taggers").json()["items"]}
    assert states == {candidate.pk: "serving", serving.pk: "retired"}
    again = client.post(f"/api/taggers/{candidate.pk}/promote")
    assert (again.status_code, again.json()["code"]) == (409, "tagger_not_ready")


def test_a_curator_promotes_nothing(bob: User, sign_in: SignIn) -> None:
    tagger = factories.tagger()
    Tagger.objects.filter(pk=tagger.pk).update(state=TaggerState.CANDIDATE)
    response = sign_in(bob).post(f"/api/taggers/{tagger.pk}/promote")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert Tagger.objects.get(pk=tagger.pk).state == TaggerState.CANDIDATE


def test_images_are_paged_newest_first(carol: User, sign_in: SignIn) -> None:
    made, client = [image.pk for image in factories.images(5)], sign_in(carol)
    seen, cursor, pages = [], None, 0
    while cursor or not pages:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/images", query).json()
        seen += [row["id"] for row in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert (seen, pages) == (made[::-1], 3)


def test_the_images_of_one_upload_are_listed(carol: User, sign_in: SignIn) -> None:
    factories.images(2)
    image = factories.image()
    page = sign_in(carol).get("/api/images", {"q": f"upload:{image.upload_id}"}).json()
    assert [row["id"] for row in page["items"]] == [image.pk]
    assert page["next"] is None


def test_one_image_is_shown_with_all_that_is_known_of_it(carol: User, sign_in: SignIn) -> None:
    tagger, client = factories.tagger(), sign_in(carol)
    image = factories.image(name="cat.png", source="my disk", licence="CC0", rating="s")
    factories.embedding(image, tagger, [3, -3, 0, 0])
    given = answer(image, "apron", verdict="no")
    assert post_answers(client, given)[0] == 200
    detail = client.get(f"/api/images/{image.pk}").json()
    facts = ("id", "sha256", "source", "licence", "rating", "width", "height", "format", "bytes")
    assert {name: detail[name] for name in facts} == {name: getattr(image, name) for name in facts}
    assert (detail["pretagged"], detail["positives"], detail["negatives"]) == (True, 0, 1)
    assert detail["labels"] == [
        {
            "tag": "apron",
            "category": "general",
            "state": "negative",
            "source": "answered",
            "automatic": False,
        }
    ]
    scores = {row["tag"]: row["score"] for row in detail["suggestions"]}
    assert scores["1girl"] == pytest.approx(0.9526, abs=1e-3)
    [shown] = detail["answers"]
    assert (shown["id"], shown["verdict"], shown["by"], shown["retracted"]) == (
        given["id"],
        "no",
        "carol",
        False,
    )
