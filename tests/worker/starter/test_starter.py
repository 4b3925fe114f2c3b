"""The starter tagger in the repository, its model card, and the command that makes it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from labelhub.picturebook.book import digest
from labelhub.picturebook.tags import TAGS
from worker.joytag import checkpoint
from worker.starter import __main__ as command
from worker.starter import card, evaluation
from worker.starter.evaluation import evaluate

HERE = command.HERE


def test_the_starter_loads_like_any_checkpoint_and_is_small() -> None:
    found = checkpoint.load(HERE)
    assert found.tags == TAGS
    assert (HERE / checkpoint.WEIGHTS).stat().st_size <= 3_000_000


def test_the_card_belongs_to_these_weights_and_this_picture_book() -> None:
    text = (HERE / "README.md").read_text(encoding="utf-8")
    assert f"the weights' SHA-256: `{checkpoint.load(HERE).sha256}`" in text
    assert f"the picture book's hash: `{digest()}`" in text
    assert all(f"| {tag} |" in text for tag in TAGS)


def test_the_starter_knows_what_it_was_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DRAWN", 150)
    monkeypatch.setattr(evaluation, "PHOTOS", 30)
    found = evaluate(HERE).macro_f1()
    assert found["drawn"] > 0.6
    assert found["rare"] < found["others"]


def test_the_command_makes_a_starter_and_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (command, evaluation, card):
        monkeypatch.setattr(module, "DRAWN", 12)
        monkeypatch.setattr(module, "PHOTOS", 6)
    work, into = tmp_path / "work", tmp_path / "starter"
    small = ["--pages", "24", "--samples", "128"]
    monkeypatch.setattr(sys, "argv", ["starter", "--work", str(work), "--into", str(into), *small])
    assert command.main() == 0
    made = checkpoint.load(into)
    assert made.tags == TAGS
    assert made.config == checkpoint.load(HERE).config
    text = (into / "README.md").read_text(encoding="utf-8")
    assert made.sha256 in text
    assert "draws 24 pages" in text
    assert re.search(r"\| 1girl \| +\| \d+ \|", text)
