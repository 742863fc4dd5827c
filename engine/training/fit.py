"""Trains the adapter: AdamW with warm-up and decay, and the mean of the last steps' weights as the result."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, distributed

from engine.training.encoder import Reader
from engine.training.examples import Batch, Examples


@dataclass(frozen=True, slots=True)
class Recipe:
    epochs: int = 4
    batch: int = 32
    rate: float = 1e-3
    warmup: float = 0.06
    """Share of all steps in which the learning rate rises."""
    decay: float = 0.01
    average: float = 0.995
    """How much of the running mean of the weights each step keeps."""
    clip: float = 1.0


def fit(
    reader: Reader,
    examples: Examples,
    recipe: Recipe,
    say: Callable[[str], None],
    keep: Callable[[dict[str, Tensor]], None],
) -> None:
    """Train the reader, and after each epoch hand over the running mean of its trained weights, by name."""
    weights = {name: weight for name, weight in reader.named_parameters() if weight.requires_grad}
    mean = {name: weight.detach().clone() for name, weight in weights.items()}
    optimizer = torch.optim.AdamW(weights.values(), lr=recipe.rate, weight_decay=recipe.decay)
    per_epoch = sum(1 for _ in examples.epoch(recipe.batch))
    total = per_epoch * recipe.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step / total, recipe.warmup))
    began, losses = time.monotonic(), []
    for step, batch in enumerate(batches(examples, recipe), start=1):
        loss = loss_of(reader, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        share_gradients(list(weights.values()))
        torch.nn.utils.clip_grad_norm_(weights.values(), recipe.clip)
        optimizer.step()
        schedule.step()
        new = 1 - min(recipe.average, step / (step + 10))
        for name, weight in weights.items():
            mean[name].lerp_(weight.detach(), new)
        if step % per_epoch == 0:
            keep(mean)
        losses.append(loss.item())
        if step % 20 == 0:
            spent = (time.monotonic() - began) / step
            say(f"step {step} of {total}, loss {np.mean(losses[-20:]):.3f}, {spent:.2f} s a step")


def batches(examples: Examples, recipe: Recipe) -> Iterator[Batch]:
    for _ in range(recipe.epochs):
        yield from examples.epoch(recipe.batch)


def share_gradients(weights: list[Tensor]) -> None:
    """The mean of what all processes found, if there are several."""
    if distributed.is_initialized():
        gradients = torch.cat([weight.grad.flatten() for weight in weights])
        distributed.all_reduce(gradients)
        parts = (gradients / distributed.get_world_size()).split([weight.numel() for weight in weights])
        for weight, part in zip(weights, parts, strict=True):
            weight.grad = part.view_as(weight)


def rate(done: float, warmup: float) -> float:
    """Of the full learning rate: up in a line, down in half a cosine."""
    if done < warmup:
        return done / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (done - warmup) / (1 - warmup))))


def loss_of(reader: Reader, batch: Batch) -> Tensor:
    """Minus the log of the probability of the right spans together: any annotator's answer is right."""
    scores = reader(batch.ids, batch.types, batch.inside, batch.passage)
    window, start, end = batch.wanted.unbind(1)
    right = (scores[window, start, end].exp() * batch.weights).clamp_min(1e-9)
    together = torch.zeros(len(batch.ids)).index_add(0, window, right)
    return -together.log().mean()
