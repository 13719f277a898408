"""Owns the model of a pack: trained on first need, kept in a file named after the content it came from."""

import hashlib
from pathlib import Path

from kaitak.bot.packs import Pack
from kaitak.nlu import features, gloss, model, normalising, regression, romanised, spellings, training
from kaitak.nlu.model import Model


def train(pack: Pack) -> Model:
    """Train the pack's model now."""
    return training.train(pack.examples(), pack.head.seed, pack.settings())


def load_or_train(pack: Pack, cache: Path) -> Model:
    """The pack's model from the cache folder, or trained and left there; a broken file is replaced."""
    path = cache / f"{pack.head.name}-{pack.fingerprint}-{_trainer()}.npz"
    if path.is_file():
        try:
            return model.load(path)
        except model.ModelUnreadableError:
            path.unlink(missing_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    trained = train(pack)
    trained.save(path)
    return trained


def _trainer() -> str:
    """A short name of the code that trains: a changed trainer must not find an old model."""
    digest = hashlib.sha256()
    for module in (training, regression, features, normalising, spellings, romanised, gloss, model):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:8]
