"""JoyTag's parquet, as its training and our datasets have it: post_id, tags, hash, and perhaps
judged. A tag that was judged and is not among the tags is a "no".

Tags that are numbers are places in a vocabulary: that in the file's own metadata (ClassLabel), or
the `top_tags.txt` beside the parquet files in a zip.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from labelhub.images.archives import Archive, ArchiveError, is_zip
from labelhub.images.names import base_name, extension
from labelhub.labels.imports.rows import (
    TAGS_LIMIT,
    BadRow,
    FileRefused,
    Problem,
    Row,
    image_key,
    row_of,
    shown,
)

ROWS_AT_ONCE = 500
# Of one group of rows, which is read as a whole if it comes to the worst: half a gigabyte.
VALUES_LIMIT = 64 << 20
VOCABULARY_BYTES = 32 << 20


def read(path: Path) -> Iterator[Row | Problem]:
    """
    Raises:
        FileRefused: it is no parquet of this kind, or does not say what its numbers stand for.
    """
    with path.open("rb") as file:
        zipped = is_zip(file.read(4))
    numbers = count(1)
    if not zipped:
        yield from _rows(path, [], numbers)
        return
    try:
        with Archive(path) as archive, tempfile.TemporaryDirectory(prefix="labelhub-") as folder:
            members = list(archive.members())
            vocabulary: list[str] = []
            for member in members:
                if base_name(member.name) == "top_tags.txt" and not member.refusal:
                    with archive.open(member) as stream:
                        text = stream.read(VOCABULARY_BYTES).decode(errors="replace")
                    vocabulary = text.splitlines()
            tables = [each for each in members if extension(each.name) == ".parquet"]
            if not tables:
                raise FileRefused(_("There is no .parquet file in the archive."))
            for member in tables:
                if member.refusal:
                    yield Problem(next(numbers), shown(member.name), member.refusal)
                    continue
                place = Path(folder) / "table.parquet"
                with archive.open(member) as stream, place.open("wb") as table:
                    shutil.copyfileobj(stream, table)
                yield from _rows(place, vocabulary, numbers)
    except ArchiveError as error:
        raise FileRefused(str(error)) from error


def _rows(path: Path, vocabulary: Sequence[str], numbers: Iterator[int]) -> Iterator[Row | Problem]:
    try:
        with pq.ParquetFile(path) as file:
            names = _names(file.schema_arrow) or vocabulary
            columns = _columns(file, names)
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns):
                for entry in batch.to_pylist():
                    number = next(numbers)
                    try:
                        yield _row(number, entry, names)
                    except BadRow as error:
                        about = {key: entry.get(key) for key in ("post_id", "hash")}
                        yield Problem(number, shown(about), str(error))
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the file's
        raise FileRefused(
            _("The file is not parquet, or it is damaged: %s.") % shown(error).rstrip(".")
        ) from error


def _columns(file: pq.ParquetFile, names: Sequence[str]) -> list[str]:
    schema = file.schema_arrow
    if "tags" not in schema.names or not {"hash", "post_id"} & set(schema.names):
        raise FileRefused(
            _("The file has no columns “tags” and “hash” or “post_id”; it has: %s.")
            % shown(", ".join(schema.names))
        )
    for name in {"tags", "judged"} & set(schema.names):
        if not _is_list(schema.field(name).type):
            raise FileRefused(_("The column “%s” is not a list of tags.") % name)
        if not names and not _is_text(schema.field(name).type.value_type):
            raise FileRefused(
                _(
                    "The tags of this file are numbers, and it does not say which tags they stand "
                    "for. Send a zip of it and its top_tags.txt."
                )
            )
    groups = file.metadata
    for at in range(groups.num_row_groups):
        group = groups.row_group(at)
        values = max(group.column(column).num_values for column in range(group.num_columns))
        if values > min(VALUES_LIMIT, TAGS_LIMIT * (group.num_rows + 1)):
            raise FileRefused(
                _("The file holds too many tags for so few rows, or too many in a row group.")
            )
    return [name for name in ("post_id", "hash", "tags", "judged") if name in schema.names]


def _row(number: int, entry: dict[str, Any], names: Sequence[str]) -> Row:
    sha256 = entry.get("hash") or ""
    post_id = entry.get("post_id")
    key = image_key(
        sha256=sha256.hex() if isinstance(sha256, bytes) else str(sha256),
        names=[str(post_id)] if post_id is not None else [],
    )
    yes = [_name(tag, names) for tag in entry["tags"] or ()]
    there = set(yes)
    judged = [_name(tag, names) for tag in entry.get("judged") or ()]
    return row_of(number, key, yes, [name for name in judged if name not in there])


def _name(tag: object, names: Sequence[str]) -> str:
    if isinstance(tag, str):
        return tag
    if isinstance(tag, int) and 0 <= tag < len(names):
        return names[tag]
    raise BadRow(
        _("It has tag number %(tag)s, and the vocabulary ends at %(last)d.")
        % {"tag": tag, "last": len(names) - 1}
    )


def _names(schema: pa.Schema) -> list[str]:
    """The vocabulary in Hugging Face's metadata; none where there is none that can be read."""
    try:
        found = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]["tags"]
        while "names" not in found:
            found = found[0] if isinstance(found, list) else found["feature"]
        names = found["names"]
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        return []
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return cast(list[str], names)
    return []


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
