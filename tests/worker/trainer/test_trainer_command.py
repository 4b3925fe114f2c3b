"""What the command says to those who call it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.worker.trainer.conftest import Write
from worker.trainer.__main__ import main

Output = pytest.CaptureFixture[str]


def code(words: list[str]) -> int | str | None:
    """The exit code, whether the parser ends the process or main returns."""
    try:
        return main(words)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--batch", "10", "--device-batch", "4"], "does not divide into parts"),
        (["--samples", "10", "--batch", "16"], "--samples 10 is less than one batch of 16"),
        (["--samples", "0"], "it must be at least 1"),
        (["--samples", "-5"], "not a whole number of 0 or more"),
        (["--samples", "many"], "invalid"),
        (["--lr", "0"], "it must be more than 0"),
        (["--lr", "nan"], "not a number of 0 or more"),
        (["--evaluate-only"], "--evaluate-only needs --init"),
        (["--device", "tpu7"], "--device tpu7 is not known; use cpu or cuda"),
        (["--device", "meta"], "--device meta is not supported"),
        (["--device", "cpu", "--amp"], "needs --device cuda"),
        (["--model", "a.json", "--init", "tagger"], "not allowed with"),
        (["--model", "nowhere.json"], "nowhere.json cannot be read"),
        (["--init", "nowhere"], "nowhere is not a directory"),
        (["--augment", "much"], "invalid choice"),
    ],
)
def test_bad_options_get_a_sentence(
    scenes: Path, tmp_path: Path, capsys: Output, options: list[str], sentence: str
) -> None:
    assert code([str(scenes), "--out", str(tmp_path / "out"), *options]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.skipif(torch.cuda.is_available(), reason="about machines without CUDA")
def test_cuda_that_is_not_there_gets_a_sentence(
    scenes: Path, tmp_path: Path, capsys: Output
) -> None:
    assert code([str(scenes), "--out", str(tmp_path / "out"), "--device", "cuda"]) == 2
    assert "no CUDA device" in capsys.readouterr().err


def test_a_bad_manifest_gets_its_sentence(tmp_path: Path, capsys: Output) -> None:
    assert code([str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "out")]) == 2
    assert "none.jsonl is not there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_manifest_of_validation_alone_cannot_be_trained_on(
    write: Write, picture: str, tmp_path: Path, capsys: Output
) -> None:
    path = write([{"image": picture, "tags": [], "split": "validation"}])
    assert code([str(path), "--out", str(tmp_path / "out")]) == 2
    assert "holds no line whose split is train" in capsys.readouterr().err


def test_a_tagger_without_some_tag_is_not_evaluated_on_it(
    scenes: Path, tmp_path: Path, capsys: Output
) -> None:
    golden = Path(__file__).parents[2] / "golden" / "joytag-tiny"
    words = [str(scenes), "--out", str(tmp_path / "out"), "--init", str(golden)]
    assert code([*words, "--evaluate-only"]) == 2
    assert "does not know the tag '(o)_o?' and 3 more" in capsys.readouterr().err


def test_an_image_that_cannot_be_read_is_named(
    write: Write, picture: str, tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "b.png").write_text("no picture")
    lines = [{"image": name, "tags": [], "split": "train"} for name in (picture, "b.png")]
    path = write(lines)
    assert code([str(path), "--out", str(tmp_path / "out"), "--samples", "64"]) == 1
    assert "b.png: This is not an image" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_gets_a_sentence(
    scenes: Path, tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "file").write_text("")
    assert code([str(scenes), "--out", str(tmp_path / "file" / "out")]) == 1
    assert "cannot be written to" in capsys.readouterr().err


def test_help_names_every_option(capsys: Output) -> None:
    assert code(["--help"]) == 0
    said = capsys.readouterr().out
    for option in ("--samples", "--init", "--evaluate-only", "--cache-dir", "--warmup"):
        assert option in said
