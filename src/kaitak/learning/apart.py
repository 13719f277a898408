"""Owns making a version in a process of its own: its memory returns when it ends, and its end ends nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Literal

from kaitak.core.errors import KaitakError
from kaitak.learning import making
from kaitak.learning.errors import TrainingRefusedError, TrainingStoppedError
from kaitak.learning.job_actions import Made
from kaitak.learning.judging import Progress
from kaitak.learning.making import Material
from kaitak.nlu import cores, encoder

LISTEN = 0.5
CLEARING_UP = 1.5  # seconds that an unwanted process has to leave nothing half-written
NICE = 10  # customers' turns come first


@dataclass(frozen=True, slots=True)
class Step:
    """How far the process is."""

    name: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the process made nothing."""

    code: str
    detail: str
    kind: Literal["refused", "failed"]


def make(material: Material, progress: Progress) -> Made:
    """As making.make, in another process; `progress` may raise to stop it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(material, theirs), daemon=True, name="kaitak-training")
    process.start()
    theirs.close()
    try:
        return _listen(ours, process, progress)
    finally:
        process.terminate()
        process.join(CLEARING_UP)
        process.kill()
        process.join()
        ours.close()


def _listen(connection: Connection, process: SpawnProcess, progress: Progress) -> Made:
    step = Step("reading", 0.0)
    while True:
        progress(step.name, step.fraction)
        try:
            if not connection.poll(LISTEN):
                continue
            told = connection.recv()
        except (EOFError, OSError) as exc:
            process.join(LISTEN)
            raise TrainingStoppedError(f"what trained ended with status {process.exitcode}; start again") from exc
        match told:
            case Step():
                step = told
            case Made():
                return told
            case Refused(kind="refused"):
                raise TrainingRefusedError(f"{told.detail} ({told.code})")
            case _:
                raise RuntimeError(f"the training process failed: {told}")


def _end(_number: int, _frame: FrameType | None) -> None:
    """End as by an error, so that files that are being written are taken away."""
    raise SystemExit(1)


def _work(material: Material, connection: Connection) -> None:
    """The process: make, and tell; a parent that is gone ends it at its next word."""
    signal.signal(signal.SIGTERM, _end)
    os.nice(NICE)
    encoder.prepare(material.cache)
    cores.take_all()
    try:
        connection.send(making.make(material, lambda name, fraction: connection.send(Step(name, fraction))))
    except BrokenPipeError:
        return
    except KaitakError as exc:
        connection.send(Refused(exc.code, exc.message, "refused"))
    except MemoryError:
        connection.send(Refused("nlu_training_interrupted", "not enough memory; use fewer lines", "refused"))
    except Exception as exc:  # noqa: BLE001 (the process's loop: its parent must hear of it)
        connection.send(Refused("internal", repr(exc), "failed"))
