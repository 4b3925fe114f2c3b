"""The cache of embeddings finds what is nearest to a line exactly; kills and rivals do no harm."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from worker import cache
from worker.cache import GONE, GROUP, Cache, Halves, Ints, Nearest, writing

WIDTH = 16


def vectors(ids: Ints) -> Halves:
    """Every image's own, whoever asks."""
    found = [np.random.default_rng(int(each)).normal(size=WIDTH) for each in ids]
    return np.array(found, dtype=np.float16).reshape(-1, WIDTH)


def blocks(ids: Ints, size: int = 100) -> Iterator[tuple[Ints, Halves]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size], vectors(ids[start : start + size])


def synced(folder: Path, alive: Ints) -> Cache:
    with writing(folder, WIDTH) as writer:
        missing = writer.missing(alive)
        if len(missing):
            writer.extend(blocks(missing))
    return Cache(folder, WIDTH)


def head(tags: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    weight = random.normal(size=(tags, WIDTH)).astype(np.float32)
    return weight, random.normal(size=tags).astype(np.float32), np.full(tags, 0.5, np.float32)


def by_hand(alive: Ints, k: int) -> tuple[Ints, np.ndarray]:
    """Of the first tag of `head`."""
    weight, bias, lines = (each[0] for each in head())
    logits = vectors(alive).astype(np.float64) @ weight.astype(np.float64) + bias
    order = np.argsort(np.abs(logits - lines), kind="stable")[:k]
    return alive[order], logits[order]


def nearest(opened: Cache, k: int = 20) -> Nearest:
    weight, bias, lines = head()
    return opened.nearest(weight[0], float(bias[0]), float(lines[0]), k)


@pytest.mark.parametrize("few", [0, 1_000_000])
def test_the_nearest_to_a_line_are_found_by_codes_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(cache, "FEW", few)
    alive = np.arange(1, 5001) * 3  # the last ones make no whole group
    found = nearest(synced(tmp_path / "b", alive))
    ids, logits = by_hand(alive, 20)
    assert found.ids.tolist() == ids.tolist()
    np.testing.assert_allclose(found.logits, logits, atol=1e-5)


@pytest.mark.parametrize("few", [0, 1_000_000])
@pytest.mark.parametrize(
    ("low", "high"), [(0.5, np.inf), (-np.inf, -1.0), (-0.25, 1.0), (-np.inf, np.inf), (1.0, 0.0)]
)
def test_what_is_between_two_logits_is_found_by_codes_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, low: float, high: float
) -> None:
    monkeypatch.setattr(cache, "FEW", few)
    synced(tmp_path / "b", np.arange(1, 3001) * 3)
    alive = np.arange(7, 3001) * 3
    opened = synced(tmp_path / "b", alive)
    weight, bias, _lines = (each[0] for each in head())
    ids, logits = by_hand(alive, len(alive))
    within = (logits >= low) & (logits <= high)
    found = opened.between(weight, float(bias), low, high)
    assert found.tolist() == sorted(ids[within].tolist(), reverse=True)


def test_codes_are_near_what_they_stand_for(tmp_path: Path) -> None:
    opened = synced(tmp_path / "b", np.arange(1, 6 * GROUP + 1))
    assert len(opened.codes) == 6
    row = torch.from_numpy(head()[0][0])
    exact = opened.vectors.float() @ row
    np.testing.assert_allclose(opened._by_codes(row).numpy(), exact.numpy(), atol=0.1)


def test_all_tags_at_once_find_what_each_finds_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "AT_ONCE", 512)
    opened = synced(tmp_path / "b", np.arange(1, 2001))
    weight, bias, lines = head(300)
    found = opened.nearest_of_all(weight, bias, lines, 15)
    for tag in (0, 5, 255, 256, 299):
        alone = opened.nearest(weight[tag], float(bias[tag]), float(lines[tag]), 15)
        assert found.ids[tag].tolist() == alone.ids.tolist()
        np.testing.assert_allclose(found.logits[tag], alone.logits, atol=1e-5)


def test_a_library_smaller_than_what_is_asked_for_gives_all_of_it(tmp_path: Path) -> None:
    opened = synced(tmp_path / "b", np.arange(1, 11))
    assert len(nearest(opened, 200).ids) == 10
    found = opened.nearest_of_all(*head(3), 200)
    assert np.count_nonzero(found.ids[2] != GONE) == 10
    assert len(nearest(Cache(tmp_path / "none", WIDTH)).ids) == 0


def test_what_is_new_is_appended_and_what_is_gone_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "FEW", 0)
    folder = tmp_path / "b"
    synced(folder, np.arange(1, 1001))
    before = (folder / "vectors").read_bytes()
    alive = np.arange(101, 1301)
    opened = synced(folder, alive)
    assert (folder / "vectors").read_bytes()[: len(before)] == before
    assert np.count_nonzero(opened.ids == GONE) == 100
    assert nearest(opened).ids.tolist() == by_hand(alive, 20)[0].tolist()
    everything = opened.nearest_of_all(*head(), 20)
    assert everything.ids[0].tolist() == by_hand(alive, 20)[0].tolist()


def test_a_cache_that_is_mostly_holes_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    old = synced(folder, np.arange(1, 1001))
    opened = synced(folder, np.arange(901, 1201))
    assert sorted(opened.ids.tolist()) == list(range(901, 1201))
    # who had the old one open goes on with it
    assert nearest(old).ids.tolist() == by_hand(np.arange(1, 1001), 20)[0].tolist()


def _killed_in_the_middle(folder: Path, at: str) -> None:
    def die(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(cache, at, die)
    synced(folder, np.arange(1, 1001))


@pytest.mark.parametrize("at", ["_to_disk", "_codes"])
def test_a_kill_leaves_what_was_there_and_the_next_writer_goes_on(tmp_path: Path, at: str) -> None:
    folder = tmp_path / "b"
    synced(folder, np.arange(1, 401))
    process = multiprocessing.get_context("spawn").Process(
        target=_killed_in_the_middle, args=(folder, at)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert len(Cache(folder, WIDTH)) == 400
    opened = synced(folder, np.arange(1, 1001))
    assert sorted(opened.ids.tolist()) == list(range(1, 1001))
    np.testing.assert_array_equal(opened.vectors.numpy(), vectors(opened.ids))
    assert len(opened.codes) == 1000 // GROUP
    assert nearest(opened).ids.tolist() == by_hand(np.arange(1, 1001), 20)[0].tolist()


def _one_of_several(folder: Path, last: int) -> None:
    synced(folder, np.arange(1, last))


def test_several_processes_at_once_write_every_image_once(tmp_path: Path) -> None:
    folder, context = tmp_path / "b", multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=_one_of_several, args=(folder, last)) for last in (300, 700, 500)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    opened = Cache(folder, WIDTH)
    # The last in may have known of fewer images than were there: it held the others to be gone.
    here = opened.ids[opened.ids != GONE]
    assert len(here) == len(set(here.tolist())) in (299, 499, 699)
    np.testing.assert_array_equal(opened.vectors[opened.ids != GONE].numpy(), vectors(here))
