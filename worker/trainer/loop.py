"""The training itself: so many samples, resumable at any of its checkpoints to the last bit.

On a CPU, two runs with the same settings, and a run that was killed and gone on with, end with the
same bytes: the order of samples, the changes made to them, the weights' start and everything drawn
in between follow from the seed. On CUDA the loop computes in fp16 with a GradScaler where asked to
(`amp`); that path is written after the published recipe and is neither tested nor measured here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import torch
from torch import Tensor, nn
from torch.utils import deterministic
from tqdm import tqdm

from worker.joytag.checkpoint import Checkpoint
from worker.joytag.preprocess import normalised
from worker.joytag.vit import ViT
from worker.trainer import optim, saving
from worker.trainer.data import Batch, Samples, ahead
from worker.trainer.errors import TrainingError
from worker.trainer.losses import HALF_FACTOR, focal_loss_sum

LOG_LINES = 500  # of the log, spread evenly over the training


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides the outcome of a training, beside the manifest and the model it starts from."""

    samples: int  # images seen; rounded down to whole batches
    batch: int
    device_batch: int  # computed at once; a divisor of batch
    lr: float
    weight_decay: float
    warmup: int  # samples
    seed: int
    augment: str  # "trivial" or "none"
    amp: bool
    threads: int
    device: str
    save_every: int  # samples

    @property
    def steps(self) -> int:
        return max(1, self.samples // self.batch)

    def outcome(self) -> dict[str, object]:
        """The settings that may not change when a run is gone on with."""
        values = dataclasses.asdict(self)
        # The last bits depend on the threads too, but a busy machine is a reason to change them.
        del values["save_every"], values["threads"]
        return values


@contextlib.contextmanager
def settled(settings: Settings) -> Iterator[None]:
    """Deterministic computing with this many threads from this seed; put back afterwards."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what CUDA's determinism needs
    threads = torch.get_num_threads()
    before = torch.are_deterministic_algorithms_enabled()
    fill = deterministic.fill_uninitialized_memory  # type: ignore[attr-defined]
    device = torch.device(settings.device)
    devices = [device.index or 0] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        torch.use_deterministic_algorithms(True, warn_only=bool(devices))
        # A guard against reading unset memory, which costs a pass over every tensor.
        deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        try:
            yield
        finally:
            deterministic.fill_uninitialized_memory = fill  # type: ignore[attr-defined]
            torch.use_deterministic_algorithms(before)
            torch.set_num_threads(threads)


class Training:
    """One training: its model, its optimizer and how far it is."""

    def __init__(
        self, model: ViT, tags: tuple[str, ...], settings: Settings, identity: str
    ) -> None:
        """`identity` names everything beside the settings that decides the outcome."""
        self.settings = settings
        self.tags = tags
        self.identity: dict[str, object] = {"of": identity, "settings": settings.outcome()}
        self.device = torch.device(settings.device)
        self.model = model.to(self.device).train()
        # The stem's norms are over channels: with channels last they need no copies.
        self.model.patch_embeddings.to(memory_format=torch.channels_last)
        self.optimizer = optim.lamb(
            self.model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay
        )
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=settings.amp)
        self.step = 0
        self.seconds = 0.0

    @property
    def samples(self) -> int:
        return self.step * self.settings.batch

    def resume(self, out: Path) -> None:
        """Goes on from the newest checkpoint in `out`, if there is one; raises TrainingError."""
        found = saving.newest(out)
        if found is None and (out / saving.FINAL).exists():
            raise TrainingError(
                f"{out} holds a finished tagger, but not the training that made it; "
                "give another --out."
            )
        if found is not None:
            loaded, state = saving.load(found)
            if state["identity"] != self.identity:
                raise TrainingError(
                    f"{out} holds a training with other settings or another manifest "
                    f"({_difference(state['identity'], self.identity)}); "
                    "give the same ones to go on with it, or another --out."
                )
            saving.remove_older(out, found)
            self.model.load_state_dict(loaded.model.state_dict())
            self.optimizer.load_state_dict(state["optimizer"])
            self.scaler.load_state_dict(state["scaler"])
            self.step, self.seconds = state["step"], state["seconds"]
            torch.set_rng_state(state["rng"])
            if state["cuda_rng"] is not None:
                torch.cuda.set_rng_state(state["cuda_rng"], self.device)
        saving.cut_log(out / saving.LOG, self.samples)

    def save(self, out: Path) -> None:
        cuda = self.device.type == "cuda"
        state: saving.State = {
            "identity": self.identity,
            "step": self.step,
            "seconds": self.seconds,
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state(self.device) if cuda else None,
        }
        saving.save(out, self.samples, Checkpoint(self.model, self.tags), state)

    def run(self, samples: Samples, out: Path) -> None:
        """Trains to the end, saving on the way; raises TrainingError."""
        settings = self.settings
        starts = range(self.samples, settings.steps * settings.batch, settings.batch)
        if not starts:
            return
        every = math.ceil(settings.steps / LOG_LINES)
        save_at = self.samples + settings.save_every
        began, losses = time.monotonic() - self.seconds, list[float]()
        bar = tqdm(
            total=settings.steps * settings.batch,
            initial=self.samples,
            unit="images",
            disable=None,
            smoothing=0.05,
        )
        with bar, (out / saving.LOG).open("a", encoding="utf-8") as log:
            for batch in ahead(samples, starts):
                lr = self._lr()
                loss, norm = self._learn(batch, lr)
                self.step += 1
                self.seconds = time.monotonic() - began
                losses.append(loss)
                bar.set_postfix(loss=f"{loss:.5f}", lr=f"{lr:.1e}", refresh=False)
                bar.update(settings.batch)
                last = self.step == settings.steps
                if last or self.step % every == 0:
                    self._log(log, sum(losses) / len(losses), lr, norm)
                    losses.clear()
                if last or self.samples >= save_at:
                    self.save(out)
                    save_at = self.samples + settings.save_every

    def _lr(self) -> float:
        settings = self.settings
        warmup = math.ceil(settings.warmup / settings.batch)
        return optim.lr_at(self.step, steps=settings.steps, warmup=warmup, peak=settings.lr)

    def _learn(self, batch: Batch, lr: float) -> tuple[float, float]:
        """One step; returns the loss (per judged pair) and the gradient's norm."""
        settings = self.settings
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        factor = HALF_FACTOR if settings.amp else 1.0
        judged = max(1, int(batch.judged.sum()))
        total = torch.zeros((), device=self.device)
        for start in range(0, settings.batch, settings.device_batch):
            part = slice(start, start + settings.device_batch)
            loss = self._loss(Batch(*(tensor[part] for tensor in batch))) / judged
            torch.autograd.backward(self.scaler.scale(loss * factor))
            total += loss.detach()
        loss_value = total.item()
        if not math.isfinite(loss_value):
            raise TrainingError(
                f"The loss is no number any more after {self.samples:,} samples; what was saved "
                "last is kept. Start again elsewhere with a smaller --lr."
            )
        self.scaler.unscale_(self.optimizer)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), optim.GRADIENT_NORM)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        return loss_value, norm.item()

    def _loss(self, part: Batch) -> Tensor:
        images, targets, judged = (tensor.to(self.device, non_blocking=True) for tensor in part)
        with torch.autocast(self.device.type, torch.float16, enabled=self.settings.amp):
            logits = self.model(normalised(images)).logits
        return focal_loss_sum(logits, targets, judged)

    def _log(self, log: TextIO, loss: float, lr: float, norm: float) -> None:
        """A line: the mean loss since the line before, the last step's rate and norm."""
        values = {
            "samples": self.samples,
            "loss": loss,
            "lr": lr,
            "gradient_norm": norm,
            "seconds": round(self.seconds, 3),
        }
        log.write(json.dumps(values) + "\n")
        log.flush()


def _difference(old: dict[str, object], new: dict[str, object]) -> str:
    before, after = old.get("settings"), new["settings"]
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in after.items():
            if before.get(name) != value:
                return f"{name} was {before.get(name)}"
    return "it learned from something else"
