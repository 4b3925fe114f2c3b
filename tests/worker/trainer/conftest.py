"""A small set of pictures that a small model learns within seconds."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

TAGS = ("red", "disc", "dark", "(o)_o?")
TINY = {
    "num_blocks": 1,
    "patch_size": 8,
    "d_model": 32,
    "mlp_dim": 32,
    "num_heads": 2,
    "stochdepth_rate": 0.1,
    "cnn_stem": "conv:c=8,k=4,s=4,p=0;ln;relu;conv:c=32,k=2,s=2,p=0",
    "image_size": 32,
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a manifest of these lines and its vocabulary; gives the manifest's path."""

    def written(lines: list[dict[str, Any]], tags: tuple[str, ...] = TAGS) -> Path:
        path = tmp_path / "manifest.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        (tmp_path / "top_tags.txt").write_text("\n".join(tags), encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 scenes for learning and 40 for validation: their manifest, a model's config beside it."""
    folder = tmp_path_factory.mktemp("scenes")
    chance = random.Random(7)
    lines = [scene(folder, index, chance) for index in range(160)]
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "top_tags.txt").write_text("\n".join(TAGS), encoding="utf-8")
    (folder / "tiny.json").write_text(json.dumps(TINY))
    return folder / "manifest.jsonl"


def scene(folder: Path, index: int, chance: random.Random) -> dict[str, Any]:
    dark, red, disc = (chance.random() < 0.4 for _ in range(3))
    shade = chance.randint(0, 40) if dark else chance.randint(140, 220)
    image = Image.new("RGB", (48, chance.choice((48, 32))), (shade, shade, shade))
    x, y = chance.randint(2, 20), chance.randint(2, 8)
    shape = ImageDraw.Draw(image).ellipse if disc else ImageDraw.Draw(image).rectangle
    shape((x, y, x + 22, y + 22), fill=(230, 20, 20) if red else (20, 90, 230))
    name = f"pages/{index:03d}.png"
    (folder / "pages").mkdir(exist_ok=True)
    image.save(folder / name)
    present = {"red": red, "disc": disc, "dark": dark}
    return {
        "image": name,
        "tags": [tag for tag, there in present.items() if there],
        "split": "validation" if index % 4 == 0 else "train",
        "group": "flat" if image.height == 32 else "square",
    }


@pytest.fixture
def picture(tmp_path: Path) -> str:
    Image.new("RGB", (40, 30), "green").save(tmp_path / "a.png")
    return "a.png"
