"""Drawing the picture book: pages that have not come yet, taken in like files somebody sent."""

from __future__ import annotations

import time

from labelhub.images import selectors as images
from labelhub.images import services
from labelhub.jobs.models import Kind
from labelhub.jobs.work import Progress
from labelhub.picturebook.book import page
from worker.tasks.step import step

CHUNK_SECONDS = 3.0


@step(Kind.BOOK)
def book(upload_id: int) -> Progress:
    """Draw a few seconds' worth of pages; after the last, close the upload.

    Two workers at it draw some pages twice, which does no harm: a page is the same bytes each time.
    """
    upload = images.upload_get(upload_id)
    assert upload.book_seed is not None  # only books are rung for
    enough, drawn = time.monotonic() + CHUNK_SECONDS, 0
    missing = images.book_missing(upload)
    for index in missing:
        services.page_take(upload=upload, page=page(upload.book_seed, index))
        drawn += 1
        if time.monotonic() > enough:
            break
    if drawn == len(missing):
        services.book_close(upload=upload)
    return images.book_progress(upload, claimed=drawn)
