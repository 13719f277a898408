"""Learn which piece answers a question and how sure that is, from the questions of the tests. Writes judgement.json.

./run python -m tools.train_judgement           (once, by a developer; a minute)
./run python -m tools.train_judgement --judge   (for each set what learning from the others comes to)

Each answerable question counts a second time with what answers it taken away: then nothing may be answered.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from kaitak.core.ids import AccountId
from kaitak.knowledge import (
    actions,
    answers,
    attacks,
    confidence,
    evidence,
    judgement,
    queries,
    questions,
    ranking,
    reading,
    search,
)
from kaitak.knowledge.evidence import Looked, Signs
from kaitak.knowledge.index import Held, Index, facts_of, held
from kaitak.knowledge.search import Asker, Hit
from kaitak.rollout import knowledge
from kaitak.rollout.knowledge import Question

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests" / "knowledge"
SETS = ("tuning", "judging", "fresh", "packs")
REGULAR, REGULAR_OF_ANSWERS = 0.03, 0.01
OF_ROBBED, OF_NEAR_MISS = 0.3, 3.0  # what a question weighs whose answer was taken away; what one that nothing answers


@dataclass(frozen=True, slots=True)
class World:
    """The articles of one tenant in memory, as an account would hold them."""

    held: Held
    pieces: dict[int, queries.FoundPiece]
    articles: dict[int, Any]


@dataclass(slots=True)
class Case:
    """A question, what was found for it, and all signs."""

    name: str
    row: Question
    hits: list[Hit]
    looked: Looked
    is_robbed: bool  # what answers it was taken away


def folder_of(name: str) -> dict[str, dict[str, bytes]]:
    """The article files of a set, by tenant."""
    if name == "packs":
        folders = {pack: ROOT / "packs" / pack / "knowledge" for pack in ("retail", "insurance")}
        return {pack: knowledge.read_articles(folder) for pack, folder in folders.items()}
    found: dict[str, dict[str, bytes]] = {}
    for file, data in knowledge.read_articles(TESTS / name / "articles").items():
        found.setdefault(knowledge.tenant_of(data), {})[file] = data
    return found


@cache
def worlds(name: str) -> dict[str, World]:
    """The tenants of a set."""
    return {tenant: world_of(files) for tenant, files in folder_of(name).items()}


def world_of(files: Mapping[str, bytes]) -> World:
    """Articles as the index holds them, without a database."""
    drafts = reading.read_files(dict(files)).drafts
    prepared = actions.prepare_all(drafts)
    pieces: dict[int, queries.FoundPiece] = {}
    loaded, facts, articles = [], [], {}
    for number, draft in enumerate(drafts, start=1):
        since, until = draft.valid_from, draft.valid_to
        articles[number] = SimpleNamespace(
            id=number, key=draft.key, title=draft.title, version=1, valid_from=since, valid_to=until
        )
        facts.append(queries.ArticleFacts(number, 1, draft.audience, since, until))
        for row in prepared[draft.key]:
            key = len(pieces) + 1
            loaded.append(
                queries.Loaded(key, number, 1, cast("list[str]", row["bigrams"]), cast("bytes", row["vector"]))
            )
            kind, heading, text = (str(row[name]) for name in ("kind", "heading", "text"))
            pieces[key] = queries.FoundPiece(key, number, 1, cast("int", row["place"]), kind, heading, text)
    return World(held(Index().extended(loaded), facts_of((1, 1), facts)), pieces, articles)


def cases(name: str) -> Iterator[Case]:
    """The questions of a set that are searched for, each with and without what answers it."""
    for row in knowledge.read_questions(TESTS / name / "questions.jsonl", None):
        tenants = worlds(name)
        world = tenants.get(row.tenant) or next(iter(tenants.values()))
        if attacks.is_attack(row.text) or questions.is_about_own_case(row.text):
            continue
        case = looked_for(name, row, world, frozenset())
        yield case
        wanted = row.expect.answer_contains
        gold = {hit.chunk.id for hit in case.hits if any(knowledge.states(hit.chunk.text, item) for item in wanted)}
        if row.expect.behaviour == "answer" and gold:
            yield looked_for(name, row, world, frozenset(gold))


def looked_for(name: str, row: Question, world: World, without: frozenset[int]) -> Case:
    """What is found for a question."""
    asker = Asker(account_id=AccountId(1), now=_noon(row), pack=row.tenant or None)
    seen = search.seen_by(asker, row.text)
    may = world.held.allowed(seen) & ~np.isin(world.held.index.ids, list(without))
    read = ranking.read_question(world.held.index, row.text, asker.pack)
    ranked = ranking.rank(world.held, may, read)
    hits = search.hits_of(ranked, world.held, world.pieces, world.articles, asked_of=row.text, seen=seen)
    return Case(name, row, hits, Looked(world.held, may, row.text, asker.pack, read), bool(without))


def _noon(row: Question) -> datetime:
    day = datetime.fromisoformat(row.asked_at)
    return day if day.tzinfo else datetime.combine(day.date(), time(4), UTC)


def learn(found: Sequence[Case]) -> dict[str, judgement.Plane]:
    """Both planes."""
    signs, is_gold = [], []
    for case in found:
        gold = [] if case.is_robbed or case.row.expect.behaviour != "answer" else _gold(case)
        if any(gold):
            rows = evidence.gather(case.looked, confidence.found_of(case.hits), judgement.WEIGHED)
            signs += rows
            is_gold += gold[: len(rows)]
    planes = {"piece": _plane(signs, is_gold, REGULAR, [1.0] * len(signs))}
    judgement.use(planes)
    asked = [case for case in found if case.hits]
    bests = [outcome(case) for case in asked]
    signs, is_right = [each[0] for each in bests], [each[1] for each in bests]
    return planes | {"answer": _plane(signs, is_right, REGULAR_OF_ANSWERS, [_weight(case) for case in asked])}


def _weight(case: Case) -> float:
    if case.is_robbed:
        return OF_ROBBED
    return 1.0 if case.row.expect.behaviour == "answer" else OF_NEAR_MISS


def _gold(case: Case) -> list[bool]:
    want = case.row.expect
    near = case.hits[: judgement.WEIGHED]
    own = [hit.article.key == want.article_id for hit in near]
    held = [[knowledge.states(hit.chunk.text, item) for item in want.answer_contains] for hit in near]
    every = [mine and all(each) for mine, each in zip(own, held, strict=True)]
    return every if any(every) else [mine and any(each) for mine, each in zip(own, held, strict=True)]


def outcome(case: Case) -> tuple[Signs, bool, str]:
    """The signs of the best piece, whether its answer is right, and the answer."""
    ordered, signs = confidence.ordered_by_fitness(case.looked, case.hits)
    given = answers.decided(case.row.text, ordered, 1.0, case.looked.pack)
    return signs, not case.is_robbed and knowledge.judge(case.row, given).is_correct, given.text


def _plane(
    signs: Sequence[Signs], truth: Sequence[bool], regular: float, weights_of_rows: Sequence[float]
) -> judgement.Plane:
    names = sorted(signs[0])
    table = np.array([[each[name] for name in names] for each in signs], np.float64)
    spread = np.maximum(table.std(axis=0), 1e-3)
    mean = table.mean(axis=0)
    model = LogisticRegression(C=regular, max_iter=3000)
    model.fit((table - mean) / spread, np.array(truth, np.bool_), sample_weight=np.array(weights_of_rows))
    weights = model.coef_[0] / spread
    offset = float(model.intercept_[0] - weights @ mean)
    return judgement.Plane(round(offset, 4), {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)})


def judge(found: Sequence[Case]) -> None:
    """What learning from the other sets comes to on each, at several thresholds: right, abstained, wrong."""
    every: list[tuple[float, bool, bool]] = []
    for name in SETS:
        judgement.use(learn([case for case in found if case.name != name]))
        told = []
        for case in found:
            if case.name == name and not case.is_robbed and case.row.expect.behaviour != "refuse":
                _, is_right, _ = outcome(case)
                sure = confidence.weighed(case.looked, case.hits)[1]
                told.append((sure, is_right, case.row.expect.behaviour == "answer"))
        print(f"{name:8} {_line(told)}")
        every += told
    print(f"{'all':8} {_line(every)}")


def _line(told: Sequence[tuple[float, bool, bool]]) -> str:
    parts = []
    for sure in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        right = [p >= sure and ok for p, ok, is_answerable in told if is_answerable]
        kept = [p < sure for p, _, is_answerable in told if not is_answerable]
        wrong = [p >= sure and not ok for p, ok, _ in told]
        parts.append(f"{sure}: {100 * np.mean(right):.0f}/{100 * np.mean(kept):.0f}/{100 * np.mean(wrong):.1f}")
    return " | ".join(parts)


def main() -> None:
    """Learn and write, or judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", action="store_true")
    found = [case for name in SETS for case in cases(name)]
    if parser.parse_args().judge:
        judge(found)
        return
    planes = learn(found)
    written = {name: {"offset": plane.offset, "weights": dict(plane.weights)} for name, plane in planes.items()}
    judgement.FILE.write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(found)} cases, {judgement.FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
