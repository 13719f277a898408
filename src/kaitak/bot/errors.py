"""Owns the errors of the bot slice's routes."""

from __future__ import annotations

from kaitak.core.errors import ConflictError, InvalidError, NotFoundError


class LanguageModelMissingError(ConflictError):
    """The operator has set up no language model, so it cannot be switched on."""

    code = "language_model_missing"


class BudgetTooLargeError(InvalidError):
    """The limit is above what the operator lets one account use in a day; `most` is that."""

    code = "language_model_budget_too_large"


class PackUnknownError(NotFoundError):
    """This installation carries no pack of this name."""

    code = "pack_unknown"


class PackFileUnknownError(NotFoundError):
    """The pack has no such file, neither shipped nor added by the account."""

    code = "pack_file_unknown"


class PackFileForbiddenError(InvalidError):
    """This file of a pack cannot be edited in the console, or cannot be taken away."""

    code = "pack_file_forbidden"


class PackFilesTooLargeError(InvalidError):
    """The account's files of the pack are more, or longer, than what is kept."""

    code = "pack_files_too_large"


class PackDraftChangedError(ConflictError):
    """Somebody else has saved the draft meanwhile; `edition` is its present one."""

    code = "pack_draft_changed"


class PackDraftMissingError(ConflictError):
    """Nothing has been changed since the last publication."""

    code = "pack_draft_missing"


class PackDraftFaultyError(ConflictError):
    """The draft has faults, so it cannot answer customers; `file` and `line` say where the first is."""

    code = "pack_draft_faulty"


class PackTalksFailingError(ConflictError):
    """Sample conversations go otherwise with the draft, `failing` of `talks`: see /talks, then say so to publish."""

    code = "pack_talks_failing"


class PackVersionNotFoundError(NotFoundError):
    """The account has no version of this pack with this id."""

    code = "pack_version_not_found"
