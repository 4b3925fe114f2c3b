"""Rows for tests, one function per model. Names and numbers are derived from a counter, never
random.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import numpy as np
from django.utils import timezone
from pgvector import HalfVector

from labelhub.accounts.models import User
from labelhub.images.models import Image, Upload
from labelhub.labels.models import How, Verdict, View
from labelhub.labels.services import NewAnswer
from labelhub.scoring.head import Head
from labelhub.taggers.files import head_of, tagger_home
from labelhub.taggers.models import Embedding, Origin, Tagger, TaggerState
from labelhub.taggers.services.registration import Loaded, tagger_loaded
from labelhub.training.candidates import files_write, taught_sha256
from labelhub.training.learning import NOTHING
from labelhub.training.models import Run, RunState

_numbers = count(1)
TAGS = ("1girl", "solo", "smile", "apron", "fate/grand_order", "\\m/", ":/", "2010")


def upload(by: User | None = None) -> Upload:
    return Upload.objects.create(expected=1, created_by=by)


def image(into: Upload | None = None, **fields: object) -> Image:
    number = next(_numbers)
    facts: dict[str, object] = {
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "name": f"picture-{number}.png",
        "format": "PNG",
        "bytes": 1000,
        "width": 64,
        "height": 48,
        "phash": number,
        "phash_algorithm": "imagehash.phash:64",
        "upload": into or upload(),
    }
    return Image.objects.create(**(facts | fields))


def images(how_many: int) -> list[Image]:
    batch = upload()
    return [image(batch) for _each in range(how_many)]


def tagger(
    tags: Sequence[str] = TAGS,
    *,
    width: int = 4,
    serving: bool = True,
    origin: Origin | None = None,
) -> Tagger:
    """A loaded tagger; its head's row k looks at embedding number k % width alone (weight 1)."""
    number = f"{os.getpid()}-{next(_numbers)}"  # the folder of taggers is shared by all processes
    origin = origin or (Origin.LOCAL if serving else Origin.STARTER)
    made = Tagger.objects.create(
        name=f"tagger {number}", origin=origin, state=TaggerState.REGISTERING
    )
    sha256 = hashlib.sha256(f"tagger {number}".encode()).hexdigest()
    home = Path(tagger_home(sha256))
    home.mkdir(parents=True)
    weight = np.zeros((len(tags), width), dtype=np.float32)
    weight[np.arange(len(tags)), np.arange(len(tags)) % width] = 1
    Head(weight=weight, bias=np.zeros(len(tags), dtype=np.float32)).save(home / "head.safetensors")
    (home / "config.json").write_text("{}")
    (home / "top_tags.txt").write_text("\n".join(tags))
    loaded = Loaded(
        sha256=sha256,
        backbone_sha256=hashlib.sha256(f"backbone {number}".encode()).hexdigest(),
        width=width,
        image_size=64,
        tags=tags,
    )
    if serving:
        Tagger.objects.filter(state=TaggerState.SERVING).update(state=TaggerState.RETIRED)
    tagger_loaded(tagger=made, loaded=loaded)
    return Tagger.objects.select_related("backbone").get(pk=made.pk)


def taught(base: Tagger, shift: float = 0.5) -> Tagger:
    """A candidate with the base's backbone and every logit higher by `shift`, made by a run."""
    before = head_of(base.sha256)
    head = Head(weight=before.weight, bias=before.bias + np.float32(shift))
    sha256 = taught_sha256(base, head)
    files_write(base=base, sha256=sha256, head=head, lesson=NOTHING, facts={})
    made = Tagger.objects.create(
        name=f"{base.name}, taught",
        origin=Origin.TAUGHT,
        state=TaggerState.CANDIDATE,
        sha256=sha256,
        backbone=base.backbone,
        vocabulary=base.vocabulary,
    )
    Run.objects.create(
        base=base, candidate=made, state=RunState.DONE, finished_at=timezone.now(), pairs=1
    )
    return made


def embedding(of: Image, by: Tagger, vector: Sequence[float]) -> Embedding:
    row, _made = Embedding.objects.update_or_create(
        image=of, backbone=by.backbone, defaults={"vector": HalfVector(list(vector))}
    )
    return row


def answer(
    to: Image,
    tag: str,
    verdict: Verdict = Verdict.YES,
    *,
    id: uuid.UUID | None = None,
    how: How = How.ASKED,
) -> NewAnswer:
    return NewAnswer(
        id=id or uuid.uuid4(),
        image_id=to.pk,
        tag=tag,
        verdict=verdict,
        at_full_size=False,
        seconds=1.5,
        view=View.CARD,
        how=how,
        shown={},
    )
