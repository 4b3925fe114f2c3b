"""The engines of this process: the backbones that work asked for last."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from labelhub.embedded import places
from labelhub.taggers.embeddings import runtime_note
from labelhub.taggers.files import tagger_home
from labelhub.taggers.models import Backbone, Runtime

if TYPE_CHECKING:
    from worker.engine import Engine


def engine_of(backbone: Backbone) -> Engine:
    """A backbone, loaded from the tagger that brought its weights, by the fastest runtime here.

    Three are kept: one that serves, one that is to serve next, and one that is tried.
    """
    return _engine(backbone.checkpoint)


def runtime_of(backbone: Backbone) -> Runtime:
    """How this process computes a backbone, noted."""
    facts = engine_of(backbone).facts
    return runtime_note(
        backbone=backbone,
        name=facts.name,
        device=facts.device,
        images_per_second=facts.images_per_second,
        agreement=facts.agreement,
    )


@lru_cache(maxsize=3)
def _engine(sha256: str) -> Engine:
    from worker.engine import Engine  # torch: only the worker that looks at pixels pays for it

    return Engine.load(tagger_home(sha256), fast=True, kept=places.home() / "runtimes")
