"""Owns what is wrong with a file: where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file; `line` is the page in a PDF and the row in a sheet."""

    file: str
    line: int
    detail: str
    remedy: str


class RefusedError(ValueError):
    """Stops reading a file; becomes its Fault."""

    def __init__(self, line: int, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.line, self.detail, self.remedy = line, detail, remedy
