"""What a turn of a dialogue costs beside the understanding of its message, over a pack's own sample conversations.

./run bench dialogue [--pack NAME]    CPU of a turn's decision and flow, its calls answered from memory, and the ratio
"""

from __future__ import annotations

import argparse
import statistics
from datetime import UTC, datetime
from pathlib import Path
from time import thread_time

from bench import machine
from kaitak.bot import engine, pack_models, pack_tests, packs
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.core import resources
from kaitak.nlu import engine as nlu

MODELS = Path(".data/models")
CONTEXT = TurnContext(now=datetime(2025, 11, 19, 6, 30, tzinfo=UTC))


def measure(ready: ReadyPack, cases: list[pack_tests.Case]) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU: a whole turn as a sample conversation has it, and the understanding of its message alone."""
    turns: list[float] = []
    readings: list[float] = []
    for case in cases:
        begun = thread_time()
        failure = pack_tests.play(ready, case)
        took = (thread_time() - begun) * 1000
        if failure is not None:
            raise SystemExit(f"a sample conversation fails, so its cost says nothing: {failure}")
        turns.append(took / len(case.talk.turns))
        for turn in case.talk.turns:
            begun = thread_time()
            nlu.understand(ready.model, turn.say or turn.tap, engine.nlu_context(ready.pack, DialogueState(), CONTEXT))
            readings.append((thread_time() - begun) * 1000)
    return turns, readings


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", default="retail")
    options = parser.parse_args()
    machine.main()
    folder = resources.pack_folder(options.pack)
    pack = packs.load(folder)
    ready = ReadyPack(pack, pack_models.load_or_train(pack, MODELS))
    cases = pack_tests.read(folder)
    measure(ready, cases)  # what is compiled or loaded once is no cost of a turn
    turns, readings = measure(ready, cases)
    whole, reading = statistics.mean(turns), statistics.mean(readings)
    print(f"{options.pack}: {len(cases)} conversations, {len(readings)} turns")
    print(f"CPU ms a turn: whole {whole:.2f}, understanding alone {reading:.2f}, the rest {whole - reading:.2f}")
    print(f"the rest (decision, flow, words, state) to understanding: ratio {(whole - reading) / reading:.2f}")


if __name__ == "__main__":
    main()
