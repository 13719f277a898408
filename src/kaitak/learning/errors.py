"""Owns the errors of the learning slice."""

from __future__ import annotations

from kaitak.core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    KaitakError,
    NotFoundError,
    TooLargeError,
)


class ModelNotFoundError(NotFoundError):
    """The account has no model version with this id."""

    code = "nlu_model_not_found"


class JobNotFoundError(NotFoundError):
    """The account has no training job with this id."""

    code = "nlu_job_not_found"


class ExampleNotFoundError(NotFoundError):
    """The account has no training line with this id."""

    code = "nlu_example_not_found"


class BatchNotFoundError(NotFoundError):
    """The account has no training lines that came in under this batch."""

    code = "nlu_batch_not_found"


class TrainingInProgressError(ConflictError):
    """A training of this account waits or runs already; `job_id` is its job."""

    code = "nlu_training_in_progress"


class TrainingOverError(ConflictError):
    """The training has ended already; there is nothing to cancel."""

    code = "nlu_training_over"


class ModelWorseError(ConflictError):
    """The version reads worse than the active one by more than the margin; promote it with `force` and a reason."""

    code = "nlu_model_worse"


class ModelActiveError(ConflictError):
    """The version answers customers now; promote another one or roll back first."""

    code = "nlu_model_active"


class NothingToRollBackError(ConflictError):
    """The pack's own model answers already: there is no version to go back from."""

    code = "nlu_nothing_to_roll_back"


class ReasonMissingError(InvalidError):
    """A promotion that is forced past the gate needs a reason."""

    code = "nlu_reason_missing"


class ForceForbiddenError(ForbiddenError):
    """Only an administrator may force a worse version past the gate."""

    code = "nlu_force_forbidden"


class IntentUnknownError(InvalidError):
    """The pack has no intent of this name."""

    code = "nlu_intent_unknown"


class ExampleTakenError(ConflictError):
    """The account already has this line, under the intent that the error names."""

    code = "nlu_example_taken"


class TooManyExamplesError(ConflictError):
    """The account has as many training lines of its own as it may have; `limit` is the number."""

    code = "nlu_examples_full"


class CsvUnreadableError(InvalidError):
    """The file is not text with columns `text` and `intent` that can be read; the message says why and what to do."""

    code = "nlu_csv_unreadable"


class CsvTooLargeError(TooLargeError):
    """The file is larger than `limit` bytes or holds more than `lines` lines; divide it."""

    code = "nlu_csv_too_large"


class ModelTooLargeError(InvalidError):
    """The trained model is larger than what is kept; use fewer lines."""

    code = "nlu_model_too_large"


class HeldOutInvalidError(InvalidError):
    """A file of test lines cannot be read; the message names file, line and remedy."""

    code = "nlu_held_out_invalid"


class TrainingStoppedError(KaitakError):
    """The training is no longer wanted, or what trained has ended."""

    code = "nlu_training_interrupted"


class TrainingRefusedError(InvalidError):
    """These lines cannot be trained; the message says why."""

    code = "nlu_training_refused"
