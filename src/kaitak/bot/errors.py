"""Owns the errors of the bot slice's routes."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError


class LanguageModelMissingError(ConflictError):
    """The operator has set up no language model, so it cannot be switched on."""

    code = "language_model_missing"


class BudgetTooLargeError(InvalidError):
    """The limit is above what the operator lets one account use in a day; `most` is that."""

    code = "language_model_budget_too_large"
