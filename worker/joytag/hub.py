"""Fetch the published JoyTag checkpoint from the Hugging Face hub.

Each file is pinned to one commit, goes to a partial file that a later call continues, and is
checked against what the hub says it is (SHA-256 for the weights, git's blob hash for the small
files) before it takes its name. SHA256SUMS is written last, so its presence means that everything
is there; `sha256sum -c SHA256SUMS` checks it by hand.

The bytes come through huggingface_hub's `http_get`, because its `hf_hub_download` begins a file
anew when the process before it was stopped.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
from huggingface_hub import get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.file_download import http_get
from huggingface_hub.utils.tqdm import silent_tqdm

REPOSITORY = "fancyfeast/joytag"
FILES = ("config.json", "top_tags.txt", "model.safetensors")
SUMS = "SHA256SUMS"
LATER = "Check the connection and try again, or set LABELHUB_TAGGER to a local checkpoint."


class HubError(Exception):
    """Why the checkpoint was not fetched: a sentence that says what to do."""


class HubUnreachable(HubError):
    """The hub did not answer, or not as the hub does."""


@dataclass(frozen=True)
class Remote:
    name: str
    commit: str
    etag: str  # SHA-256 of large files, git's blob hash of small ones
    size: int | None


def fetch(
    target: Path,
    *,
    probe_seconds: float = 5.0,
    progress: bool = True,
    endpoint: str | None = None,
) -> Path:
    """Makes `target` the published checkpoint, continuing where an earlier call stopped.

    Raises HubUnreachable within `probe_seconds` when the hub cannot be reached, HubError for what
    goes wrong later. Of two calls at once one waits for the other.
    """
    if is_complete(target):
        return target
    first = _probe(endpoint, probe_seconds)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            if not is_complete(target):
                rest = [_remote(name, first.commit, endpoint, 10.0) for name in FILES[1:]]
                remotes = [first, *rest]
                sums = [_fetch_file(remote, target, endpoint, progress) for remote in remotes]
                _write_sums(target, sums)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise HubError(f"The disk of {target} is full; make room and try again.") from error
        raise HubError(f"The checkpoint cannot be written to {target} ({error}).") from error
    return target


def is_complete(target: Path) -> bool:
    """Whether each file has the size it had when its SHA-256 was recorded. Needs no network."""
    try:
        lines = (target / SUMS).read_text(encoding="ascii").splitlines()
        sizes = {name: int(size) for mark, size, name in map(str.split, lines[1::2]) if mark == "#"}
        return all((target / name).stat().st_size == sizes[name] for name in FILES)
    except (OSError, ValueError, KeyError):
        return False


def _probe(endpoint: str | None, seconds: float) -> Remote:
    """Asks in a thread of its own: looking up a host's name can hang whatever the timeout."""
    answer: list[Remote | Exception] = []

    def ask() -> None:
        try:
            answer.append(_remote(FILES[0], "main", endpoint, seconds))
        except Exception as error:  # raised below, in the caller's thread
            answer.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answer:
        raise HubUnreachable(
            f"The Hugging Face hub did not answer within {seconds:g} seconds. {LATER}"
        )
    if isinstance(answer[0], Exception):
        raise answer[0]
    return answer[0]


def _remote(name: str, revision: str, endpoint: str | None, timeout: float) -> Remote:
    url = hf_hub_url(REPOSITORY, name, revision=revision, endpoint=endpoint)
    with _hub_errors():
        found = get_hf_file_metadata(url, token=False, timeout=timeout, endpoint=endpoint)
    if not (found.commit_hash and found.etag and found.etag.isalnum()):
        raise HubUnreachable(
            f"What answered is not the Hugging Face hub (a proxy or sign-in page?). {LATER}"
        )
    return Remote(name, found.commit_hash, found.etag, found.size)


def _fetch_file(remote: Remote, target: Path, endpoint: str | None, progress: bool) -> str:
    """Brings one file into place and returns its lines of SHA256SUMS."""
    final = target / remote.name
    if final.is_file() and (line := _verified(final, remote)):
        return line
    partial = target / f".{remote.name}.{remote.etag[:16]}.part"
    for stale in target.glob(f".{remote.name}.*.part"):
        if stale != partial:
            stale.unlink()
    have = partial.stat().st_size if partial.exists() else 0
    needed, room = (remote.size or 0) - have, shutil.disk_usage(target).free
    if needed > room:
        raise HubError(
            f"{remote.name} needs {needed / 1e6:,.0f} MB more, but {target} has room for "
            f"{room / 1e6:,.0f} MB; make room and try again."
        )
    # What an earlier call left may be spoilt, so a second try begins anew.
    for beginning in (have, 0) if have else (0,):
        _transfer(remote, partial, beginning, endpoint, progress)
        if line := _verified(partial, remote):
            partial.replace(final)
            return line
        partial.unlink()
    raise HubError(f"{remote.name} arrived damaged: its hash is not the hub's. Try again.")


def _transfer(
    remote: Remote, partial: Path, beginning: int, endpoint: str | None, progress: bool
) -> None:
    if remote.size is not None and beginning >= remote.size:
        return
    url = hf_hub_url(REPOSITORY, remote.name, revision=remote.commit, endpoint=endpoint)
    # Not "ab": http_get rewinds and truncates the file where a server ignores the range.
    with partial.open("r+b" if beginning else "wb") as file, _hub_errors():
        file.seek(beginning)
        http_get(
            url,
            file,
            resume_size=beginning,
            headers={"Accept-Encoding": "identity"},
            expected_size=remote.size,
            displayed_filename=remote.name,
            tqdm_class=None if progress else silent_tqdm,
        )


def _verified(path: Path, remote: Remote) -> str | None:
    """The file's lines of SHA256SUMS if it is what the hub says it is, else None."""
    size = path.stat().st_size
    sha256, blob = hashlib.sha256(), hashlib.sha1(f"blob {size}\0".encode())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha256.update(block)
            blob.update(block)
    if remote.etag not in (sha256.hexdigest(), blob.hexdigest()):
        return None
    # sha256sum takes lines with "#" for comments; is_complete reads the sizes from them.
    return f"{sha256.hexdigest()}  {remote.name}\n# {size} {remote.name}\n"


def _write_sums(target: Path, lines: list[str]) -> None:
    new = target / f".{SUMS}.new"
    new.write_text("".join(lines), encoding="ascii")
    new.replace(target / SUMS)


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _hub_errors() -> Iterator[None]:
    try:
        yield
    except OfflineModeIsEnabled as error:
        why = "HF_HUB_OFFLINE forbids asking the hub; unset it or set LABELHUB_TAGGER."
        raise HubUnreachable(why) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise HubUnreachable(
            f"The Hugging Face hub answered with the error {status}. {LATER}"
        ) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise HubUnreachable(f"The Hugging Face hub cannot be reached. {LATER}") from error
    except OSError as error:
        if error.errno is not None:  # the disk's
            raise
        raise HubUnreachable(
            f"The Hugging Face hub sent less than it announced. {LATER}"
        ) from error
