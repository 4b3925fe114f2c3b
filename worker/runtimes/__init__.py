"""Ways to compute a backbone, and the choice between them (pure torch, and OpenVINO on CPUs).

A runtime takes prepared pixels and gives embeddings. All give the same ones, to within what
`choice` measured and stores; which is fastest depends on the device.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class Runtime(Protocol):
    name: str

    def embed(self, pixels: Tensor) -> Tensor:
        """Prepared pixels, uint8 (b, 3, size, size) on the CPU, to float32 embeddings (b, d)."""
        ...
