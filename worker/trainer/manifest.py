"""What to learn from: a manifest of JSON lines and the vocabulary beside it. No torch.

    {"image": "page-00001.jpg", "tags": ["1girl"], "judged": ["1girl", "hat"], "split": "train"}

`image` is a path below the manifest's folder. `tags` are the positives. `judged` are the tags that
somebody decided about: what is judged and not among `tags` is a no, and what is not judged is
unknown and teaches nothing; left out, every tag is judged. `split` is "train" or "validation".
`group`, which may be left out, is a name under which validation figures are given separately.

The vocabulary is `top_tags.txt` in the same folder: one tag a line, in the order of the outputs.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

import numpy as np
from numpy.typing import NDArray

from worker.trainer.errors import Refused

TAGS = "top_tags.txt"
KEYS = frozenset({"image", "tags", "judged", "split", "group"})
SPLITS = ("train", "validation")
ALL = "all"  # the figures over every group are given under this name


class ManifestError(Refused):
    """What is wrong with a manifest, where, and what to do: a sentence."""


@dataclass(frozen=True)
class Manifest:
    folder: Path
    tags: tuple[str, ...]
    images: tuple[str, ...]  # n paths below the folder
    positives: NDArray[np.bool_]  # (n, tags); only where judged
    judged: NDArray[np.bool_]  # (n, tags)
    validation: NDArray[np.bool_]  # (n,)
    groups: tuple[str | None, ...]  # n
    sha256: str  # of the manifest's and the vocabulary's bytes

    @property
    def training_rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.validation)

    @property
    def validation_rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.validation)


@dataclass(frozen=True, slots=True)
class Line:
    image: str
    tags: tuple[int, ...]  # columns of the vocabulary
    judged: tuple[int, ...] | None  # None: all of them
    validation: bool
    group: str | None


def read(path: Path) -> Manifest:
    """Reads the manifest and `top_tags.txt` beside it, and checks that every image is there.

    Raises ManifestError, which names the file, the line and what to do.
    """
    text, vocabulary = _text(path), _text(path.parent / TAGS)
    tags = _vocabulary(vocabulary)
    columns = {tag: column for column, tag in enumerate(tags)}
    lines: list[Line] = []
    first_at: dict[str, int] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip():
            continue
        try:
            line = _line(raw, columns)
            if line.image in first_at:
                raise ValueError(
                    f"the image {line.image} is on line {first_at[line.image]} already; "
                    "make the two lines one"
                )
        except ValueError as error:
            raise ManifestError(f"{path}, line {number}: {error}.") from error
        first_at[line.image] = number
        lines.append(line)
    if not lines:
        raise ManifestError(f"{path} holds no lines; write one line per image.")
    _require_images(path, first_at)
    digest = hashlib.sha256(text.encode() + b"\0" + vocabulary.encode()).hexdigest()
    return _arrays(path.parent, tags, lines, digest)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        what = "the vocabulary, one tag a line" if path.name == TAGS else "the manifest"
        raise ManifestError(f"{path} is not there; it should hold {what}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} cannot be read as text ({error}).") from error


def _vocabulary(text: str) -> tuple[str, ...]:
    tags = tuple(line.strip() for line in text.split("\n") if line.strip())
    if not tags:
        raise ManifestError(f"{TAGS} is empty; it should hold one tag a line.")
    tag, count = Counter(tags).most_common(1)[0]
    if count > 1:
        raise ManifestError(f"{TAGS} holds the tag {tag!r} {count} times; keep one of them.")
    return tags


def _line(raw: str, columns: dict[str, int]) -> Line:
    """One line; raises ValueError with the second half of a sentence."""
    try:
        values = json.loads(raw)
    except ValueError as error:
        raise ValueError(f"this is not JSON ({error}); write one JSON object a line") from error
    if not isinstance(values, dict):
        raise ValueError("this is not a JSON object; write one object a line")
    if unknown := sorted(set(values) - KEYS):
        raise ValueError(
            f"{unknown[0]!r} is not known here; the keys are {', '.join(sorted(KEYS))}"
        )
    tags = _columns(values, "tags", columns)
    judged = _columns(values, "judged", columns) if "judged" in values else None
    if judged is not None and (left := set(tags) - set(judged)):
        tag = list(columns)[min(left)]
        raise ValueError(f"the tag {tag!r} is in tags but not in judged; add it to judged")
    if values.get("split") not in SPLITS:
        raise ValueError(f'split is {values.get("split")!r}; make it "train" or "validation"')
    group = values.get("group")
    if group is not None and (not isinstance(group, str) or group in ("", ALL)):
        raise ValueError(f"group is {group!r}; make it a name other than {ALL!r}, or leave it out")
    return Line(_image(values), tags, judged, values["split"] == "validation", group)


def _image(values: dict[str, object]) -> str:
    image = values.get("image")
    if not isinstance(image, str) or not image:
        raise ValueError("image is missing; give the path of the image")
    parts = PurePosixPath(image)
    if parts.is_absolute() or ".." in parts.parts or "\0" in image:
        raise ValueError(f"the image {image!r} does not lie below the manifest's folder")
    return str(parts)


def _columns(values: dict[str, object], key: str, columns: dict[str, int]) -> tuple[int, ...]:
    names = values.get(key)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{key} is not a list of tags; write a list, [] where there are none")
    names = cast(list[str], names)
    for name in names:
        if name not in columns:
            raise ValueError(f"the tag {name!r} is not in {TAGS}; add it there or take it out here")
    return tuple(columns[name] for name in names)


def _require_images(path: Path, first_at: dict[str, int]) -> None:
    missing = [image for image in first_at if not (path.parent / image).is_file()]
    if not missing:
        return
    more = f" (and {len(missing) - 1:,} more images)" if len(missing) > 1 else ""
    raise ManifestError(
        f"{path}, line {first_at[missing[0]]}: the image {path.parent / missing[0]} is not there"
        f"{more}; put it there or take out the line."
    )


def _arrays(folder: Path, tags: tuple[str, ...], lines: list[Line], sha256: str) -> Manifest:
    positives = np.zeros((len(lines), len(tags)), dtype=np.bool_)
    judged = np.ones((len(lines), len(tags)), dtype=np.bool_)
    for row, line in enumerate(lines):
        positives[row, list(line.tags)] = True
        if line.judged is not None:
            judged[row] = False
            judged[row, list(line.judged)] = True
    return Manifest(
        folder=folder,
        tags=tags,
        images=tuple(line.image for line in lines),
        positives=positives,
        judged=judged,
        validation=np.array([line.validation for line in lines], dtype=np.bool_),
        groups=tuple(line.group for line in lines),
        sha256=sha256,
    )
