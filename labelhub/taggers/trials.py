"""Trying a tagger on one image: its tags at once, and nothing of it is stored.

The pixels are a worker's: the bytes lie in the storage while one looks at them, so that it may be
on another machine, and go away in the end whatever happened. The worker answers with the embedding;
the product with the head is made here, as for images of the library.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from labelhub import storage
from labelhub.errors import LabelhubError
from labelhub.images import names
from labelhub.images.models import Image
from labelhub.images.services import image_receive
from labelhub.jobs.asking import ask
from labelhub.scoring.head import Floats
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import Suggestion, embeddings_by_image, suggestions_from
from labelhub.taggers.services.promotion import TaggerNotReady

SECONDS = 28.0  # people are promised an answer within 30
LEAST_SCORE = 0.05
MOST_TAGS = 500
# Each holds one of the web process' threads while it waits, and the others have to serve the rest.
AT_ONCE = 4
_turns = threading.BoundedSemaphore(AT_ONCE)


class TooManyTrials(LabelhubError):
    code = "too_many_trials"
    http_status = 503


class ImageUnreadable(LabelhubError):
    code = "image_unreadable"
    http_status = 422


class TrialFailed(LabelhubError):
    code = "trial_failed"
    http_status = 500


@dataclass(frozen=True, slots=True)
class Trial:
    """What a tagger sees in one image.

    Attributes:
        width, height: of the upright image.
        image_id: of the image in the library whose bytes these are, if there is one.
        tags: with a score of at least .05, best first.
        seconds: what it took, from the first byte on.
    """

    name: str
    width: int
    height: int
    image_id: int | None
    tags: Sequence[Suggestion]
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    width: int
    height: int
    embedding: Floats  # (d,)


def tagger_try(*, tagger: Tagger, name: str, source: storage.Readable, length: int) -> Trial:
    """The tags of an image by any loaded tagger, whichever serves.

    Args:
        source: the image file's bytes.
        length: how many its sender announced.

    Raises:
        TaggerNotReady: it was never loaded.
        FileTooLarge, FileCutShort, ImageUnreadable: what was sent is not an acceptable image.
        NobodyAnswers, TooManyTrials, TrialFailed: the workers cannot look at it now.
    """
    began = time.monotonic()
    if tagger.backbone_id is None:
        raise TaggerNotReady(_("This tagger is not loaded, so it cannot be tried."))
    received = image_receive(source=source, length=length)
    try:
        image = Image.objects.filter(sha256=received.sha256).first()
        seen = (image and _seen_before(tagger, image)) or _look(tagger, received.key)
    finally:
        storage.discard(received.key)
    return Trial(
        name=names.base_name(names.clean_path(name)),
        width=seen.width,
        height=seen.height,
        image_id=image.pk if image else None,
        tags=_tags(tagger, seen.embedding),
        seconds=time.monotonic() - began,
    )


def _seen_before(tagger: Tagger, image: Image) -> _Seen | None:
    """Of an image of the library that the tagger's backbone has seen nothing is to be computed."""
    embedding = embeddings_by_image(tagger, [image.pk]).get(image.pk)
    if embedding is None:
        return None
    return _Seen(width=image.width, height=image.height, embedding=embedding)


def _look(tagger: Tagger, key: str) -> _Seen:
    if not _turns.acquire(blocking=False):
        raise TooManyTrials(
            _("Several images are being tried at this moment. Try again in a few seconds.")
        )
    try:
        found = ask("trial", seconds=SECONDS, tagger_id=tagger.pk, key=key)
    finally:
        _turns.release()
    if "unreadable" in found:
        raise ImageUnreadable(found["unreadable"])
    if "failed" in found:
        raise TrialFailed(
            _("Something unexpected happened (%s): see the worker's log.") % found["failed"]
        )
    embedding = np.array(found["embedding"], dtype=np.float32)
    return _Seen(width=found["width"], height=found["height"], embedding=embedding)


def _tags(tagger: Tagger, embedding: Floats) -> list[Suggestion]:
    (best,) = suggestions_from(tagger, embedding[None], MOST_TAGS)
    return [each for each in best if each.score >= LEAST_SCORE]
