"""An untrained tagger in the published form, for where no trained one is to be had.

It has the real architecture, small, with random weights. Its scores mean nothing, and whoever uses
it must say so; what it gives is a product whose every part works: images get embeddings and
suggestions, questions get asked, and the answers are real.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from worker.joytag import checkpoint
from worker.joytag.vit import ViT, ViTConfig

# Ordinary things, in the Danbooru scheme, that can be asked of photographs and drawings alike.
TAGS = (
    "1girl",
    "1boy",
    "multiple_girls",
    "multiple_boys",
    "solo",
    "no_humans",
    "animal",
    "cat",
    "dog",
    "bird",
    "smile",
    "open_mouth",
    "closed_eyes",
    "looking_at_viewer",
    "from_behind",
    "portrait",
    "upper_body",
    "full_body",
    "long_hair",
    "short_hair",
    "black_hair",
    "brown_hair",
    "blonde_hair",
    "beard",
    "glasses",
    "hat",
    "shirt",
    "dress",
    "skirt",
    "pants",
    "jacket",
    "coat",
    "apron",
    "gloves",
    "boots",
    "shoes",
    "necklace",
    "bag",
    "sitting",
    "standing",
    "holding",
    "outdoors",
    "indoors",
    "day",
    "night",
    "sky",
    "cloud",
    "tree",
    "flower",
    "grass",
    "water",
    "building",
    "window",
    "road",
    "car",
    "food",
    "cup",
    "book",
    "monochrome",
    "white_background",
    "simple_background",
    "text_focus",
    "watermark",
)

CONFIG = ViTConfig(
    num_blocks=3,
    patch_size=16,
    d_model=96,
    mlp_dim=192,
    num_heads=4,
    stochdepth_rate=0.05,
    cnn_stem="conv:c=16;ln;relu;conv:c=24;ln;relu;conv:c=32;ln;relu;conv:c=64;ln;relu;conv:c=96,s=1,k=1,p=0",
    image_size=224,
    n_tags=len(TAGS),
)


def write(target: Path, seed: int = 0) -> Path:
    """Writes the tagger to `target`, the same bytes for the same seed; leaves one that is there."""
    if not (target / checkpoint.WEIGHTS).is_file():
        checkpoint.save(checkpoint.Checkpoint(build(seed), TAGS), target)
    return target


def build(seed: int) -> ViT:
    """The model, drawn from a generator of its own: neither reads nor moves torch's global one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.device("meta"):
        model = ViT(CONFIG)
    model.to_empty(device="cpu")
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if name.endswith(".skip"):
                tensor.fill_(CONFIG.layer_scale)
            elif tensor.ndim == 1:  # norms start as identity, biases at nothing
                tensor.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
            else:
                tensor.normal_(std=tensor[0].numel() ** -0.5, generator=generator)
        # Differences are seen and the rest is not, or every image would get nearly the same scores.
        for conv in (part for part in model.patch_embeddings.conv if isinstance(part, nn.Conv2d)):
            conv.weight -= conv.weight.mean(dim=(1, 2, 3), keepdim=True)
        conv.weight *= 3  # the last one's, so that the position codes do not drown what it saw
        model.head.weight *= 3
        # Most tags are absent from most images, so most scores should be low.
        model.head.bias.fill_(-2.0)
    return model.eval()
