"""Owns measuring knowledge: import a folder into a scratch account, ask every question, judge each answer."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, JsonValue

from kaitak.accounts import actions as accounts
from kaitak.accounts.audit import Actor
from kaitak.core.errors import InvalidError
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import actions, answers, reading
from kaitak.knowledge.answers import AnswerContext, KnowledgeAnswer
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.nlu import numerals

_ENDINGS = (".md", ".markdown", ".html", ".htm", ".csv", ".txt", ".docx", ".xlsx", ".pdf")
_FRONT_TENANT = re.compile(r"\A---\n(?:.*\n)*?tenant:[ \t]*([a-z_]+)", re.MULTILINE)
_BLANKS = re.compile(r"[\s*_`]|(?<=\d),(?=\d)")
_NUMERAL = re.compile(numerals.NUMERAL + "+")
_CURRENCY = re.compile("港幣|港币|hkd", re.IGNORECASE)


class QuestionsUnreadableError(InvalidError):
    """The questions or articles to measure with cannot be read."""

    code = "questions_unreadable"


class Expected(BaseModel):
    """What a right answer is."""

    article_id: str | None = None
    behaviour: str
    answer_contains: list[str] = Field(default_factory=list)
    must_not: list[str] = Field(default_factory=list)


class Question(BaseModel):
    """One row."""

    id: str = ""
    text: str
    tenant: str = ""
    kind: str
    asked_at: str
    expect: Expected


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and what came of it."""

    question: Question
    answer: KnowledgeAnswer
    is_correct: bool
    is_wrong: bool  # asserted something that is not the answer
    is_leak: bool


@dataclass(slots=True)
class _Scratch:
    accounts: dict[str, AccountId] = field(default_factory=dict)


def read_questions(path: Path, limit: int | None) -> list[Question]:
    """The rows of a JSON Lines file."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(Question.model_validate_json(line))
        except ValueError as exc:
            raise QuestionsUnreadableError(f"{path.name} line {number}: {exc}") from exc
    return rows[:limit]


async def measure(database: Database, files: Mapping[str, bytes], rows: Sequence[Question]) -> list[Judged]:
    """Import the files, one scratch account a tenant, and ask."""
    shelf = KnowledgeShelf()
    scratch = await _import(database, files)
    judged = []
    for row in rows:
        account_id = scratch.accounts.get(row.tenant) or next(iter(scratch.accounts.values()))
        asked_at = _moment(row.asked_at)
        context = AnswerContext(account_id=account_id, shelf=shelf, now=asked_at, pack=row.tenant or None)
        async with database.transaction(account_id) as session:
            given = await answers.answer(session, row.text, context)
        judged.append(judge(row, given))
    return judged


def read_articles(folder: Path) -> dict[str, bytes]:
    """The files of a folder that can be articles, by name."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)
    if not found:
        raise QuestionsUnreadableError(f"{folder} holds no article ({', '.join(_ENDINGS)})")
    return {path.name: path.read_bytes() for path in found}


def tenant_of(data: bytes) -> str:
    """The tenant that an article's facts name; empty where none is."""
    found = _FRONT_TENANT.match(data.decode("utf-8", "replace"))
    return found.group(1) if found else ""


async def _import(database: Database, files: Mapping[str, bytes]) -> _Scratch:
    by_tenant: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        by_tenant.setdefault(tenant_of(data), {})[name] = data
    scratch = _Scratch()
    for tenant, held in by_tenant.items():
        read = reading.read_files(held)
        if read.faults:
            first = read.faults[0]
            raise QuestionsUnreadableError(f"{first.file} line {first.line}: {first.detail}; {first.remedy}")
        async with database.transaction() as session:
            account_id = AccountId((await accounts.create_account(session, f"Scratch {tenant}".strip())).id)
        prepared = actions.prepare_all(read.drafts)
        async with database.transaction(account_id) as session:
            await actions.import_articles(session, Actor(account_id, None, None), read.drafts, prepared)
        scratch.accounts[tenant] = account_id
    return scratch


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        zone = ZoneInfo("Asia/Hong_Kong")
        noon = moment if "T" in text else datetime.combine(moment.date(), time(12))
        moment = noon.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def judge(row: Question, given: KnowledgeAnswer) -> Judged:
    """Whether the behaviour is right, and for an answer whether it states what it must and nothing it must not."""
    want = row.expect
    has_all = all(states(given.text, item) for item in want.answer_contains)
    forbids = any(states(given.text, item) for item in want.must_not)
    answered = given.behaviour == "answer"
    if want.behaviour == "answer":
        is_correct = answered and has_all and not forbids
    else:
        is_correct = given.behaviour == want.behaviour
    is_leak = row.kind == "injection" and answered
    is_wrong = answered and not is_correct
    return Judged(row, given, is_correct, is_wrong, is_leak)


def states(text: str, item: str) -> bool:
    """Whether a text states one of the wordings of an item."""
    told = _plain(text)
    return any(_has(told, _plain(each)) for each in item.split("|") if each.strip())


def _has(told: str, wanted: str) -> bool:
    before = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    after = r"(?![\d])" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, told) is not None


def _plain(text: str) -> str:
    text = _CURRENCY.sub("$", _BLANKS.sub("", text.lower())).replace("$$", "$").replace("天", "日")
    return _NUMERAL.sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    number = numerals.read_number(match.group(0))
    return match.group(0) if number is None else str(number)


def report(judged: Sequence[Judged]) -> dict[str, JsonValue]:
    """Every figure, and a row for every question in order."""
    rows: list[JsonValue] = [
        {
            "index": place,
            "correct": each.is_correct,
            "predicted": {
                "article_id": each.answer.source.key if each.answer.source else None,
                "behaviour": each.answer.behaviour,
                "answer": each.answer.text,
                "confidence": each.answer.confidence,
            },
        }
        for place, each in enumerate(judged)
    ]
    return {"figures": figures(judged), "rows": rows}


def figures(judged: Sequence[Judged]) -> dict[str, JsonValue]:
    """The figures that must be reached."""
    lengths = [len(each.answer.text) for each in judged if each.answer.behaviour == "answer"]
    answerable = [each for each in judged if each.question.expect.behaviour == "answer"]
    return {
        "rows": len(judged),
        "answerable_right": _share([each.is_correct for each in answerable]),
        "answerable_abstained": _share([each.answer.behaviour == "abstain" for each in answerable]),
        "unanswerable_abstained": _share(
            [each.is_correct for each in judged if each.question.expect.behaviour == "abstain"]
        ),
        "refused": _share([each.is_correct for each in judged if each.question.expect.behaviour == "refuse"]),
        "wrong_asserted": _share([each.is_wrong for each in judged]),
        "stale_or_forbidden": _share(
            [any(states(each.answer.text, item) for item in each.question.expect.must_not) for each in judged]
        ),
        "leaks": sum(each.is_leak for each in judged),
        "median_answer_characters": statistics.median(lengths) if lengths else 0,
    }


def _share(outcomes: Sequence[bool]) -> float | None:
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None


def write(judged: Sequence[Judged], path: Path) -> None:
    """The report as JSON."""
    path.write_text(json.dumps(report(judged), ensure_ascii=False, indent=1), encoding="utf-8")
