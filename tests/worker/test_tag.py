"""`python -m worker.tag`: what it prints, what it does with bad files, which tagger it takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labelhub.embedded import places
from worker import tag
from worker.engine import Engine
from worker.joytag import checkpoint
from worker.joytag.preprocess import ImageError

GOLDEN = Path(__file__).parents[1] / "golden"
TAGGER = GOLDEN / "joytag-tiny"
ROOT = Path(__file__).parents[2]
PICTURE = GOLDEN / "preprocess" / "rgb_80x37.png"
OTHER = GOLDEN / "preprocess" / "grey_61x61.png"
STARTER_TAGS = (tag.STARTER / checkpoint.TAGS).read_text().split("\n")
Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LABELHUB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LABELHUB_TAGGER", str(TAGGER))


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    """The picture's, computed beside the command."""
    engine = Engine.load(TAGGER, "cpu")
    (embedding,) = engine.embed([PICTURE])
    assert not isinstance(embedding, ImageError)
    weights, bias = engine.head()
    logits = weights.astype(float) @ embedding.astype(float) + bias
    return dict(zip(engine.tags, (1 / (1 + np.exp(-logits))).tolist(), strict=True))


def test_the_tag_string_comes_first_and_the_scores_best_first(
    capsys: Output, scores: dict[str, float]
) -> None:
    assert tag.main([str(PICTURE)]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    over = [name for name, score in scores.items() if score > 0.4]
    assert 2 < len(over) < 12
    assert first == ", ".join(over)
    best = sorted(over, key=lambda name: -scores[name])
    assert rest == [f"{name}: {scores[name]:.3f}" for name in best]


def test_names_come_out_as_they_are(capsys: Output) -> None:
    tag.main(["--threshold", "0", str(PICTURE)])
    assert capsys.readouterr().out.splitlines()[0] == (
        "1girl, solo, smile, apron, watermark, fate/grand_order, ranma_1/2, 2010, :/, \\m/, what?, "
        "very_dark_skin"
    )


def test_the_threshold_itself_is_not_over_it(capsys: Output) -> None:
    assert tag.main(["--threshold", "1", str(PICTURE)]) == 0
    assert capsys.readouterr().out == "\n"


def test_json_is_one_object_a_line_with_all_scores(
    capsys: Output, scores: dict[str, float]
) -> None:
    assert tag.main(["--json", "--threshold", "0.9", str(PICTURE), str(OTHER)]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(first) == ["image", "scores"]
    assert first["image"] == str(PICTURE)
    assert list(first["scores"]) == list(scores)
    assert first["scores"] == pytest.approx(scores, abs=1e-6)
    assert second["image"] == str(OTHER)
    assert second["scores"] != first["scores"]


def test_several_images_are_told_apart(capsys: Output) -> None:
    assert tag.main([str(PICTURE), str(OTHER)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(PICTURE)
    assert lines[lines.index("") + 1] == str(OTHER)


def test_a_bad_image_is_an_error_line_and_the_others_are_done(
    capsys: Output, tmp_path: Path
) -> None:
    bad = [tmp_path / "empty.png", tmp_path / "text.jpg", tmp_path / "gone.png"]
    bad[0].touch()
    bad[1].write_text("no image")
    assert tag.main(["--json", *map(str, bad), str(PICTURE), str(tmp_path), str(OTHER)]) == 1
    printed = capsys.readouterr()
    done = [json.loads(line)["image"] for line in printed.out.splitlines()]
    assert done == [str(PICTURE), str(OTHER)]
    complaints = printed.err.splitlines()
    assert complaints[0] == f"{bad[0]}: The file is empty; bring the original again."
    assert [line.split(": ")[0] for line in complaints] == [*map(str, bad), str(tmp_path)]


def test_a_name_that_is_no_utf8_is_printed_all_the_same(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    shutil.copy(PICTURE, path)
    assert tag.main([str(path), str(tmp_path / os.fsdecode(b"\xff"))]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(f"{tmp_path}/caf\\udce9.png\n")
    assert printed.err.startswith(f"{tmp_path}/\\udcff: ")
    assert tag.main(["--json", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["image"] == str(path)


def test_fast_prints_nearly_the_same_scores(capsys: Output, scores: dict[str, float]) -> None:
    assert tag.main(["--json", "--fast", str(PICTURE)]) == 0
    found = json.loads(capsys.readouterr().out)["scores"]
    assert found == pytest.approx(scores, abs=0.02)


# Which tagger.


def used(capsys: Output, *options: str) -> int:
    """How many tags the tagger has that the command takes."""
    assert tag.main(["--json", *options, str(PICTURE)]) == 0
    return len(json.loads(capsys.readouterr().out)["scores"])


def test_the_named_checkpoint_goes_before_the_environments(capsys: Output, tmp_path: Path) -> None:
    other = Path(shutil.copytree(tag.STARTER, tmp_path / "other"))
    assert used(capsys) == 12
    assert used(capsys, "--checkpoint", str(other)) == len(STARTER_TAGS)


def test_the_fetched_checkpoint_is_taken_when_it_is_whole(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LABELHUB_TAGGER")
    fetched = tmp_path / "home" / "checkpoints" / "joytag"
    shutil.copytree(TAGGER, fetched)
    assert used(capsys) == len(STARTER_TAGS)  # not known to be whole
    names = ("config.json", "top_tags.txt", "model.safetensors")
    lines = [f"{'0' * 64}  {name}\n# {(fetched / name).stat().st_size} {name}\n" for name in names]
    (fetched / "SHA256SUMS").write_text("".join(lines))
    assert used(capsys) == 12


def test_the_starter_is_plainly_named(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LABELHUB_TAGGER")
    assert tag.main(["--json", str(PICTURE)]) == 0
    printed = capsys.readouterr()
    assert "the starter is used: small" in printed.err
    (line,) = printed.out.splitlines()
    assert list(json.loads(line)["scores"]) == STARTER_TAGS
    assert not (tmp_path / "home").exists()  # tagging a file sets up no installation


def test_a_checkpoint_that_cannot_be_used_is_said_once(capsys: Output, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(TAGGER, tmp_path / "broken"))
    (broken / checkpoint.WEIGHTS).unlink()
    assert tag.main(["--checkpoint", str(broken), str(PICTURE), str(OTHER)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("model.safetensors is missing in")
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    "variables",
    [{"LABELHUB_HOME": "/somewhere"}, {}, {"XDG_DATA_HOME": "/data"}, {"XDG_DATA_HOME": "data"}],
)
@pytest.mark.parametrize("user", [0, 1000])
def test_it_looks_where_the_product_keeps_its_data(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], user: int
) -> None:
    for name in ("LABELHUB_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert tag._home() == places.home()


@pytest.mark.parametrize("options", [[], ["--threshold", "1.5", "x"], ["--threshold", "x", "x"]])
def test_a_wrong_call_is_explained(capsys: Output, options: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        tag.main(options)
    assert caught.value.code == 2
    assert "usage: python -m worker.tag" in capsys.readouterr().err


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "worker.tag", "--checkpoint", str(TAGGER), "--json"]
    done = subprocess.run(
        [*command, str(PICTURE), str(tmp_path / "gone.png")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["image"] == str(PICTURE)
    assert (
        done.stderr
        == f"{tmp_path}/gone.png: There is no such file (any more); check where it lies.\n"
    )
