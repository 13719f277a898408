"""Learn what knowledge compares with: mean question, mean piece, and what asks for a rule. Writes measures.npz.

.venv/bin/python -m tools.train_knowledge   (once, by a developer; the packs' lines and articles and the tests' go in)
"""

from __future__ import annotations

import gzip
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from kaitak.knowledge import measures, reading, terms, words
from kaitak.knowledge.index import key_of
from kaitak.nlu import encoder

ROOT = Path(__file__).parent.parent
FEWEST = 8  # lines that hold a bigram whose spread is told
COMMON_WORD = 10.6  # the cost of a word that turns up 1,500 times in the dictionary
MATTERS = 48  # directions
THINGS = frozenset(["n", "nz", "ns", "nt", "s", "vn", "nrt", "nr", "j", "ng", "b", "t", "x", "eng", "an", "l", "i"])
DEEDS = frozenset(["v", "a", "vg", "ad", "vd", "z"])
PACKS = ("retail", "insurance", "common")
# Intents whose lines ask what holds for everybody …
RULES = frozenset(
    """return_policy delivery_fee_area warranty_repair payment_methods membership_points store_hours_location
    store_pickup invoice_request delivery_reschedule promo_code_problem account_access delivery_address_change
    promotion_enquiry coverage_question claim_documents claim_submit policy_renewal policy_cancel_surrender
    policy_reinstate policy_loan beneficiary_change network_provider preauthorization_cashless medical_card
    travel_insurance_change online_access add_insured_person payment_method_change return_request exchange_request
    premium_due""".split()  # noqa: SIM905 - so many names read better so
)
# … and those whose lines ask for something that no article tells.
OTHERS = frozenset(
    """out_of_scope product_info product_availability order_status refund_status claim_status quote_request
    policy_enquiry advisor_contact complaint_service agent_request fraud_report claim_payment_missing greeting
    goodbye_thanks""".split()  # noqa: SIM905 - so many names read better so
)


def lines() -> Iterator[tuple[str, str]]:
    """(intent, line) of all packs."""
    for pack in PACKS:
        for path in sorted((ROOT / "packs" / pack / "utterances").glob("*.yaml")):
            for intent, found in (yaml.safe_load(path.read_text(encoding="utf-8")).get("examples") or {}).items():
                yield from ((intent, line) for line in found if isinstance(line, str))


def piece_vectors() -> np.ndarray:
    """Of the pieces of all articles of the packs and tests."""
    folders = [*(ROOT / "packs").glob("*/knowledge"), *(ROOT / "tests" / "knowledge").glob("*/articles")]
    found = []
    for path in sorted(path for folder in folders for path in folder.glob("*.md")):
        draft = reading.draft_of(path.name, path.read_text(encoding="utf-8"))
        for piece in draft.pieces:
            context = f"{draft.title} {piece.heading}".strip()
            found.append(encoder.default().encode(terms.views(f"{context}。{piece.text}")[1]))
    return _unit(np.stack(found))


def spread(said: list[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    """The bigrams of several lines, and from 0 to 1 how evenly each is spread over all intents: asking words are."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    sizes = Counter(name for name, _ in said)
    for name, line in said:
        for gram in terms.bigrams(line):
            counted[gram][name] += 1
    found: dict[int, float] = {}
    for gram, names in counted.items():
        if sum(names.values()) < FEWEST:
            continue
        shares = np.array([count / sizes[name] for name, count in names.items()])
        shares /= shares.sum()
        found[key_of(gram)] = float(-(shares * np.log(shares)).sum() / np.log(len(sizes)))
    keys = np.array(sorted(found), np.uint32)
    return keys, np.array([found[int(key)] for key in keys], np.float16)


def word_mean() -> np.ndarray:
    """The mean of common words."""
    with gzip.open(words.FILE, "rt", encoding="utf-8") as file:
        split = [line.split() for line in file]
    common = [word for word, kind, cost in split if len(word) > 1 and kind != "0" and float(cost) < COMMON_WORD]
    vectors = _unit(np.stack([encoder.default().encode(word) for word in common[:: max(1, len(common) // 2000)]]))
    mean: np.ndarray = vectors.mean(axis=0)
    return mean


def matters(vectors: np.ndarray, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The directions in which the intents lie apart, and the point they are seen from."""
    centred = _unit(vectors - vectors.mean(axis=0))
    model = LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1).fit(centred, names)
    return model.scalings_[:, :MATTERS].astype(np.float16), centred.mean(axis=0)


def write_words(dictionary: Path) -> None:
    """Make the list of words of the dictionary of jieba 0.42.1 (`dict.txt`: word, how often, part of speech)."""
    entries = [line.split() for line in dictionary.read_text(encoding="utf-8").splitlines()]
    every = math.log(sum(int(entry[1]) for entry in entries))
    kept = []
    for word, often, speech in (entry for entry in entries if len(entry) == 3):
        is_rare = (len(word) > 1 and int(often) < 8) or (speech == "nr" and int(often) < 200)
        if re.fullmatch("[一-鿿]{1,5}", word) and not is_rare:
            kind = 1 if speech in THINGS else 2 if speech in DEEDS else 0
            kept.append(f"{word} {kind} {every - math.log(int(often) or 1):.1f}\n")
    words.FILE.write_bytes(gzip.compress("".join(sorted(kept)).encode(), 9, mtime=0))


def main() -> None:
    """Learn and write; with the path of jieba's dictionary, the list of words before."""
    if len(sys.argv) > 1:
        write_words(Path(sys.argv[1]))
    said = list(lines())
    vectors = _unit(np.stack([encoder.default().encode(terms.views(line)[1]) for _, line in said]))
    labels = np.array([1 if name in RULES else 0 if name in OTHERS else -1 for name, _ in said])
    known = labels >= 0
    model = LogisticRegression(C=10, max_iter=500, class_weight="balanced").fit(vectors[known], labels[known])
    keys, spreads = spread(said)
    directions, middle = matters(vectors, [name for name, _ in said])
    np.savez_compressed(
        measures.FILE,
        said=keys,
        spread=spreads,
        question=vectors.mean(axis=0).astype(np.float32),
        piece=piece_vectors().mean(axis=0).astype(np.float32),
        rule=model.coef_[0].astype(np.float32),
        rule_offset=np.float32(model.intercept_[0]),
        word=word_mean(),
        matters=directions,
        matters_mean=middle,
    )
    print(f"{len(said)} lines, {known.sum()} for the plane; {measures.FILE.stat().st_size} bytes")


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6), np.float32)


if __name__ == "__main__":
    main()
