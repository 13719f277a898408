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
APP_DESCRIPTION = DESCRIPTION.with_name("app-openapi.json")
APP_PREFIX = "/public/api/v1/app/"
_STREAM = (
    "The live stream is a WebSocket at /public/api/v1/app/{app}/stream; the first frame is"
    ' {"type": "resume", "token": IDENTITY, "after": last id or null}. See docs/channels/app.md.'
)
_IDENTITY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "HS256, by your own server, with the inbox's identity secret: sub and exp; see docs/channels/app.md",
}
TYPES = WEB / "src" / "api" / "schema.d.ts"


def main(word: str) -> int:
    """`write` or `check`; 1 when a file is stale."""
    text = description()
    wanted = {DESCRIPTION: text, APP_DESCRIPTION: app_description(text), TYPES: types_of(text)}
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


def app_description(text: str) -> str:
    """The part of a description that an app needs: its routes and what they name, with the signed identity."""
    whole = json.loads(text)
    paths = {path: item for path, item in whole["paths"].items() if path.startswith(APP_PREFIX)}
    for operation in (each for item in paths.values() for each in item.values()):
        operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "authorization"]
    schemas, wanted = {}, _references(paths)
    while wanted:
        name = wanted.pop()
        if name not in schemas:
            schemas[name] = whole["components"]["schemas"][name]
            wanted |= _references(schemas[name])
    part = {
        "openapi": whole["openapi"],
        "info": {**whole["info"], "title": "Kaitak app channel", "description": _STREAM},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"identity": _IDENTITY}},
        "security": [{"identity": []}],
    }
    return json.dumps(part, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {str(node["$ref"]).rsplit("/", 1)[-1]} if "$ref" in node else set()
        return own.union(*(_references(each) for each in node.values()))
    return set().union(*(_references(each) for each in node)) if isinstance(node, list) else set()


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
