"""Loading what the next image needs before it comes: an engine takes seconds to load."""

from __future__ import annotations

from labelhub.taggers.selectors import tagger_serving
from worker.app import app
from worker.tasks.engines import runtime_of


@app.task(name="worker.warm")
def warm() -> None:
    """Load the engine of the tagger that serves, and note how it is computed here."""
    serving = tagger_serving()
    if serving is not None and serving.backbone is not None:
        runtime_of(serving.backbone)
