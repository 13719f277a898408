"""Learn which piece answers a question and how sure that is, from the questions of the tests. Writes judgement.json.

.venv/bin/python -m tools.train_judgement           (once, by a developer; some minutes)
.venv/bin/python -m tools.train_judgement --judge   (for each set what learning from the others comes to)

Each answerable question counts a second time with what answers it taken away: then nothing may be answered.
"""

from __future__ import annotations

import argparse
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from multiprocessing import get_context
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
    tokens,
)
from kaitak.knowledge.evidence import Looked, Signs
from kaitak.knowledge.index import Held, Index, facts_of, held
from kaitak.knowledge.search import Asker, Hit
from kaitak.rollout import knowledge
from kaitak.rollout.knowledge import Question
from tools.judgement_sets import HANDS, OF_PACKS, PACKS, SETS, TESTS, articles_of, digest

FOLDS = 3
DIRECTIONS = 24
TELLING = 6.0  # the logarithm from which on a token weighs 1
REGULAR, REGULAR_OF_ANSWERS = 0.001, 0.003
OF_HANDS = 2.0  # what a question by another hand weighs beside one of our own
PROCESSES = 2
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
    gathered: list[Signs]  # of the best pieces, as they come


def folder_of(name: str) -> dict[str, dict[str, bytes]]:
    """The article files of a set, by tenant."""
    if name in OF_PACKS:
        return dict(zip(PACKS, map(knowledge.read_articles, articles_of(name)), strict=True))
    found: dict[str, dict[str, bytes]] = {}
    for file, data in knowledge.read_articles(*articles_of(name)).items():
        found.setdefault(knowledge.tenant_of(data), {})[file] = data
    return found


def worlds(name: str) -> dict[str, World]:
    """The tenants of a set."""
    return _worlds(OF_PACKS[0] if name in OF_PACKS else name)


@cache
def _worlds(name: str) -> dict[str, World]:
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
    for row in questions_of(name):
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
    looked = Looked(world.held, may, row.text, asker.pack, read)
    gathered = evidence.gather(looked, confidence.found_of(hits), judgement.WEIGHED) if hits else []
    return Case(name, row, hits, looked, bool(without), gathered)


def _noon(row: Question) -> datetime:
    day = datetime.fromisoformat(row.asked_at)
    return day if day.tzinfo else datetime.combine(day.date(), time(4), UTC)


def tokens_of_sets() -> tokens.Learnt:
    """The mean token of all questions, and what each token weighs: the less the more questions hold it."""
    asked = sorted({row.text for name in SETS for row in questions_of(name)})
    counts = Counter(token for text in asked for token in set(tokens.of_text(text)))
    weights = {
        token: min(math.log((len(asked) + 1) / (1 + count)), TELLING) / TELLING for token, count in counts.items()
    }
    mean = np.concatenate([tokens.rows_of(text) for text in asked]).mean(axis=0)
    kept = {token: round(weight, 3) for token, weight in sorted(weights.items()) if weight < 1}
    return tokens.Learnt(np.asarray(mean, np.float16).astype(np.float32), kept)


def questions_of(name: str) -> list[Question]:
    """The questions of a set."""
    return knowledge.read_questions(TESTS / name / "questions.jsonl", None)


def directions(found: Sequence[Case]) -> judgement.Floats:
    """The directions in which the questions, and the clauses that ask, differ most."""
    asked = {case.row.text: case.looked.read.vectors[0] for case in found if case.hits}
    vectors = np.stack(list(asked.values()))
    _, _, rows = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    return np.asarray(rows[:DIRECTIONS], np.float16).astype(np.float32)


def learn(found: Sequence[Case]) -> dict[str, judgement.Plane]:
    """Both planes."""
    signs, is_gold = [], []
    for case in found:
        gold = [] if case.is_robbed or case.row.expect.behaviour != "answer" else _gold(case)
        if any(gold):
            signs += case.gathered
            is_gold += gold[: len(case.gathered)]
    planes = {"piece": _plane(signs, is_gold, REGULAR, [1.0] * len(signs))}
    judgement.use(planes)
    asked = [case for case in found if case.hits]
    bests = [outcome(case) for case in asked]
    signs, is_right = [each[0] for each in bests], [each[1] for each in bests]
    return planes | {"answer": _plane(signs, is_right, REGULAR_OF_ANSWERS, [_weight(case) for case in asked])}


def _weight(case: Case) -> float:
    worth = OF_HANDS if case.name in HANDS else 1.0
    if case.is_robbed:
        return worth * OF_ROBBED
    return worth * (1.0 if case.row.expect.behaviour == "answer" else OF_NEAR_MISS)


def _gold(case: Case) -> list[bool]:
    want = case.row.expect
    near = case.hits[: judgement.WEIGHED]
    own = [hit.article.key == want.article_id for hit in near]
    held = [[knowledge.states(hit.chunk.text, item) for item in want.answer_contains] for hit in near]
    every = [mine and all(each) for mine, each in zip(own, held, strict=True)]
    return every if any(every) else [mine and any(each) for mine, each in zip(own, held, strict=True)]


def outcome(case: Case) -> tuple[Signs, bool, str]:
    """The signs of the best piece, whether its answer is right, and the answer."""
    ordered, signs = confidence.ordered_by_fitness(case.looked, case.hits, case.gathered)
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


def judge(found: Sequence[Case], only: Sequence[str] | None = None) -> None:
    """What learning from the others comes to on each set, at several thresholds: right, abstained, wrong.

    Of the questions over the packs' articles a third is held out at a time, with all that is asked of its articles.
    """
    every: list[tuple[float, bool, bool]] = []
    by_set: dict[str, list[tuple[float, bool, bool]]] = {name: [] for name in SETS}
    for part in sorted({_part(case) for case in found}) if only is None else only:
        judgement.use(learn([case for case in found if _part(case) != part]))
        for case in found:
            if _part(case) == part and not case.is_robbed and case.row.expect.behaviour != "refuse":
                signs, is_right, _ = outcome(case)
                sure = judgement.probability(judgement.planes()["answer"].of(signs))
                by_set[case.name].append((sure, is_right, case.row.expect.behaviour == "answer"))
    for name, told in by_set.items():
        if told:
            print(f"{name:12} {_line(told)}")
        every += told
    print(f"{'all':12} {_line(every)}")


def _part(case: Case) -> str:
    """What is held out together: a set, or of the sets over the packs' articles those nearest to some of these."""
    if case.name not in OF_PACKS or not case.hits:
        return case.name
    near = case.row.expect.article_id or max(case.hits, key=lambda hit: hit.score).article.key
    return f"packs {zlib.crc32(near.encode()) % FOLDS}"


def _line(told: Sequence[tuple[float, bool, bool]]) -> str:
    parts = []
    for sure in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        right = [p >= sure and ok for p, ok, is_answerable in told if is_answerable]
        kept = [p < sure for p, _, is_answerable in told if not is_answerable]
        wrong = [p >= sure and not ok for p, ok, _ in told]
        parts.append(f"{sure}: {100 * np.mean(right):.0f}/{100 * np.mean(kept):.0f}/{100 * np.mean(wrong):.1f}")
    return " | ".join(parts)


def cases_of_sets() -> list[Case]:
    """The cases of all sets, several sets at a time; tokens and directions are learnt on the way, and used."""
    tokens.use(tokens_of_sets())
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        found = [case for part in pool.map(_cases_of, SETS) for case in part]
    judgement.lie_along(directions(found))
    return found


def _cases_of(name: str) -> list[Case]:
    return list(cases(name))


def write(planes: Mapping[str, judgement.Plane]) -> None:
    """All that the product reads, with the digest of what it was learnt from."""
    np.save(judgement.DIRECTIONS, judgement.directions().astype(np.float16))
    known = tokens.learnt()
    numbers = np.array(list(known.weights), np.int32), np.array(list(known.weights.values()), np.float16)
    np.savez_compressed(tokens.FILE, mean=known.mean.astype(np.float16), tokens=numbers[0], weights=numbers[1])
    told = {name: {"offset": plane.offset, "weights": dict(plane.weights)} for name, plane in planes.items()}
    whole = {"learnt_from": digest(), "planes": told}
    judgement.FILE.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Learn and write, or judge, or both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", action="store_true", help="tell how learning without a set does on that set")
    parser.add_argument("--write", action="store_true", help="write as well where --judge is given")
    parser.add_argument("--hands", action="store_true", help="judge only on the sets by other hands")
    wanted = parser.parse_args()
    found = cases_of_sets()
    if wanted.write or not wanted.judge:
        write(learn(found))
        print(f"{len(found)} cases, {judgement.FILE.stat().st_size} bytes", flush=True)
    if wanted.judge:
        judge(found, HANDS if wanted.hands else None)


if __name__ == "__main__":
    main()
