"""Trains the adapter of the span reader and writes it to a file; see ``script/train-reader``."""

import argparse
import hashlib
import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed

from engine.neural import adapter, safetensors, weights
from engine.training import evaluate, squad
from engine.training.encoder import Reader
from engine.training.examples import Examples
from engine.training.fit import Recipe, fit


def main() -> None:
    given = options()
    part, parts = join()
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    asked = squad.questions(given.data)
    trained_on = asked if given.all else squad.trained_on(asked)
    reader = Reader(weights.minilm(), given.dropout)
    torch.manual_seed(given.seed + part)
    examples = Examples(trained_on, unanswered=given.unanswered, seed=given.seed, part=part, parts=parts)
    recipe = Recipe(epochs=given.epochs, batch=given.batch, rate=given.rate)
    tell = say if part == 0 else lambda line: None
    tell(f"{len(examples.right)} questions with an answer, {len(examples.impossible)} without")

    def keep(trained: dict[str, Tensor]) -> None:
        arrays = {name: array.numpy().astype(np.float16) for name, array in trained.items()}
        if part == 0:
            safetensors.write(given.out, arrays)

    fit(reader, examples, recipe, tell, keep)
    if part == 0:
        say(f"{given.out} is written; its SHA-256 for engine/neural/adapter.py is")
        say(hashlib.sha256(given.out.read_bytes()).hexdigest())
        if not given.all:
            say(evaluate.report(squad.kept_back(asked), given.out.read_bytes(), small=True))


def join() -> tuple[int, int]:
    """Which of how many processes this is: more than one when ``torchrun`` started it."""
    if "RANK" not in os.environ:
        return 0, 1
    distributed.init_process_group("gloo")
    return distributed.get_rank(), distributed.get_world_size()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds squad-1.1.json and squad-v2.0.json")
    parser.add_argument("--out", type=Path, default=adapter.FILE, help="where the adapter is written")
    parser.add_argument("--all", action="store_true", help="keep no article back for validation")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument(
        "--unanswered", type=float, default=0.3, help="share of the windows without an answer"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def say(line: str) -> None:
    print(line, flush=True)


main()
