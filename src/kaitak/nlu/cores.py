"""Owns how many cores training may use: one beside customers' turns, all of them in a process made for training.

The same lines give the same bytes on the same number of cores; on another number, sums differ in their last digits.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import threadpoolctl  # type: ignore[import-untyped]

from kaitak.nlu import encoder

MOST = 4
Given = TypeVar("Given")
Made = TypeVar("Made")

_cores = 1


def take_all() -> None:
    """This process only trains: let BLAS and the reading of texts use its cores, and turns of other processes wait."""
    global _cores  # noqa: PLW0603 - of the process, like BLAS's own
    _cores = max(
        1, min(MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    )
    encoder.default()  # its loading holds BLAS to one thread
    threadpoolctl.threadpool_limits(_cores, user_api="blas")


def each(work: Callable[[Given], Made], given: Iterable[Given]) -> Iterable[Made]:
    """The work done on each, in order; on several cores where this process took them."""
    if _cores == 1:
        yield from map(work, given)
        return
    with ThreadPoolExecutor(_cores) as pool:
        yield from pool.map(work, given)
