"""The API's description and the workbench's types, from the code: `write` both, or `check` that they are in step."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import build_web, inventory

WEB = build_web.ROOT / "web"
DESCRIPTION = build_web.ROOT / "docs" / "reference" / "openapi.json"
TYPES = WEB / "src" / "api" / "schema.d.ts"


def main(word: str) -> int:
    """`write` or `check`; 1 when a file is stale."""
    text = description()
    wanted = {DESCRIPTION: text, TYPES: types_of(text)}
    if word == "write":
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    print("\n".join(f"{path.relative_to(build_web.ROOT)} is stale: ./run client" for path in stale))
    return 1 if stale else 0


def description() -> str:
    """The OpenAPI description of the whole application."""
    return json.dumps(inventory.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def types_of(text: str) -> str:
    """The TypeScript types of a description."""
    build_web.install(WEB)
    node = build_web.find_node()
    script = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        source.write_text(text, encoding="utf-8")
        command = [str(node.bin_folder / "node"), str(script), str(source), "--output", str(target)]
        subprocess.run(command, cwd=WEB, env=node.environment(), check=True, capture_output=True)
        return target.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
