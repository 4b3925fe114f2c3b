"""Files of labels as the API has them: sent, listed, applied, taken back; and who may."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from labelhub.accounts.models import User
from labelhub.jobs.models import Job
from labelhub.labels.models import LabelImport
from tests import factories
from worker.tasks.labels import labels as labels_task

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]
IMPORTS = "/api/labels/imports"


def post(client: Client, data: bytes, **asked: str) -> dict[str, object]:
    query = urlencode({"form": "csv", "absence": "unknown", "name": "a/b.csv"} | asked)
    response = client.post(f"{IMPORTS}?{query}", data, content_type="application/octet-stream")
    assert response.status_code == 200, response.content
    made: dict[str, object] = response.json()
    return made


def worked() -> None:
    labels_task.run(Job.objects.latest("pk").pk)


def test_from_sending_to_taking_back(bob: User, sign_in: SignIn) -> None:
    client, image = sign_in(bob), factories.image()
    made = post(client, f"file,tags\n{image.name},solo\nx.png,solo\n".encode())
    assert (made["state"], made["by"], made["name"], made["rows"]) == (
        "reading",
        "bob",
        "a/b.csv",
        0,
    )
    here = f"{IMPORTS}/{made['id']}"
    early = client.post(f"{here}/apply")
    assert (early.status_code, early.json()["code"]) == (409, "label_import_not_ready")
    worked()
    ready = client.get(here).json()
    assert (ready["state"], ready["rows"], ready["problem_count"]) == ("ready", 2, 1)
    assert {
        "what": "labels that become positive",
        "count": 1,
        "examples": [f"solo on {image.name}"],
    } in ready["effects"]
    assert ready["problems"][0]["line"] == 3
    assert client.post(f"{here}/apply").json()["state"] == "applying"
    worked()
    assert client.post(f"{here}/retract").json()["state"] == "retracted"
    assert client.post(f"{here}/retract").status_code == 409
    assert client.post(f"{here}/restore").json()["state"] == "applied"
    assert client.delete(here).status_code == 409
    listed = client.get(IMPORTS).json()
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    assert listed["items"][0]["applied_at"]


def test_forgotten(bob: User, sign_in: SignIn) -> None:
    client = sign_in(bob)
    made = post(client, b"hello")
    assert client.delete(f"{IMPORTS}/{made['id']}").status_code == 204
    assert client.get(f"{IMPORTS}/{made['id']}").json()["code"] == "label_import_not_found"
    assert not LabelImport.objects.exists()


def test_annotators_may_not(carol: User, sign_in: SignIn) -> None:
    client = sign_in(carol)
    assert client.get(IMPORTS).status_code == 403
    assert client.post(f"{IMPORTS}/1/retract").status_code == 403


def test_too_large(bob: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelhub.labels.imports.services.BYTES_LIMIT", 1 << 20)
    query = urlencode({"form": "csv", "absence": "unknown", "name": "a.csv"})
    response = sign_in(bob).post(
        f"{IMPORTS}?{query}", b"x" * (2 << 20), content_type="application/octet-stream"
    )
    assert (response.status_code, response.json()["code"]) == (413, "file_too_large")
    assert not LabelImport.objects.exists()


def test_a_form_nobody_reads(bob: User, sign_in: SignIn) -> None:
    response = sign_in(bob).post(f"{IMPORTS}?form=xls&absence=no&name=a")
    assert (response.status_code, list(response.json()["fields"])) == (422, ["form"])
