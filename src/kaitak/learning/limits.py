"""Owns the limits of what an account may keep and send for its models."""

from datetime import timedelta

LONGEST_TEXT = 500
LONGEST_INTENT = 100
MOST_EXAMPLES = 4_000  # own lines of one account for one pack: training needs memory by their square
CSV_BYTES = 512 * 1024
CSV_LINES = 4_000
LISTED_FAULTS = 200
PREVIEWED = 50
MODELS_KEPT = 8  # versions of one account for one pack
MODEL_BYTES = 96 * 1024 * 1024
JOBS_LISTED = 20
LONGEST_TRIED = 5_000
SILENT = timedelta(seconds=90)  # a running job without a sign of life for so long has died
