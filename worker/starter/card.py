"""The starter's model card, written from what was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from labelhub.picturebook.book import digest
from labelhub.picturebook.tags import RARE, SUBJECTIVE
from worker.starter.evaluation import DRAWN, PHOTOS, Evaluation

HEAD = """\
# The starter tagger

A small JoyTag (the same class and preparation as the published model: {parameters:,} parameters,
{size} px, {width} numbers in an embedding, {tags} tags) for where the published checkpoint is not
to be had. It was trained from scratch on the picture book, scenes that labelhub draws itself, and
on nothing else. It is good for learning the ropes and for demonstrations. It knows nothing of real
drawings or photographs.

## Training

`make starter` does all of it: draws {images:,} pages (3 % of them as photographs), with labels as
they would be found in the wild (one person's view, 3 to 30 % of the positives missing, a few wrong
ones, absence counted as "no"), and trains with `python -m worker.trainer`: focal loss (gamma 2),
LAMB, a cosine, seed {seed}, and as the published tagger was trained, small pictures first:

{phases}
The training took {minutes} minutes on {threads} CPU cores.

- the picture book's hash: `{book}`
- the manifest's hash: `{manifest}`
- the weights' SHA-256: `{weights}`

## Figures

F1 at a raw score over 0.4 against the exact truth of held-out pages, {drawn:,} drawn ones and
{photos:,} photographs, which no tagger learns from. Macro means over tags:

| drawn | photo | rare tags, drawn | subjective tags, drawn | all other tags, drawn |
| --- | --- | --- | --- | --- |
| {f1[drawn]:.3f} | {f1[photo]:.3f} | {f1[rare]:.3f} | {f1[subjective]:.3f} | {f1[others]:.3f} |

What is left to teach: photographs, rare tags (r), tags that people see differently (s), and small
things.

| tag | | drawn pages with it | P | R | F1 | F1 on photographs |
| --- | --- | --- | --- | --- | --- | --- |
"""


PHASE = (
    "- {samples:,} samples at {size} px, batch {batch}, learning rate {lr:g}, "
    'augmentation "{augment}"\n'
)


def card(
    evaluation: Evaluation, reports: Sequence[Mapping[str, Any]], *, images: int, parameters: int
) -> str:
    """README.md.

    Args:
        reports: the trainer's metrics.json, one for each phase.
        images: how many pages it was trained on.
    """
    last = reports[-1]
    phases = [
        PHASE.format(
            samples=report["samples"],
            size=report["configuration"]["image_size"],
            batch=report["settings"]["batch"],
            lr=report["settings"]["lr"],
            augment=report["settings"]["augment"],
        )
        for report in reports
    ]
    head = HEAD.format(
        parameters=parameters,
        size=last["configuration"]["image_size"],
        width=last["configuration"]["d_model"],
        tags=len(evaluation.tags),
        images=images,
        phases="".join(phases),
        seed=last["seed"],
        minutes=math.ceil(sum(report["seconds"] for report in reports) / 60),
        threads=last["settings"]["threads"],
        book=digest(),
        manifest=last["manifest_sha256"],
        weights=last["weights_sha256"],
        drawn=DRAWN,
        photos=PHOTOS,
        f1=evaluation.macro_f1(),
    )
    return head + "".join(f"{row}\n" for row in _rows(evaluation))


def _rows(evaluation: Evaluation) -> list[str]:
    drawn, photo = evaluation.drawn, evaluation.photo
    precision, recall, f1, on_photos = drawn.precision, drawn.recall, drawn.f1, photo.f1
    rows = []
    for at, tag in enumerate(evaluation.tags):
        mark = "r" if tag in RARE else "s" if tag in SUBJECTIVE else ""
        there = f"{on_photos[at]:.2f}" if photo.positives[at] else "none there"
        rows.append(
            f"| {tag} | {mark} | {drawn.positives[at]} | {precision[at]:.2f} | {recall[at]:.2f} | "
            f"{f1[at]:.2f} | {there} |"
        )
    return rows
