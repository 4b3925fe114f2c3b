"""A dataset's files, as JoyTag's own training reads them, plus our mask of what was judged.

    train.parquet        post_id int64, tags list<int64>, judged list<int64>, hash binary(32)
    validation.parquet   the same; a split without images has no file
    top_tags.txt         the vocabulary, one tag a line, no newline at the end
    dataset.json         counts, rules, seed, and the hash of every other file

`tags` are the positives, `judged` all pairs with a label, both as vocabulary positions in
rising order. So a tag in `judged` and not in `tags` is a "no", and a tag in neither is unknown: a
trainer that masks its loss to `judged` never learns "no" from silence. Training code that knows
nothing of the mask reads `tags` as before. Of an image that was called complete every tag is judged
that was there by then, is used, and is not in conflict: what it lacks is a "no".

`tags` carries Hugging Face's ClassLabel names in the file's metadata; they survive on int64 storage
alone (on int16, which upstream used, `datasets` drops them without a word).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE = 1_000
RULES = 2  # raise it when the meaning of a dataset changes


@dataclass(frozen=True, slots=True)
class Row:
    """One image with its judged tags, as vocabulary positions.

    Attributes:
        split_key: SHA-256, in hex, that decides the split; near-duplicates share one, so that no
            image of the validation split has a twin in training.
    """

    post_id: int
    sha256: str
    positives: Sequence[int]
    negatives: Sequence[int]
    split_key: str


@dataclass(slots=True)
class Counts:
    images: int = 0
    train_images: int = 0
    validation_images: int = 0
    positives: int = 0
    negatives: int = 0


@dataclass(slots=True)
class Snapshot:
    """What was written: the files with sizes and hashes, the counts, and the hash of it all."""

    sha256: str = ""
    counts: Counts = field(default_factory=Counts)
    files: list[dict[str, str | int]] = field(default_factory=list)


def is_validation(split_key: str, *, seed: int, percent: int) -> bool:
    """Whether an image belongs to the validation split; the same answer everywhere, for ever."""
    digest = hashlib.sha256(f"{seed}:{split_key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < percent


def write(
    directory: Path, rows: Iterable[Row], vocabulary: Sequence[str], *, seed: int, percent: int
) -> Snapshot:
    """Write a dataset's files into an empty directory, in bounded memory.

    Args:
        rows: in a fixed order (by `sha256`), each image once.
        vocabulary: tag names; positions in `rows` refer to it.
    """
    snapshot = Snapshot()
    schema = _schema(vocabulary)
    with (
        pq.ParquetWriter(directory / "train.parquet", schema, compression="zstd") as train,
        pq.ParquetWriter(
            directory / "validation.parquet", schema, compression="zstd"
        ) as validation,
    ):
        for chunk in _chunks(rows):
            held_out = [is_validation(row.split_key, seed=seed, percent=percent) for row in chunk]
            for writer, wanted in ((train, False), (validation, True)):
                part = [row for row, out in zip(chunk, held_out, strict=True) if out is wanted]
                if part:
                    writer.write_table(_table(part, schema))
            _count(snapshot.counts, chunk, sum(held_out))
    (directory / "top_tags.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    splits = {
        "train.parquet": snapshot.counts.train_images,
        "validation.parquet": snapshot.counts.validation_images,
    }
    for name in [name for name, images in splits.items() if images == 0]:
        # `datasets` refuses a folder with an empty split.
        (directory / name).unlink()
        del splits[name]
    names = [*splits, "top_tags.txt"]
    facts = {
        "rules": RULES,
        "seed": seed,
        "validation_percent": percent,
        "tags": len(vocabulary),
        **asdict(snapshot.counts),
        "files": {name: _digest(directory / name) for name in names},
    }
    (directory / "dataset.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n")
    snapshot.sha256 = _digest(directory / "dataset.json")
    snapshot.files = [
        {
            "name": name,
            "bytes": (directory / name).stat().st_size,
            "sha256": _digest(directory / name),
        }
        for name in [*names, "dataset.json"]
    ]
    return snapshot


def _schema(vocabulary: Sequence[str]) -> pa.Schema:
    class_label = {"names": list(vocabulary), "_type": "ClassLabel"}
    features = {
        "post_id": {"dtype": "int64", "_type": "Value"},
        "tags": {"feature": class_label, "_type": "List"},
        "judged": {"feature": class_label, "_type": "List"},
        "hash": {"dtype": "binary", "_type": "Value"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema(
        [
            ("post_id", pa.int64()),
            ("tags", pa.list_(pa.int64())),
            ("judged", pa.list_(pa.int64())),
            ("hash", pa.binary(32)),
        ],
        metadata=metadata,
    )


def _table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    return pa.table(
        {
            "post_id": [row.post_id for row in rows],
            "tags": [sorted(row.positives) for row in rows],
            "judged": [sorted([*row.positives, *row.negatives]) for row in rows],
            "hash": [bytes.fromhex(row.sha256) for row in rows],
        },
        schema=schema,
    )


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    each = iter(rows)
    return iter(lambda: list(islice(each, ROWS_AT_ONCE)), [])


def _count(counts: Counts, rows: Sequence[Row], held_out: int) -> None:
    counts.images += len(rows)
    counts.validation_images += held_out
    counts.train_images += len(rows) - held_out
    counts.positives += sum(len(row.positives) for row in rows)
    counts.negatives += sum(len(row.negatives) for row in rows)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
