"""Owns when Python looks for garbage in cycles: seldom, and not among what a process keeps for good.

A full look walks over every object: with two packs loaded 200 ms and more, in which no customer is answered
(docs/explain/scale.md). What was loaded once is never garbage, so it is set apart.
"""

import gc
from typing import Final

# New objects until a look at the youngest, and of those until one at the middle and the oldest.
SELDOM: Final = (20_000, 20, 20)


def look_seldom() -> None:
    """From now on look after 20,000 new objects instead of 700: most are freed by their counts long before."""
    gc.set_threshold(*SELDOM)


def keep_what_is_loaded() -> None:
    """Set apart all that is there, after one last look; to be called when something large was loaded."""
    gc.collect()
    gc.freeze()
