"""README tells the truth: its tree is the disk's, its settings are those that are read."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Folders below these speak for themselves.
LEAVES = ("frontend/src/", "tests/")
SILENT = ("migrations", ".ci")


def folders_on_disk() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    parents = {f"{parent}/" for name in listed for parent in Path(name).parents}
    return {
        folder
        for folder in parents - {"./"}
        if not any(part in SILENT for part in Path(folder).parts)
        and not any(folder.startswith(leaf) and folder != leaf for leaf in LEAVES)
    }


def test_the_tree_names_every_folder_and_no_other() -> None:
    tree = README[README.index("## The tree") :]
    assert set(re.findall(r"^\| `([^`]+/)` \|", tree, re.MULTILINE)) == folders_on_disk()


def test_the_two_commands_come_first() -> None:
    commands = re.findall(r"make [a-z]+", README)
    assert commands[:2] == ["make up", "make test"]


def test_every_setting_is_in_the_table() -> None:
    settings = README[README.index("## Settings") : README.index("## How it works")]
    named = set(re.findall(r"`((?:LABELHUB_|DATABASE_|REDIS_)[A-Z_]+)`", settings))
    # What a person sets is read here alone; labelhub tells its own processes more.
    readers = ("labelhub/settings.py", "labelhub/embedded/places.py", "worker/tag.py")
    code = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in readers)
    assert named == set(re.findall(r'"(LABELHUB_[A-Z_]+|DATABASE_URL|REDIS_URL)"', code))
