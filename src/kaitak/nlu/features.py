"""Owns the features of a text: hashed character n-grams of two views and words, as unique 64-bit keys with weights."""

import itertools
import re
import zlib

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Weights = NDArray[np.float32]

VIEW_ORDERS = ((1, 2, 3, 4), (1, 2, 3))
MAX_FEATURE_CHARACTERS = 400
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_LONGEST = max(map(max, VIEW_ORDERS))
_SECOND = 8  # where the second view's salts begin
_SHIFT = np.uint64(29)
_SALTS = np.arange(1, 17, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)
_WORDS = re.compile(r"[a-z]{2,}|\d+")
_DIGITS = re.compile(r"\d{2,}")
_PUNCTUATION = re.compile(r"[\s,.，。!！?？、~～…:：;；()（）「」『』\"'“”]+")


def keys_of(views: tuple[str, str]) -> tuple[Keys, Weights]:
    """Unique feature keys of the two views and their damped counts, sorted by key."""
    first = _grams(views[0])
    second = first if views[1] == views[0] else _grams(views[1])
    parts = _salted(first, VIEW_ORDERS[0], 0) + _salted(second, VIEW_ORDERS[1], _SECOND)
    words = _WORDS.findall(views[0])
    if words:
        pairs = [f"{a} {b}" for a, b in itertools.pairwise(words)]
        parts.append(np.array([zlib.crc32(w.encode()) for w in words + pairs], dtype=np.uint64))
    return _counted(np.concatenate(parts))


def _counted(found: Keys) -> tuple[Keys, Weights]:
    """Each key once, sorted, with its damped count."""
    found.sort()
    is_new = np.ones(len(found), dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=is_new[1:])
    starts = is_new.nonzero()[0]
    counts = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    counts[-1] = len(found) - starts[-1]
    return found[starts], (1.0 + np.log(counts)).astype(np.float32)


def _grams(view: str) -> list[Keys]:
    """The n-grams of a view by their length, from 1 on, as numbers."""
    text = f"\x02{_PUNCTUATION.sub(' ', _DIGITS.sub('00', view)).strip()}\x03"[:MAX_FEATURE_CHARACTERS]
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    grams: list[Keys] = []
    rolling = np.zeros(len(codes), dtype=np.uint64)
    for order in range(1, min(_LONGEST, len(codes)) + 1):
        rolling = (rolling[: len(codes) - order + 1] + codes[order - 1 :]) * _MULTIPLIER
        rolling ^= rolling >> _SHIFT
        grams.append(rolling)
    return grams


def _salted(grams: list[Keys], orders: tuple[int, ...], salt: int) -> list[Keys]:
    """Those of some lengths as keys of one view."""
    return [grams[order - 1] ^ _SALTS[salt + order] for order in orders if order <= len(grams)]
