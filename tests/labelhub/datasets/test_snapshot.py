"""Same events, same bytes; what was judged and what is unknown are told apart; training code can
read it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import datasets
import pyarrow.parquet as pq

from labelhub.datasets.snapshot import Row, is_validation, write

VOCABULARY = ["1girl", "fate/grand_order", "\\m/", ":/", "2010", "what?", "apron"]


def row(number: int, positives: list[int], negatives: list[int]) -> Row:
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    return Row(number, sha256, positives, negatives, sha256)


def rows(count: int = 200) -> Iterator[Row]:
    for number in range(count):
        yield row(number, [number % 7], [(number + 1) % 7, (number + 3) % 7])


def test_same_input_same_bytes_and_another_seed_another_hash(tmp_path: Path) -> None:
    hashes = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        hashes.append(write(tmp_path / name, rows(), VOCABULARY, seed=seed, percent=10).sha256)
    assert hashes[0] == hashes[1] != hashes[2]
    for file in ("train.parquet", "validation.parquet", "top_tags.txt", "dataset.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_pyarrow_reads_positives_judged_pairs_and_the_original_hash(tmp_path: Path) -> None:
    write(tmp_path, [row(1, [5, 2], [0])], VOCABULARY, seed=0, percent=0)
    (read,) = pq.read_table(tmp_path / "train.parquet").to_pylist()
    expected_hash = hashlib.sha256(b"1").digest()
    assert read == {"post_id": 1, "tags": [2, 5], "judged": [0, 2, 5], "hash": expected_hash}
    assert not (tmp_path / "validation.parquet").exists()  # `datasets` refuses an empty split
    assert (tmp_path / "top_tags.txt").read_text() == "\n".join(VOCABULARY)


def test_hugging_face_datasets_reads_the_tag_names(tmp_path: Path) -> None:
    snapshot = write(tmp_path, rows(), VOCABULARY, seed=0, percent=20)
    files = {split: str(tmp_path / f"{split}.parquet") for split in ("train", "validation")}
    loaded = datasets.load_dataset("parquet", data_files=files, cache_dir=str(tmp_path / "cache"))
    for column in ("tags", "judged"):
        assert loaded["train"].features[column].feature.names == VOCABULARY
    assert loaded["train"].num_rows == snapshot.counts.train_images
    assert loaded["validation"].num_rows == snapshot.counts.validation_images
    assert snapshot.counts.train_images + snapshot.counts.validation_images == 200


def test_the_split_has_about_its_share_and_near_duplicates_stay_together(tmp_path: Path) -> None:
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(5000)]
    share = sum(is_validation(key, seed=3, percent=10) for key in keys) / len(keys)
    assert 0.08 < share < 0.12
    twins = [
        Row(n, hashlib.sha256(str(n).encode()).hexdigest(), [0], [], "same") for n in range(50)
    ]
    counts = write(tmp_path, twins, VOCABULARY, seed=0, percent=50).counts
    assert {counts.train_images, counts.validation_images} == {0, 50}


def test_dataset_json_accounts_for_every_file(tmp_path: Path) -> None:
    snapshot = write(tmp_path, rows(), VOCABULARY, seed=0, percent=10)
    facts = json.loads((tmp_path / "dataset.json").read_text())
    for name, digest in facts["files"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert (facts["positives"], facts["negatives"]) == (200, 400)
    assert snapshot.sha256 == hashlib.sha256((tmp_path / "dataset.json").read_bytes()).hexdigest()


def test_a_handful_of_images_reads_as_a_folder(tmp_path: Path) -> None:
    write(tmp_path / ".", [row(1, [0], [1])], VOCABULARY, seed=0, percent=0)
    loaded = datasets.load_dataset(str(tmp_path), cache_dir=str(tmp_path / "cache"))
    assert {split: rows.num_rows for split, rows in loaded.items()} == {"train": 1}
