"""What tests of the worker's tasks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def decoder_ended() -> Iterator[None]:
    """The decoding child process that tests of a module share ends with them."""
    from worker.tasks import ingest

    yield
    ingest.decoder.close()
