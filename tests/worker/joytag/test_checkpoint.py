"""A checkpoint loads whole or not at all, and says which part of it is wrong."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from worker.joytag import checkpoint
from worker.joytag.checkpoint import Checkpoint, CheckpointError

GOLDEN = Path(__file__).parents[2] / "golden" / "joytag-tiny"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOLDEN, tmp_path / "tagger"))


def refused(directory: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(directory)
    return str(caught.value)


def change_tensors(directory: Path, change: dict[str, Tensor | None]) -> None:
    path = directory / "model.safetensors"
    tensors: dict[str, Tensor | None] = {**load_file(path), **change}
    save_file({name: tensor for name, tensor in tensors.items() if tensor is not None}, path)


def change_config(directory: Path, **change: Any) -> None:
    path = directory / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


def test_a_published_directory_loads_with_its_tags_in_order(directory: Path) -> None:
    loaded = checkpoint.load(directory)
    assert loaded.tags[0] == "1girl"
    assert loaded.tags[5:11] == ("fate/grand_order", "ranma_1/2", "2010", ":/", "\\m/", "what?")
    assert len(loaded.tags) == loaded.config.n_tags == 12
    weights = (directory / "model.safetensors").read_bytes()
    assert loaded.sha256 == hashlib.sha256(weights).hexdigest()
    assert not loaded.model.training
    assert all(tensor.dtype == torch.float32 for tensor in loaded.model.state_dict().values())
    assert all(parameter.requires_grad for parameter in loaded.model.parameters())


@pytest.mark.parametrize("change", ["\n", "\n\n\n", "\r\n"])
def test_line_ends_and_blank_lines_are_no_tags(directory: Path, change: str) -> None:
    path = directory / "top_tags.txt"
    names = path.read_text().split("\n")
    path.write_bytes((change.join(names) + change).encode())
    assert checkpoint.load(directory).tags == tuple(names)


def test_half_precision_weights_are_widened(directory: Path) -> None:
    tensors = load_file(directory / "model.safetensors")
    change_tensors(directory, {name: tensor.half() for name, tensor in tensors.items()})
    bias = checkpoint.load(directory).model.head.bias
    assert bias.dtype == torch.float32
    assert torch.allclose(bias, tensors["head.bias"], atol=1e-3)


def test_later_writes_to_the_file_do_not_reach_a_loaded_tagger(directory: Path) -> None:
    loaded = checkpoint.load(directory)
    before = loaded.model.head.weight.sum().item()
    path = directory / "model.safetensors"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\0" * (path.stat().st_size // 2))
    assert loaded.model.head.weight.sum().item() == before


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "top_tags.txt"])
def test_a_missing_file_is_named(directory: Path, name: str) -> None:
    (directory / name).unlink()
    assert refused(directory).startswith(f"{name} is missing in {directory}")


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    assert "is not a directory" in refused(tmp_path / "nowhere")
    assert "is not a directory" in refused(GOLDEN / "config.json")


def test_pickled_weights_are_never_opened(directory: Path) -> None:
    (directory / "model.safetensors").unlink()
    (directory / "model.pt").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    assert refused(directory).startswith("model.pt is a pickle, which can run code")
    assert "is a pickle" in refused(directory / "model.pt")


def test_a_missing_tensor_is_named(directory: Path) -> None:
    change_tensors(directory, {"blocks.1.skip_init1.skip": None})
    assert "lacks the tensor blocks.1.skip_init1.skip;" in refused(directory)
    change_tensors(directory, {"norm.weight": None, "norm.bias": None})
    assert "lacks the tensor blocks.1.skip_init1.skip and 2 more;" in refused(directory)


def test_an_unexpected_tensor_is_named(directory: Path) -> None:
    change_tensors(directory, {"cls_token": torch.zeros(1)})
    assert "holds the tensor cls_token, which" in refused(directory)


def test_a_wrong_shape_is_named(directory: Path) -> None:
    change_tensors(directory, {"blocks.0.norm1.weight": torch.zeros(47)})
    assert "blocks.0.norm1.weight has the shape (47,), but config.json makes it (48,)" in refused(
        directory
    )


def test_a_head_of_other_tags_is_refused(directory: Path) -> None:
    change_tensors(directory, {"head.weight": torch.zeros(21, 48), "head.bias": torch.zeros(21)})
    assert "has 21 rows, but config.json and top_tags.txt have 12 tags" in refused(directory)


def test_a_vocabulary_of_another_length_is_refused(directory: Path) -> None:
    path = directory / "top_tags.txt"
    path.write_text(path.read_text() + "\none_more")
    assert "top_tags.txt holds 13 tags, but config.json says 12" in refused(directory)


def test_a_tag_twice_is_refused(directory: Path) -> None:
    path = directory / "top_tags.txt"
    path.write_text(path.read_text().replace("solo", "1girl"))
    assert "holds the tag '1girl' 2 times" in refused(directory)


def test_a_vocabulary_that_is_no_text_is_refused(directory: Path) -> None:
    (directory / "top_tags.txt").write_bytes(b"\xff\xfe")
    assert "top_tags.txt cannot be read as text" in refused(directory)


def test_a_config_that_is_no_json_is_refused(directory: Path) -> None:
    (directory / "config.json").write_text("{")
    assert "config.json is not valid JSON" in refused(directory)


def test_a_config_of_another_size_costs_no_memory(directory: Path) -> None:
    stem = "conv:c=8;ln;relu;conv:c=16;ln;relu;conv:c=24;ln;relu;conv:c=32;ln;relu;conv:c=1000000"
    change_config(directory, d_model=1_000_000, cnn_stem=f"{stem},s=1,k=1,p=0")
    assert "has the shape" in refused(directory)  # attention alone would take 12 TB


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_weights_cut_short_are_refused(directory: Path, share: float) -> None:
    path = directory / "model.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "model.safetensors cannot be read" in refused(directory)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(directory: Path, value: float) -> None:
    change_tensors(directory, {"norm.bias": torch.full((48,), value)})
    assert "norm.bias holds values that are no numbers" in refused(directory)


def test_weights_that_are_no_floats_are_refused(directory: Path) -> None:
    change_tensors(directory, {"norm.bias": torch.zeros(48, dtype=torch.int32)})
    assert "norm.bias holds torch.int32, not floats" in refused(directory)


# Saving.


def test_what_is_saved_loads_as_the_same_tagger(directory: Path, tmp_path: Path) -> None:
    loaded = checkpoint.load(directory)
    sha256 = checkpoint.save(loaded, tmp_path / "new" / "copy")
    again = checkpoint.load(tmp_path / "new" / "copy")
    assert (again.tags, again.config, again.sha256) == (loaded.tags, loaded.config, sha256)
    state, expected = again.model.state_dict(), loaded.model.state_dict()
    assert list(state) == list(expected)
    assert all(torch.equal(state[name], expected[name]) for name in expected)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["copy"]


def test_a_saved_tagger_is_never_overwritten(directory: Path) -> None:
    loaded = checkpoint.load(directory)
    with pytest.raises(CheckpointError, match="is not empty"):
        checkpoint.save(loaded, directory)


def test_a_save_that_fails_leaves_nothing(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = checkpoint.load(directory)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(Checkpoint(loaded.model, loaded.tags), tmp_path / "new" / "copy")
    assert list((tmp_path / "new").iterdir()) == []
