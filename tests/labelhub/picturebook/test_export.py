"""Pages as files: what the trainer reads is what the book says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from labelhub.picturebook import export
from labelhub.picturebook.book import Domain, page
from labelhub.picturebook.tags import TAGS
from worker.trainer.manifest import read

ROOT = Path(__file__).parents[3]


def test_the_manifest_holds_wild_labels_for_training_and_the_truth_for_validation(
    tmp_path: Path,
) -> None:
    train = [page(5, index) for index in range(4)]
    held = [page(6, index, Domain.PHOTO) for index in range(3)]
    manifest = export.write(tmp_path, {"train": train, "validation": held}, wild=True)
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    assert [set(line["tags"]) for line in lines] == [
        *(set(each.wild) for each in train),
        *(set(each.truth) for each in held),
    ]
    for line, each in zip(lines, [*train, *held], strict=True):
        assert (tmp_path / line["image"]).read_bytes() == each.file()
    found = read(manifest)
    assert found.tags == TAGS
    assert len(found.training_rows) == 4
    assert len(found.validation_rows) == 3
    assert set(found.groups[4:]) == {"photo"}


def test_the_command_draws_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    command = ["-m", "labelhub.picturebook", str(folder), "--pages", "3", "--seed", "9"]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    assert [set(line["tags"]) for line in lines] == [set(page(9, n).truth) for n in range(3)]
