"""What understanding costs beside plain TF-IDF with logistic regression in the same run, and public sets on request.

./run bench nlu                       cost of a message, of training 33 intents x 150 lines, and of memory
./run bench nlu --public FOLDER       BANKING77 and CLINC150 as they lie in FOLDER (banking77/, clinc150/)
./run bench nlu --public FOLDER --full    also BANKING77 with all its lines (minutes)
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

from kaitak.bot import packs
from kaitak.core import resources
from kaitak.nlu import encoder, engine, model, training, views
from kaitak.nlu.model import Model
from kaitak.nlu.training import Example
from kaitak.nlu.understanding import Context

LINES = 150
MESSAGES = 400
NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
SEEDS = (1, 2, 3)
# The best that the study before this reached on the same files, with two encoders (design/nlu-study.md).
STUDY = {"banking77 10-shot": 0.835, "banking77 full": 0.933, "clinc150 10-shot": 0.918}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way of understanding costs."""

    train_s: float
    p50_ms: float
    p95_ms: float
    resident_mb: float


def sample() -> tuple[list[Example], list[str]]:
    """33 intents x 150 lines of the retail pack, and messages that are not among them."""
    chooser, lines, rest = random.Random(1), list[Example](), list[str]()
    for examples in packs.load(resources.pack_folder("retail")).text.values():
        mixed = chooser.sample(examples, len(examples))
        lines += mixed[:LINES]
        rest += [example.text for example in mixed[LINES:]]
    return lines, chooser.sample(rest, min(MESSAGES, len(rest)))


def plain(lines: Sequence[Example]) -> Any:
    """TF-IDF over character 1-4-grams with logistic regression."""
    made = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True),
        LogisticRegression(C=30, max_iter=300),
    )
    return made.fit([e.text for e in lines], [e.intent for e in lines])


def cpu(call: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    call()
    return time.process_time() - began


def message_cost(read: Callable[[str], object], messages: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of processor time for one message: middle and 95th of a hundred."""
    for text in messages[:20]:
        read(text)
    spent = [cpu(lambda text=text: read(text)) * 1000 for text in messages]  # type: ignore[misc]
    return float(np.percentile(spent, 50)), float(np.percentile(spent, 95))


def resident_mb() -> float:
    """This process's memory now, where the system tells; else its peak."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def added_memory(kind: str, folder: Path) -> float:
    """What a fresh process gains by loading a model and reading one message."""
    command = [sys.executable, "-m", "bench.nlu", "--memory", kind, "--folder", str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def tell_memory(kind: str, folder: Path) -> None:
    """In the fresh process: load, read, say what it took."""
    before = resident_mb()
    if kind == "ours":
        encoder.prepare(folder)
        engine.understand(model.load(folder / "model.npz"), "我張單去咗邊", Context(now=NOW))
    else:
        plain(sample()[0][:: LINES // 10]).predict_proba(["我張單去咗邊"])
    print(resident_mb() - before)


def costs(folder: Path) -> tuple[Cost, Cost]:
    """Ours and the plain one, in turn."""
    lines, messages = sample()
    encoder.prepare(folder)
    encoder.default()
    made: list[Any] = []
    ours_s = cpu(lambda: made.append(training.train(lines, 1)))
    plain_s = cpu(lambda: made.append(plain(lines)))
    ours, other = made
    ours.save(folder / "model.npz")
    ours_ms = message_cost(lambda text: engine.understand(ours, text, Context(now=NOW)), messages)
    other_ms = message_cost(lambda text: other.predict_proba([text]), messages)
    return (
        Cost(ours_s, *ours_ms, added_memory("ours", folder)),
        Cost(plain_s, *other_ms, added_memory("plain", folder)),
    )


def show_costs(folder: Path) -> None:
    """The table of costs and ratios."""
    ours, other = costs(folder)
    print(f"{'':34}{'kaitak':>10}{'plain':>10}{'ratio':>8}")
    for name, unit in (("train_s", "s CPU"), ("p50_ms", "ms CPU"), ("p95_ms", "ms CPU"), ("resident_mb", "MB")):
        a, b = getattr(ours, name), getattr(other, name)
        print(f"{name.rsplit('_', 1)[0] + ' (' + unit + ')':34}{a:>10.2f}{b:>10.2f}{a / max(b, 1e-9):>8.1f}")


def probabilities(trained: Model, texts: Sequence[str]) -> Any:
    """What the classifier says of each text, without lexicons."""
    return np.stack([trained.predict(trained.read(views.views_of_original(text))).probabilities for text in texts])


def shots(rows: Sequence[Example], count: int, seed: int) -> list[Example]:
    """So many lines of each intent."""
    by_intent: dict[str, list[Example]] = defaultdict(list)
    for row in random.Random(seed).sample(rows, len(rows)):
        by_intent[row.intent].append(row)
    return [row for rows in by_intent.values() for row in rows[:count]]


def accuracy(trained: Model, said: Any, rows: Sequence[Example]) -> float:
    """The share of rows whose likeliest label is theirs."""
    return float(np.mean([trained.labels[best] == row.intent for best, row in zip(said.argmax(1), rows, strict=True)]))


def stacked(lines: Sequence[Example], rows: Sequence[Example]) -> float:
    """The accuracy of the study's best stack on the same lines: both encoders' vectors and TF-IDF of words and
    characters side by side, one logistic regression (design/nlu-study.md, section 3: "e5+USE+tf + LR").
    """
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    read = encoder.default().read_with_both

    def vectors(texts: Sequence[str]) -> Any:
        return csr_matrix([np.concatenate([each.vector, each.second]) for each in map(read, texts)])

    known, asked = [line.text for line in lines], [row.text for row in rows]
    inside = hstack([vectors(known), words.fit_transform(known), characters.fit_transform(known)]).tocsr()
    outside = hstack([vectors(asked), words.transform(asked), characters.transform(asked)]).tocsr()
    fitted = LogisticRegression(C=30.0, max_iter=300).fit(inside, [line.intent for line in lines])
    return float(np.mean(fitted.predict(outside) == np.array([row.intent for row in rows])))


def report(name: str, reached: Sequence[float], stack: Sequence[float] = ()) -> None:
    """One line of the table of public sets."""
    beside = f"   its stack on the same draws {np.mean(stack):.3f}" if stack else ""
    print(
        f"{name:24}{np.mean(reached):>8.3f}   the study's best, on draws of its own {STUDY[name]:.3f}{beside}",
        flush=True,
    )


def banking(folder: Path, *, is_full: bool, has_both: bool) -> None:
    """BANKING77: 10 lines an intent, the mean of three draws; and all lines."""

    def read(name: str) -> list[Example]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return [Example(row["text"], row["category"]) for row in csv.DictReader(file)]

    rows, test = read("train.csv"), read("test.csv")
    texts, found, stack = [row.text for row in test], [], []
    for seed in SEEDS:
        trained = training.train(shots(rows, 10, seed), seed)
        found.append(accuracy(trained, probabilities(trained, texts), test))
        stack += [stacked(shots(rows, 10, seed), test)] if has_both else []
    report("banking77 10-shot", found, stack)
    if is_full:
        trained = training.train(rows, 1)
        report("banking77 full", [accuracy(trained, probabilities(trained, texts), test)])


def clinc(folder: Path, *, has_both: bool) -> None:
    """CLINC150: 10 lines an intent; what is out of scope is told by the likeliest label's probability alone."""
    data = json.loads((folder / "data_full.json").read_text(encoding="utf-8"))
    rows, test = ([Example(*row) for row in data[part]] for part in ("train", "test"))
    outside = [text for text, _ in data["oos_test"]]
    trained = training.train(shots(rows, 10, 1), 1)
    stack = [stacked(shots(rows, 10, 1), test)] if has_both else []
    said, strange = probabilities(trained, [row.text for row in test]), probabilities(trained, outside)
    report("clinc150 10-shot", [accuracy(trained, said, test)], stack)
    inside, out = said.max(1), strange.max(1)
    right = [trained.labels[b] == row.intent for b, row in zip(said.argmax(1), test, strict=True)]
    area = roc_auc_score([1] * len(inside) + [0] * len(out), [*inside, *out])
    caught = float((out < np.percentile(inside[np.array(right)], 5)).mean())
    print(f"{'  out of scope':24}AUROC {area:.3f} (0.966), recall {caught:.2f} keeping 95 % of right answers (0.90)")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", type=Path, help="folder with banking77/ and clinc150/")
    parser.add_argument("--full", action="store_true", help="also BANKING77 with all its lines")
    parser.add_argument("--memory", choices=("ours", "plain"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        tell_memory(asked.memory, asked.folder)
        return
    with tempfile.TemporaryDirectory() as made:
        encoder.prepare(Path(made))
        if asked.public is None:
            show_costs(Path(made))
        else:
            has_both = encoder.name(is_both=True) != encoder.NAME
            banking(asked.public / "banking77", is_full=asked.full, has_both=has_both)
            clinc(asked.public / "clinc150", has_both=has_both)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
