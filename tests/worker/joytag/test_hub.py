"""Fetching, against a local server that answers as the hub does."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from worker.joytag import checkpoint, hub
from worker.joytag.hub import HubError, HubUnreachable, fetch, is_complete

GOLDEN = Path(__file__).parents[2] / "golden" / "joytag-tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = "model.safetensors"


class Hub(ThreadingHTTPServer):
    """What the tests turn, and what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.files = {name: (GOLDEN / name).read_bytes() for name in hub.FILES}
        self.damaged: set[str] = set()
        self.cut_after: int | None = None  # bytes of the weights per answer
        self.ranges = True
        self.status = 200
        self.is_hub = True
        self.asked: list[str] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def gets(self) -> list[str]:
        return [line for line in self.asked if line.startswith("GET")]


class Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        name, wanted = self.path.rsplit("/", 1)[-1], self.headers.get("Range", "")
        self.server.asked.append(f"{self.command} {self.path} {wanted}".strip())
        data = self.server.files[name]
        start = int(wanted[6:-1]) if wanted and self.server.ranges else 0
        self.send_response(206 if start else self.server.status)
        if self.server.is_hub:
            self.send_header("X-Repo-Commit", COMMIT)
        if name == WEIGHTS:
            self.send_header("X-Linked-Etag", f'"{hashlib.sha256(data).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(data)))
        else:
            blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            self.send_header("ETag", f'"{blob}"')
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if body:
            if name in self.server.damaged:
                data = data[:-1] + bytes([data[-1] ^ 1])
            limit = self.server.cut_after if name == WEIGHTS else None
            self.wfile.write(data[start:] if limit is None else data[start : start + limit])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Hub]:
    with Hub() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between attempts, and blocks as small to the golden weights as real ones are."""
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 50_000)


def get(server: Hub, target: Path) -> Path:
    return fetch(target, progress=False, endpoint=server.endpoint)


def test_the_published_directory_arrives_and_loads(server: Hub, tmp_path: Path) -> None:
    target = tmp_path / "new" / "joytag"
    assert not is_complete(target)
    assert get(server, target) == target
    assert is_complete(target)
    assert checkpoint.load(target).tags == checkpoint.load(GOLDEN).tags
    assert all("/fancyfeast/joytag/resolve/" in line for line in server.asked)
    assert all(f"/resolve/{COMMIT}/" in line for line in server.gets())  # one commit for all
    assert not list(target.glob(".*.part"))


def test_the_sums_are_those_that_sha256sum_checks(server: Hub, tmp_path: Path) -> None:
    get(server, tmp_path)
    weights = hashlib.sha256((GOLDEN / WEIGHTS).read_bytes()).hexdigest()
    assert f"{weights}  {WEIGHTS}\n" in (tmp_path / "SHA256SUMS").read_text()
    tool = shutil.which("sha256sum")
    assert tool is not None
    checked = subprocess.run([tool, "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert checked.returncode == 0


def test_what_is_complete_is_not_asked_for_again(server: Hub, tmp_path: Path) -> None:
    get(server, tmp_path)
    server.asked.clear()
    assert get(server, tmp_path) == tmp_path
    assert server.asked == []


@pytest.mark.parametrize("name", hub.FILES)
def test_a_file_gone_or_cut_is_incomplete_and_fetched_alone(
    server: Hub, tmp_path: Path, name: str
) -> None:
    get(server, tmp_path)
    server.asked.clear()
    with (tmp_path / name).open("r+b") as file:
        file.truncate(10)
    assert not is_complete(tmp_path)
    (tmp_path / name).unlink()
    assert not is_complete(tmp_path)
    get(server, tmp_path)
    assert is_complete(tmp_path)
    assert [line.rsplit("/", 1)[-1] for line in server.gets()] == [name]


@pytest.mark.parametrize("sums", ["", "nonsense", "# x model.safetensors\n", "\xff"])
def test_sums_that_say_nothing_are_incomplete(tmp_path: Path, sums: str) -> None:
    shutil.copytree(GOLDEN, tmp_path / "joytag")
    (tmp_path / "joytag" / "SHA256SUMS").write_text(sums)
    assert not is_complete(tmp_path / "joytag")


def test_a_transfer_that_stopped_is_continued_by_the_next_call(server: Hub, tmp_path: Path) -> None:
    size = len(server.files[WEIGHTS])
    partial = tmp_path / f".{WEIGHTS}.{hashlib.sha256(server.files[WEIGHTS]).hexdigest()[:16]}.part"
    partial.write_bytes(server.files[WEIGHTS][:100_000])
    get(server, tmp_path)
    assert is_complete(tmp_path)
    assert server.gets()[-1].endswith("bytes=100000-")
    assert (tmp_path / WEIGHTS).stat().st_size == size


@pytest.mark.usefixtures("no_pauses")
def test_a_connection_that_breaks_is_taken_up_again(server: Hub, tmp_path: Path) -> None:
    server.cut_after = 200_000
    get(server, tmp_path)
    assert is_complete(tmp_path)
    assert server.gets()[-1].endswith("bytes=200000-")


@pytest.mark.usefixtures("no_pauses")
def test_a_connection_that_stays_broken_keeps_what_arrived(server: Hub, tmp_path: Path) -> None:
    server.cut_after = 0
    with pytest.raises(HubUnreachable, match="try again"):
        get(server, tmp_path)
    assert not is_complete(tmp_path)
    assert (tmp_path / "config.json").exists()
    server.cut_after = None
    get(server, tmp_path)
    assert is_complete(tmp_path)


def test_a_spoilt_partial_file_is_fetched_anew(server: Hub, tmp_path: Path) -> None:
    name = f".{WEIGHTS}.{hashlib.sha256(server.files[WEIGHTS]).hexdigest()[:16]}.part"
    (tmp_path / name).write_bytes(b"x" * 5000)
    get(server, tmp_path)
    assert (tmp_path / WEIGHTS).read_bytes() == server.files[WEIGHTS]


def test_a_partial_file_of_another_version_is_dropped(server: Hub, tmp_path: Path) -> None:
    (tmp_path / f".{WEIGHTS}.0000.part").write_bytes(b"old")
    get(server, tmp_path)
    assert is_complete(tmp_path)
    assert not list(tmp_path.glob(".*.part"))


def test_a_server_without_ranges_sends_the_whole_file(server: Hub, tmp_path: Path) -> None:
    name = f".{WEIGHTS}.{hashlib.sha256(server.files[WEIGHTS]).hexdigest()[:16]}.part"
    (tmp_path / name).write_bytes(server.files[WEIGHTS][:5000])
    server.ranges = False
    get(server, tmp_path)
    assert (tmp_path / WEIGHTS).read_bytes() == server.files[WEIGHTS]


@pytest.mark.parametrize("name", hub.FILES)
def test_a_damaged_file_never_takes_its_name(server: Hub, tmp_path: Path, name: str) -> None:
    server.damaged = {name}
    with pytest.raises(HubError, match=f"{name} arrived damaged"):
        get(server, tmp_path)
    assert not (tmp_path / name).exists()
    assert not is_complete(tmp_path)
    server.damaged = set()
    assert is_complete(get(server, tmp_path))


def test_two_calls_at_once_do_the_work_once(server: Hub, tmp_path: Path) -> None:
    threads = [threading.Thread(target=get, args=(server, tmp_path)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_complete(tmp_path)
    assert len(server.gets()) == 3


# Where there is no hub. None of these may write anything.


def unreachable(target: Path, endpoint: str) -> str:
    with pytest.raises(HubUnreachable) as caught:
        fetch(target / "joytag", probe_seconds=0.3, progress=False, endpoint=endpoint)
    assert not (target / "joytag").exists()
    return str(caught.value)


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert "cannot be reached" in unreachable(tmp_path, endpoint)


def test_somebody_listens_and_never_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = unreachable(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert "did not answer" in said or "cannot be reached" in said


def test_a_name_that_is_never_found_does_not_outlast_the_probe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        found.wait()
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert "did not answer within 0.3 seconds" in unreachable(tmp_path, "http://hub.invalid")
    found.set()


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_the_hub_answers_with_an_error(server: Hub, tmp_path: Path, status: int) -> None:
    server.status = status
    assert f"error {status}" in unreachable(tmp_path, server.endpoint)


def test_something_else_answers(server: Hub, tmp_path: Path) -> None:
    server.is_hub = False
    assert "is not the Hugging Face hub" in unreachable(tmp_path, server.endpoint)


@pytest.mark.parametrize("endpoint", ["nonsense", "http://", "http://[", "ftp://x"])
def test_an_endpoint_that_is_no_address(tmp_path: Path, endpoint: str) -> None:
    assert "cannot be reached" in unreachable(tmp_path, endpoint)


def test_offline_by_wish(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE forbids" in unreachable(tmp_path, server.endpoint)
    assert server.asked == []
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    get(server, tmp_path)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert get(server, tmp_path) == tmp_path  # what is there needs no hub


# Where the disk is the trouble.


def test_too_little_room_is_said_before_the_transfer(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(HubError, match=r"needs 0 MB more, but .* has room for 0 MB"):
        get(server, tmp_path)
    assert not [line for line in server.gets() if WEIGHTS in line]


def test_a_target_that_is_a_file(server: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HubError, match="cannot be written"):
        get(server, tmp_path / "file" / "joytag")
