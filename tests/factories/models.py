"""Where trained models lie between test runs: training a pack takes the better part of a minute."""

import tempfile
from pathlib import Path

MODELS = Path(tempfile.gettempdir()) / "kaitak-test-models"
