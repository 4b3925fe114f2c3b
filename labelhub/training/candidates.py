"""The files of a taught tagger: a head, and what it was taught. Its backbone's weights stay where
they are (`Backbone.checkpoint`).

    HOME/taggers/<sha256>/   head.safetensors  config.json  top_tags.txt  lesson.npz  taught.json
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from labelhub.scoring.head import Head
from labelhub.taggers.files import tagger_home
from labelhub.taggers.models import Origin, Tagger
from labelhub.training.learning import NOTHING, Lesson

AS_BEFORE = ("config.json", "top_tags.txt")


def root_of(tagger: Tagger) -> Tagger:
    """The tagger that no answers taught, from which this one comes; itself, if that is so."""
    while tagger.origin == Origin.TAUGHT:
        tagger = tagger.run.base
    return tagger


def lesson_learned(tagger: Tagger) -> Lesson:
    """What a tagger was taught; nothing, where no answers taught it."""
    if tagger.origin != Origin.TAUGHT:
        return NOTHING
    return Lesson.load(tagger_home(tagger.sha256) / "lesson.npz")


def taught_sha256(base: Tagger, head: Head) -> str:
    """What identifies a taught tagger: its backbone, its vocabulary, every number of its head."""
    assert base.backbone is not None
    assert base.vocabulary is not None
    whole = hashlib.sha256(f"{base.backbone.sha256} {base.vocabulary.sha256} ".encode())
    whole.update(head.weight.tobytes())
    whole.update(head.bias.tobytes())
    return whole.hexdigest()


def files_write(
    *, base: Tagger, sha256: str, head: Head, lesson: Lesson, facts: dict[str, object]
) -> None:
    """Write a taught tagger's folder, whole or not at all; one that is there is left."""
    home = tagger_home(sha256)
    if home.exists():
        return
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".teaching-") as folder:
        made = Path(folder) / "tagger"
        made.mkdir()
        head.save(made / "head.safetensors")
        lesson.save(made / "lesson.npz")
        (made / "taught.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        for name in AS_BEFORE:
            shutil.copyfile(tagger_home(base.sha256) / name, made / name)
        made.replace(home)
