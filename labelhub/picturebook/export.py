"""Pages as files with a manifest, as the trainer reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from multiprocessing import get_context
from pathlib import Path

from labelhub.picturebook.book import Page, page_name
from labelhub.picturebook.tags import TAGS


def write(
    folder: Path, splits: Mapping[str, Iterable[Page]], *, wild: bool, processes: int = 2
) -> Path:
    """Draw the pages of each split (`train`, `validation`) and write the manifest last.

    Args:
        wild: whether the labels of `train` are a site's; those of `validation` are the truth.

    Returns:
        The manifest's path.
    """
    lines = []
    with get_context("spawn").Pool(processes) as pool:
        for split, pages in splits.items():
            (folder / split).mkdir(parents=True, exist_ok=True)
            jobs = ((page, folder / split) for page in pages)
            for page, name in pool.imap(_draw, jobs, chunksize=32):
                tags = page.wild if wild and split == "train" else page.truth
                line = {
                    "image": f"{split}/{name}",
                    "tags": [tag for tag in TAGS if tag in tags],
                    "split": split,
                    "group": page.domain.value,
                }
                lines.append(json.dumps(line, ensure_ascii=False))
    (folder / "top_tags.txt").write_text("\n".join(TAGS), encoding="utf-8")
    manifest = folder / "manifest.jsonl"
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


def _draw(job: tuple[Page, Path]) -> tuple[Page, str]:
    page, folder = job
    # A page's number alone would be the same for the same number of another domain.
    name = f"{page.domain.value}-{page_name(page.index)}"
    (folder / name).write_bytes(page.file())
    return page, name
