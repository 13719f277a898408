"""Owns a turn's question to knowledge: what a customer may see, in the customer's script, with its source."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Protocol

import opencc

from kaitak.accounts import queries as accounts
from kaitak.bot import condensing
from kaitak.bot.arbiter import Arbiter
from kaitak.bot.masking import masked
from kaitak.core import languages
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import actions, answers
from kaitak.knowledge.answers import AnswerContext, Source
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.nlu import normalising

_log = logging.getLogger(__name__)
_REFUSALS = {
    "zh-HK": "唔好意思，呢啲資料我唔可以提供。有其他公開嘅資料可以隨時問我。",
    "zh-Hans": "不好意思，这些资料我不能提供。其他公开的资料可以随时问我。",
    "en": "Sorry, that is something I cannot share. Feel free to ask me about anything public.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeSource:
    """The article that an answer was taken from, as a customer is shown it."""

    article_id: int
    key: str
    title: str
    heading: str
    valid_to: date | None
    is_past: bool  # the answer is about a time that is over: the article holds no more today


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeAnswer:
    """What may be said as it is. A refusal has no source: the question was an attack or about somebody else."""

    text: str
    sources: tuple[KnowledgeSource, ...] = ()
    confidence: float = 0.0
    is_refusal: bool = False


class KnowledgePort(Protocol):
    """Whoever answers a turn's question from articles."""

    async def ask(self, account_id: AccountId, text: str, language: str, now: datetime) -> KnowledgeAnswer | None:
        """The answer to a customer's question, or None: it is not known, and the gap has been noted."""
        ...


class KnowledgeCalls:
    """Answers from the account's articles; only public ones that hold on the day are even compared."""

    def __init__(
        self, database: Database, shelf: KnowledgeShelf, arbiter: Arbiter | None = None, *, notes_gaps: bool = True
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._arbiter = arbiter  # condenses extracts for the accounts that let a language model do so
        self._notes_gaps = notes_gaps  # a question that is only tried leaves nothing behind

    async def ask(self, account_id: AccountId, text: str, language: str, now: datetime) -> KnowledgeAnswer | None:
        """As the port says; the question and what is retrieved are data, never instructions."""
        async with self._database.transaction(account_id) as session:
            pack = (await accounts.get_account(session, account_id)).pack
            context = AnswerContext(account_id=account_id, shelf=self._shelf, now=now, pack=pack)
            given = await answers.answer(session, text, context)
            if self._notes_gaps and given.behaviour == "abstain" and given.reason != "empty":
                await actions.note_gap(session, account_id, masked(text), locale=_written(language), at=now)
        if given.behaviour == "refuse":
            return KnowledgeAnswer(text=_REFUSALS[_written(language)], is_refusal=True)
        if given.behaviour == "abstain" or given.source is None:
            return None
        told = await self._condensed(account_id, text, given.text, now)
        return KnowledgeAnswer(
            text=_in_script(told, language),
            sources=(_shown(given.source, language),),
            confidence=given.confidence,
        )

    async def _condensed(self, account_id: AccountId, question: str, extract: str, now: datetime) -> str:
        """The extract in fewer words, where a language model found them and each holds; else the extract."""
        inquiry = condensing.inquiry(question, extract)
        if self._arbiter is None or inquiry is None:
            return extract
        try:
            found = await self._arbiter.condense(
                account_id, now.date(), inquiry, lambda content: condensing.condensed(content, extract)
            )
        except KaitakError:
            _log.exception("an answer could not be condensed", extra={"account_id": account_id})
            return extract
        return found or extract


def _shown(source: Source, language: str) -> KnowledgeSource:
    return KnowledgeSource(
        article_id=source.article_id,
        key=source.key,
        title=_in_script(source.title, language),
        heading=_in_script(source.heading, language),
        valid_to=source.valid_to,
        is_past=source.is_past,
    )


def _in_script(text: str, language: str) -> str:
    """Chinese in the characters that the reader reads; nothing else is changed."""
    locale = _written(language)
    if locale == "zh-Hans":
        return str(_converter("t2s").convert(text))
    only_simplified, only_traditional = normalising.script_counts(text)
    return str(_converter("s2hk").convert(text)) if only_simplified > only_traditional and locale == "zh-HK" else text


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def _written(language: str) -> languages.Written:
    return languages.written_for(language) or "zh-HK"
