"""One reader for each form of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from labelhub.labels.imports import csv_form, danbooru, jsonl, parquet, sidecars
from labelhub.labels.imports.rows import Problem, Row
from labelhub.labels.models import LabelForm

Reader = Callable[[Path], Iterator[Row | Problem]]
READERS: dict[str, Reader] = {
    LabelForm.CSV: csv_form.read,
    LabelForm.JSONL: jsonl.read,
    LabelForm.PARQUET: parquet.read,
    LabelForm.DANBOORU: danbooru.read,
    LabelForm.SIDECARS: sidecars.read,
}


def read(form: str, path: Path) -> Iterator[Row | Problem]:
    """A file's rows and problems, in its order: the same at each reading.

    Raises:
        FileRefused: nothing of it can be used.
    """
    return READERS[form](path)
