"""Owns how texts and questions are made comparable: two views for the encoder, bigrams, content words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from kaitak.nlu import normalising

_HAN = "\u3400-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z]+|\d+(?:[.,]\d+)*%?")
LIGHT: Final = (
    "请问|想问|想知道|知不知道|是不是|有没有|可不可以|可以吗|可以|能不能|能否|行不行|要不要|会不会|怎么样|怎样|怎么办|怎么|如何|"
    "为什么|什么时候|什么|多少钱|多少|多久|多长时间|哪里|哪个|哪些|几时|几天|几次|多少次|我们|你们|他们|我的|你的|我|你|您|他|她|"
    "这个|那个|这些|那些|这|那|一下|已经|现在|刚才|还是|还有|还|才|就|都|也|又|再|吗|呢|吧|啊|呀|啦|喇|咯|㗎|嘅|的|了|着|过|在|是|"
    "有|没有|不|要|想|会|能|给|说|去|来|做|把|被|和|或|与|及|如果|但是|但|因为|所以|其实|究竟|到底|谢谢|麻烦|帮|个|张|部|份|件|单|"
    "次|先|得|到|出|用|看|呃|嘛|哋|咋|啲|佢|咗|紧|晒|嚟|喎|啫|唔|系|冇|俾|畀"
)
_LIGHT = re.compile(LIGHT)
ENGLISH_LIGHT = frozenset(
    """
    a an the is are was were be been do does did can could may might will would shall should i my me we our
    you your he she it its they them this that these those of in on at to for from by with and or but if so
    what when where which who whom how why much many long there here any some not no yes please thanks hi
    hello just get got have has had about
    """.split()  # noqa: SIM905 - a list of sixty words reads better so
)


@lru_cache(maxsize=4096)
def views(text: str) -> tuple[str, str]:
    """The text simplified with spellings united, and the same in written Chinese."""
    view = normalising.features_view(normalising.fold(text).text)
    return view, normalising.written_view(view)


def bigrams(text: str) -> frozenset[str]:
    """The character pairs, words and numbers of both views."""
    return frozenset(gram for view in views(text) for gram in _grams(view))


def content_bigrams(text: str) -> frozenset[str]:
    """The bigrams of what a question is about: without its asking words."""
    written = _LIGHT.sub(" ", views(text)[1])
    return frozenset(gram for gram in _grams(written) if gram not in ENGLISH_LIGHT)


def _grams(view: str) -> Iterator[str]:
    for run in _RUN.findall(view):
        if run[0].isascii():
            yield _stem(run)
        elif len(run) == 1:
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def _stem(word: str) -> str:
    word = word.replace(",", "")
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
