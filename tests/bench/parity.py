"""`make bench-parity`: how far the model is from the published one, on golden data.

Where a CUDA device is at hand, the same figures on it; else it says that they are unmeasured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

from tests.bench.report import Report
from worker.joytag import checkpoint
from worker.joytag.config import ViTConfig
from worker.joytag.preprocess import STD, load_image, prepare
from worker.joytag.vit import ViT

GOLDEN = Path(__file__).parents[1] / "golden"
TOLERANCE = 1e-5
STEM = (
    "conv:c=64;ln;relu;conv:c=128;ln;relu;conv:c=256;ln;relu;conv:c=512;ln;relu;"
    "conv:c=768,s=1,k=1,p=0"
)
PUBLISHED = {
    "class": "ViT",
    "num_blocks": 12,
    "patch_size": 16,
    "d_model": 768,
    "mlp_dim": 3072,
    "num_heads": 12,
    "stochdepth_rate": 0.05,
    "use_sine": True,
    "cnn_stem": STEM,
    "image_size": 448,
    "n_tags": 5813,
    "loss_type": "focal2",
}


def main() -> int:
    report = Report("parity")
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    for device in devices:
        golden(report, torch.device(device))
    if "cuda" not in devices:
        report.context["CUDA"] = "no device here: the same comparison on a GPU is unmeasured"
    published(report)
    preparation(report)
    return report.write()


def golden(report: Report, device: torch.device) -> None:
    expected = np.load(GOLDEN / "joytag-tiny" / "expected.npz")
    model = checkpoint.load(GOLDEN / "joytag-tiny").model.eval().to(device)
    torch.backends.cudnn.allow_tf32 = False
    worst = {"logits": 0.0, "embeddings": 0.0}
    for index in (0, 1):
        with torch.inference_mode():
            found = model(torch.from_numpy(expected[f"image_{index}"]).to(device))
        for name in worst:
            off = getattr(found, name).cpu().numpy() - expected[f"{name}_{index}"]
            worst[name] = max(worst[name], float(np.abs(off).max()))
    for name, value in worst.items():
        bar = f"golden {name}, largest error on {device.type}"
        report.add(bar, f"{value:.1e}", f"<= {TOLERANCE:g}", ok=value <= TOLERANCE)


def published(report: Report) -> None:
    torch.manual_seed(0)
    model = ViT(ViTConfig.from_json(json.dumps(PUBLISHED))).eval()
    parameters = sum(each.numel() for each in model.parameters())
    report.add("published parameters", parameters, "91,491,509", ok=parameters == 91_491_509)
    tensors = len(model.state_dict())
    report.add("published tensors", tensors, "190", ok=tensors == 190)
    with torch.inference_mode():
        found = model(torch.randn(1, 3, 448, 448))
    weight, bias = (each.detach().numpy() for each in (model.head.weight, model.head.bias))
    product = found.embeddings.numpy() @ weight.T + bias
    off = float(np.abs(product - found.logits.numpy()).max())
    report.add("W·e + b, distance to the logits", f"{off:.1e}", "<= 1e-05", ok=off <= TOLERANCE)


def preparation(report: Report) -> None:
    expected = np.load(GOLDEN / "preprocess" / "expected.npz")
    step = np.array(STD, dtype=np.float32)[:, None, None] * 255
    worst = 0.0
    for key in expected:
        name, size = key.split("@")
        found = prepare(load_image(GOLDEN / "preprocess" / f"{name}.png"), int(size)).numpy()
        worst = max(worst, float(np.abs(((found - expected[key]) * step).round()).max()))
    report.add("preparation, largest error in 8-bit steps", f"{worst:.2g}", "<= 1", ok=worst <= 1)


if __name__ == "__main__":
    sys.exit(main())
