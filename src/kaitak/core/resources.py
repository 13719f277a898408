"""Owns where the files beside the code lie: web pages, widget, packs; in an installed wheel or the source tree."""

from __future__ import annotations

from pathlib import Path

from kaitak.core.errors import KaitakError

_PACKAGE = Path(__file__).resolve().parent.parent
_SOURCE_TREE = _PACKAGE.parent.parent


class ResourceMissingError(KaitakError):
    """Files that belong to the program are not there; the message says how to get them."""

    code = "resource_missing"


def web_folder() -> Path:
    """The built workbench: index.html and its assets."""
    return _built("web", "index.html")


def widget_folder() -> Path:
    """The built widget: its one script and what that loads."""
    return _built("widget", "*.js")


def sdk_folder() -> Path:
    """The built client for apps: one module and its types."""
    return _built("sdk", "*.js")


def packs_folder() -> Path:
    """The folder that holds one folder for each pack."""
    for folder in (_PACKAGE / "_packs", _SOURCE_TREE / "packs"):
        if folder.is_dir():
            return folder
    raise ResourceMissingError(
        f"no packs beside {_PACKAGE}: install kaitak again, or restore packs/ in the source tree"
    )


def pack_folder(name: str) -> Path:
    """The folder of one pack; the name is checked against those that exist, never joined to a path unchecked."""
    names = pack_names()
    if name not in names:
        raise ResourceMissingError(f"there is no pack {name!r}; there is: {', '.join(names) or 'none'}")
    return packs_folder() / name


def pack_names() -> tuple[str, ...]:
    """The packs that this installation carries, sorted; a folder without pack.yaml is shared by packs, not one."""
    return tuple(sorted(head.parent.name for head in packs_folder().glob("[!._]*/pack.yaml")))


def shared_models_folder() -> Path | None:
    """Trained models that every data folder may use: those in the wheel, or a source tree's own `.data/models`."""
    shipped = _PACKAGE / "_models"
    if shipped.is_dir():
        return shipped
    return _SOURCE_TREE / ".data" / "models" if (_SOURCE_TREE / "pyproject.toml").is_file() else None


def _built(name: str, entry: str) -> Path:
    """Prefer the wheel's assets; in a source tree the folder that the front end was built into."""
    for folder in (_PACKAGE / "_assets" / name, _SOURCE_TREE / name / "dist"):
        if next(folder.glob(entry), None) is not None:
            return folder
    if (_SOURCE_TREE / name / "package.json").exists():
        raise ResourceMissingError(f"{name}/ is not built yet: run ./run demo or ./run build in {_SOURCE_TREE}")
    raise ResourceMissingError(f"this installation carries no {name} files: install the wheel from ./run build again")
