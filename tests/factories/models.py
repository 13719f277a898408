"""Where trained models lie between test runs: training a pack takes the better part of a minute."""

import tempfile
from pathlib import Path

from kaitak.bot import pack_models, packs
from kaitak.core import resources

MODELS = Path(tempfile.gettempdir()) / "kaitak-test-models"


def learn() -> None:
    """Have every pack's model ready before a test starts the program; several processes wait for the first."""
    for name in resources.pack_names():
        pack = packs.load(resources.pack_folder(name))
        if not pack_models.is_kept(pack, MODELS):
            pack_models.load_or_train(pack, MODELS)
