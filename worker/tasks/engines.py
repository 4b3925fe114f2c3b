"""The engine of this process: one loaded backbone at a time, whichever work asks for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from labelhub.taggers.files import tagger_home
from labelhub.taggers.models import Backbone

if TYPE_CHECKING:
    from worker.engine import Engine


def engine_of(backbone: Backbone) -> Engine:
    """A backbone, loaded from the tagger that brought its weights; kept as long as it is asked
    for.
    """
    return _engine(backbone.checkpoint)


@lru_cache(maxsize=1)
def _engine(sha256: str) -> Engine:
    from worker.engine import Engine  # torch: only the worker that looks at pixels pays for it

    return Engine.load(tagger_home(sha256))
