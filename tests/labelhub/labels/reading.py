"""Files of labels made on the spot, and what reading them gives: for tests."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import FileRefused, Problem, Row
from labelhub.labels.models import LabelForm

ONE, TWO = "1" * 64, "2" * 64


def rows(form: LabelForm, path: Path) -> list[Row]:
    found = list(read(form, path))
    assert all(isinstance(each, Row) for each in found), found
    return [each for each in found if isinstance(each, Row)]


def problems(form: LabelForm, path: Path) -> list[tuple[int, str]]:
    return [(each.row, each.message) for each in read(form, path) if isinstance(each, Problem)]


def file(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "labels"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def archive(tmp_path: Path, members: dict[str, str | bytes]) -> Path:
    path = tmp_path / "labels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def parquet(tmp_path: Path, columns: dict[str, object], names: list[str] | None = None) -> Path:
    table = pa.table(columns)
    if names is not None:
        feature = {"names": names, "_type": "ClassLabel"}
        about = {"info": {"features": {"tags": {"feature": feature, "_type": "List"}}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(about)})
    pq.write_table(table, tmp_path / "table.parquet")
    return tmp_path / "table.parquet"


def refused(form: LabelForm, path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        list(read(form, path))
    return str(caught.value)
