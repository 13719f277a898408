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
_SALTS = np.arange(1, 17, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)
_WORDS = re.compile(r"[a-z]{2,}|\d+")
_DIGITS = re.compile(r"\d{2,}")
_PUNCTUATION = re.compile(r"[\s,.，。!！?？、~～…:：;；()（）「」『』\"'“”]+")


def keys_of(views: tuple[str, str]) -> tuple[Keys, Weights]:
    """Unique feature keys of the two views and their damped counts, sorted by key."""
    parts: list[Keys] = []
    for number, view in enumerate(views):
        parts.extend(_grams(view, VIEW_ORDERS[number], number * 8))
    words = _WORDS.findall(views[0])
    if words:
        pairs = [f"{a} {b}" for a, b in itertools.pairwise(words)]
        parts.append(np.array([zlib.crc32(w.encode()) for w in words + pairs], dtype=np.uint64))
    keys, counts = np.unique(np.concatenate(parts), return_counts=True)
    return keys, (1.0 + np.log(counts)).astype(np.float32)


def _grams(view: str, orders: tuple[int, ...], salt: int) -> list[Keys]:
    text = f"\x02{_PUNCTUATION.sub(' ', _DIGITS.sub('00', view)).strip()}\x03"[:MAX_FEATURE_CHARACTERS]
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    parts: list[Keys] = []
    rolling = np.zeros(len(codes), dtype=np.uint64)
    for order in range(1, max(orders) + 1):
        if order > len(codes):
            break
        length = len(codes) - order + 1
        rolling = (rolling[:length] + codes[order - 1 :]) * _MULTIPLIER
        rolling ^= rolling >> np.uint64(29)
        if order in orders:
            parts.append(rolling ^ _SALTS[salt + order])
    return parts
