"""How every benchmark ends: a table, and bench-results/NAME.json with each bar once."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
UNMEASURED = "unmeasured"


@dataclass(frozen=True)
class Bar:
    name: str
    value: str | float
    bar: str
    ok: bool


@dataclass
class Report:
    name: str
    bars: list[Bar] = field(default_factory=list)
    context: dict[str, str | float] = field(default_factory=dict)

    def add(self, name: str, value: str | float, bar: str, *, ok: bool) -> None:
        self.bars.append(Bar(name, value, bar, ok))
        self.say(f"  {'ok ' if ok else 'MISSED'}  {name}: {value}   ({bar})")

    def unmeasured(self, name: str, bar: str, why: str) -> None:
        """A bar that cannot be measured here: not met, and no failure of this run."""
        self.bars.append(Bar(name, UNMEASURED, bar, ok=False))
        self.say(f"  {UNMEASURED}  {name}: {why}   ({bar})")

    def say(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def write(self) -> int:
        """Print the table, write the file; 0 when every bar that could be measured was met."""
        machine = {"machine": platform.machine(), "cores": os.cpu_count() or 0}
        path = ROOT / "bench-results" / f"{self.name}.json"
        path.parent.mkdir(exist_ok=True)
        content = {"bars": [asdict(bar) for bar in self.bars], "context": machine | self.context}
        path.write_text(json.dumps(content, indent=2) + "\n")
        width = max(len(bar.name) for bar in self.bars)
        self.say("")
        for bar in self.bars:
            met = "ok" if bar.ok else "" if bar.value == UNMEASURED else "MISSED"
            self.say(f"{bar.name:{width}}  {bar.value!s:>12}  {bar.bar:34}  {met}")
        for name, value in self.context.items():
            self.say(f"{name}: {value}")
        return 0 if all(bar.ok or bar.value == UNMEASURED for bar in self.bars) else 1


def shared_images(folder: str, count: int) -> list[Path]:
    """The first `count` images of a folder of the real data.

    Raises:
        SystemExit: with a sentence, where the data is not at hand.
    """
    found = sorted(
        path
        for path in (SHARED / folder).glob("*")
        if path.suffix.lower() in (".jpg", ".jpeg", ".png")
    )
    if len(found) < count:
        sys.exit(
            f"This benchmark needs {count} images in shared/data/{folder} beside the checkout; "
            f"{len(found)} are there."
        )
    return found[:count]
