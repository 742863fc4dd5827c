"""How often Python looks for garbage in cycles, in processes whose answers are waited for."""

import gc

AFTER = 20_000
"""Objects that were made and not freed, before a look among the youngest of them; Python itself has 700."""


def collect_seldom() -> None:
    """Look less often, and never again at what is there now. Call it once the process has started.

    A request, an event or a run that ends makes hundreds of objects which are gone a moment later without
    any look. At Python's own pace all objects of the process are looked through several times a minute under
    load, and whoever waits, waits up to 0.2 s longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(AFTER, 20, 50)
