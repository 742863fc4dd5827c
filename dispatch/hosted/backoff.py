"""How long to wait before something is tried again."""

import random

FIRST, LONGEST = 0.1, 30.0


class Backoff:
    """Seconds that double with every try, up to `longest`; a little off, so that many do not come at once."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST) -> None:
        self.first, self.longest = first, longest
        self.tries = 0

    def next(self) -> float:
        wait = min(self.first * 2 ** min(self.tries, 20), self.longest)
        self.tries += 1
        return wait * random.uniform(0.75, 1.25)  # noqa: S311  not for secrets

    def reset(self) -> None:
        self.tries = 0
