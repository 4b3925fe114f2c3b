"""Trying a tagger on one image, for somebody who waits for it. Nothing of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labelhub.jobs.asking import Reply, reply
from labelhub.storage import BytesGone, local_file
from labelhub.taggers.models import Tagger
from worker.app import app
from worker.decoder.parent import Decoder, DecoderDied
from worker.joytag.pixels import ImageError
from worker.tasks.engines import engine_of, runtime_of

if TYPE_CHECKING:
    from worker.engine import Engine

# Whoever waits does so for half a minute.
decoder = Decoder(seconds=20)


@app.task(name="worker.trial")
def trial(reply_to: str, tagger_id: int, key: str) -> None:
    """Reply with the embedding of the image whose bytes lie under a key, or why it has none."""
    try:
        tagger = Tagger.objects.select_related("backbone").get(pk=tagger_id)
        assert tagger.backbone is not None  # only loaded ones are tried
        # First: should it take longer than anybody waits, then at least the next one need not.
        engine = engine_of(tagger.backbone)
        runtime_of(tagger.backbone)  # of one that nobody uses nothing else would be known
        with local_file(key) as path:
            found = _look(engine, path)
    except (ImageError, BytesGone) as error:
        found = {"unreadable": str(error)}
    except DecoderDied as error:
        found = {"unreadable": f"{error} Try again, or save the image in a simpler form."}
    except Exception as error:
        reply(reply_to, {"failed": type(error).__name__})
        raise
    reply(reply_to, found)


def _look(engine: Engine, path: Path) -> Reply:
    import torch

    # Not in this process, which the next stranger's image needs as well.
    prepared = decoder.prepare(path, engine.image_size)
    picture = np.frombuffer(prepared.pixels, dtype=np.uint8).copy()
    shape = (engine.image_size, engine.image_size, 3)
    pixels = torch.from_numpy(picture.reshape(shape)).permute(2, 0, 1)  # (3, size, size)
    (results,) = engine.stream([[(0, lambda _size: pixels)]])
    embedding = results[0]
    if isinstance(embedding, ImageError):
        raise embedding
    return {
        "width": prepared.width,
        "height": prepared.height,
        "embedding": embedding.astype(float).tolist(),
    }
