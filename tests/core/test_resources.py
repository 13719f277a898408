"""Packs and web assets are found in the source tree, and what is missing is said with its remedy."""

from __future__ import annotations

import pytest

from kaitak.core import resources


def test_packs_of_the_source_tree_are_found() -> None:
    assert "retail" in resources.pack_names()
    assert (resources.pack_folder("retail")).is_dir()


@pytest.mark.parametrize("name", ["../packs", "", ".", "no-such-pack"])
def test_pack_name_never_leaves_the_packs_folder(name: str) -> None:
    with pytest.raises(resources.ResourceMissingError, match="there is no pack"):
        resources.pack_folder(name)
