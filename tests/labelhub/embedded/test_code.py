"""A running labelhub is told from the code of the checkout by a digest of all that it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelhub.embedded import places
from labelhub.embedded.code import code_digest

PARTS = (
    "labelhub/settings.py",
    "labelhub/images/models.py",
    "worker/app.py",
    "requirements.lock",
    "frontend/dist/index.html",
)


@pytest.mark.parametrize("changed", PARTS)
def test_a_change_of_anything_that_runs_changes_it(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "checkout", lambda: tmp_path)
    for part in PARTS:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).write_text("before")
    (tmp_path / "README.md").write_text("before")
    before = code_digest()
    (tmp_path / "README.md").write_text("after")
    assert code_digest() == before
    (tmp_path / changed).write_text("after")
    assert code_digest() != before


def test_another_checkout_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(places, "checkout", lambda name=name: tmp_path / name)
        digests.add(code_digest())
    assert len(digests) == 2
