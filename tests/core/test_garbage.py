"""What is loaded is set apart from the search for garbage; what becomes garbage later is still found."""

import gc
import weakref

from kaitak.core import garbage


class Knot:
    """An object that holds itself: only a look for cycles frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_not_looked_at_again_and_later_garbage_is_found() -> None:
    kept = [Knot() for _ in range(1000)]
    try:
        garbage.keep_what_is_loaded()
        assert gc.get_freeze_count() > len(kept)
        later = Knot()
        freed = weakref.ref(later)
        del later
        assert gc.collect() >= 1
        assert freed() is None
        assert all(knot.itself is knot for knot in kept)
    finally:
        gc.unfreeze()
