"""The endpoints of uploads and of image files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from labelhub import storage
from labelhub.accounts.models import User
from labelhub.images.models import Image, Upload
from labelhub.images.services import receive as receiving
from labelhub.jobs.models import Job, Kind
from tests import factories
from tests.pictures import HTML, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
SignIn = Callable[[User], Client]
OCTETS = "application/octet-stream"
JSON = "application/json"


@pytest.fixture
def curator(bob: User, sign_in: SignIn) -> Client:
    return sign_in(bob)


def opened(client: Client, **fields: object) -> int:
    answer = client.post("/api/uploads", {"expected": 2, **fields}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    number: int = answer.json()["id"]
    return number


def send(client: Client, upload: int, path: str, data: bytes) -> dict[str, object]:
    answer = client.post(
        f"/api/uploads/{upload}/files",
        data,
        content_type=OCTETS,
        query_params={"path": path},
    )
    assert answer.status_code == 200, answer.content
    row: dict[str, object] = answer.json()
    return row


def stored_image(files: Path, data: bytes = b"original", **facts: Any) -> Image:
    image = factories.image(sha256=hashlib.sha256(data).hexdigest(), **facts)
    storage.put_bytes(image.original_key, data)
    storage.put_bytes(image.thumbnail_key, b"small")
    return image


def test_an_upload_from_its_opening_to_its_end(curator: Client) -> None:
    number = opened(curator, source="my camera", licence="CC0", rating="g", domain="photo")

    row = send(curator, number, "cats/one.png", png())
    again = send(curator, number, "cats/one.png", png())

    assert row == again
    assert (row["path"], row["state"], row["image_id"]) == ("cats/one.png", "waiting", None)
    closed = curator.post(f"/api/uploads/{number}/close").json()
    assert closed == curator.get(f"/api/uploads/{number}").json()
    assert closed | {"created_at": "", "id": 0} == {
        "id": 0,
        "expected": 2,
        "created_at": "",
        "closed": True,
        "source": "my camera",
        "licence": "CC0",
        "rating": "g",
        "domain": "photo",
        "received": 1,
        "waiting": 1,
        "stored": 0,
        "duplicates": 0,
        "rejected": 0,
        "sidecars": 0,
    }


def test_files_are_paged_oldest_first_and_filtered(curator: Client) -> None:
    number = opened(curator)
    for index in range(3):
        send(curator, number, f"{index}.png", png(index))
    send(curator, number, "empty.png", b"")

    first = curator.get(f"/api/uploads/{number}/files", {"limit": 3}).json()
    rest = curator.get(f"/api/uploads/{number}/files", {"cursor": first["next"]}).json()
    rejected = curator.get(f"/api/uploads/{number}/files", {"state": "rejected"}).json()

    assert [row["path"] for row in first["items"]] == ["0.png", "1.png", "2.png"]
    assert [row["path"] for row in rest["items"]] == ["empty.png"] and rest["next"] is None
    assert [row["message"] for row in rejected["items"]] == [
        "The file is empty; send the original."
    ]
    assert curator.get(f"/api/uploads/{number}/files", {"state": "odd"}).status_code == 422


def test_uploads_are_paged_newest_first(curator: Client) -> None:
    numbers = [opened(curator) for _each in range(3)]

    page = curator.get("/api/uploads", {"limit": 2}).json()

    assert [row["id"] for row in page["items"]] == [numbers[2], numbers[1]]
    assert page["next"]


def test_a_hostile_path_is_only_ever_a_name(curator: Client, files: Path) -> None:
    row = send(curator, opened(curator), "../../../tmp/../etc/\0passwd", png())

    assert row["path"] == "tmp/etc/passwd"
    assert [path.parent.name for path in files.rglob("*") if path.is_file()] == ["incoming"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content_type": "multipart/form-data; boundary=x"}, 415, "file_encoding_wrong"),
        ({"content_type": "application/x-www-form-urlencoded"}, 415, "file_encoding_wrong"),
        ({"content_type": OCTETS, "HTTP_TRANSFER_ENCODING": "chunked"}, 411, "file_length_missing"),
        ({"content_type": OCTETS, "CONTENT_LENGTH": "-1"}, 411, "file_length_missing"),
    ],
)
def test_a_body_that_cannot_be_right_is_refused(
    curator: Client, files: Path, headers: dict[str, str], status: int, code: str
) -> None:
    number = opened(curator)

    answer = curator.generic("POST", f"/api/uploads/{number}/files?path=a.png", b"123", **headers)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert curator.get(f"/api/uploads/{number}").json()["received"] == 0
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_large_file_is_refused_with_a_sentence(
    curator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "IMAGE_BYTES", 1 << 20)

    answer = curator.post(
        f"/api/uploads/{opened(curator)}/files?path=a.png", bytes((1 << 20) + 1), OCTETS
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert "1 MB" in answer.json()["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"expected": -1},
        {"rating": "x"},
        {"domain": "x"},
        {"licence": "x" * 201},
    ],
    ids=str,
)
def test_a_bad_description_is_refused(curator: Client, fields: dict[str, object]) -> None:
    answer = curator.post(
        "/api/uploads", {"expected": 1, **fields}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_character_that_cannot_be_stored_is_refused(curator: Client) -> None:
    body = {"expected": 1, "source": "nul\0"}
    answer = curator.post("/api/uploads", body, content_type="application/json")

    assert answer.status_code == 400
    assert "NUL" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/api/uploads/99/files?path=a"),
        ("POST", "/api/uploads/99/close"),
        ("GET", "/api/uploads/99"),
        ("GET", "/api/uploads/99/files"),
        ("GET", "/api/images/99/file"),
        ("GET", "/api/images/99/thumbnail"),
        ("GET", f"/api/images/{10**30}/file"),
    ],
)
def test_what_is_not_there_is_not_found(curator: Client, method: str, address: str) -> None:
    answer = curator.generic(method, address, b"1", OCTETS)

    assert answer.status_code == 404
    assert answer.json()["message"].endswith(".")


def test_an_annotator_may_look_and_not_upload(
    carol: User, sign_in: SignIn, files: Path, curator: Client
) -> None:
    annotator, number = sign_in(carol), opened(curator)
    image = stored_image(files)

    assert annotator.post("/api/uploads", {}, "application/json").status_code == 403
    assert annotator.post(f"/api/uploads/{number}/files?path=a", b"1", OCTETS).status_code == 403
    assert annotator.post(f"/api/uploads/{number}/close").status_code == 403
    answer = annotator.get(f"/api/images/{image.pk}/file")
    assert b"".join(answer.streaming_content) == b"original"  # type: ignore[attr-defined]


def test_an_original_is_served_as_what_it_is_and_kept(curator: Client, files: Path) -> None:
    image = stored_image(files, HTML, name='x";\r\n<script>.html', format="JPEG")

    answer = curator.get(f"/api/images/{image.pk}/file")

    assert b"".join(answer.streaming_content) == HTML  # type: ignore[attr-defined]
    headers = answer.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == 'inline; filename="x_script.jpeg"'
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "immutable" in headers["Cache-Control"] and "private" in headers["Cache-Control"]
    again = curator.get(f"/api/images/{image.pk}/file", headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_thumbnail_is_a_webp(curator: Client, files: Path) -> None:
    image = stored_image(files, name="猫.png")

    answer = curator.get(f"/api/images/{image.pk}/thumbnail")

    assert answer.headers["Content-Type"] == "image/webp"
    assert f"image-{image.pk}.webp" in answer.headers["Content-Disposition"]
    assert b"".join(answer.streaming_content) == b"small"  # type: ignore[attr-defined]


def test_a_file_missing_from_the_storage_is_a_sentence(curator: Client) -> None:
    answer = curator.get(f"/api/images/{factories.image().pk}/file")

    assert (answer.status_code, answer.json()["code"]) == (404, "image_file_missing")


def test_the_picture_book_is_sent_for_once(curator: Client) -> None:
    answer = curator.post("/api/uploads/picture-book", {"pages": 20}, JSON)

    row = answer.json()
    assert answer.status_code == 200
    assert (row["expected"], row["received"], row["closed"]) == (20, 0, False)
    assert (row["source"], row["licence"]) == ("labelhub's picture book", "CC0-1.0")
    assert Job.objects.get().kind == Kind.BOOK
    again = curator.post("/api/uploads/picture-book", {}, JSON)
    assert (again.status_code, again.json()["code"]) == (409, "book_here")
    assert again.json()["message"].startswith("Picture book 1 is being drawn")


@pytest.mark.parametrize("body", [{"pages": 0}, {"pages": 5001}, {"seed": -1}, {"seed": 2**31}])
def test_a_picture_book_that_cannot_be_is_refused(curator: Client, body: dict[str, int]) -> None:
    assert curator.post("/api/uploads/picture-book", body, JSON).status_code == 422


def test_whoever_may_not_upload_gets_no_picture_book(carol: User, sign_in: SignIn) -> None:
    answer = sign_in(carol).post("/api/uploads/picture-book", {}, JSON)

    assert (answer.status_code, Upload.objects.count()) == (403, 0)


def test_no_file_is_sent_into_a_picture_book(curator: Client) -> None:
    number = curator.post("/api/uploads/picture-book", {}, JSON).json()["id"]

    sent = curator.post(f"/api/uploads/{number}/files?path=page-00000.jpg", b"mine", OCTETS)
    closed = curator.post(f"/api/uploads/{number}/close")

    assert [sent.status_code, closed.status_code] == [409, 409]
    assert curator.get(f"/api/uploads/{number}").json()["received"] == 0
