"""A front end is installed and built only when its lock file or its sources changed."""

from __future__ import annotations

import json
from pathlib import Path

from tools import build_web

Packages = dict[str, dict[str, object]]

PACKAGES: Packages = {
    "": {"name": "front-end"},
    "node_modules/alpha": {"version": "1.0.0", "integrity": "sha512-a"},
    "node_modules/alpha-linux": {"version": "1.0.0", "integrity": "sha512-b", "optional": True},
}


def write_lock(path: Path, packages: Packages) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"packages": packages}))


def front_end(folder: Path) -> Path:
    write_lock(folder / "package-lock.json", PACKAGES)
    (folder / "src").mkdir()
    (folder / "src" / "main.ts").write_text("start();")
    return folder


def test_nothing_is_installed_at_first(tmp_path: Path) -> None:
    assert not build_web.is_installed(front_end(tmp_path))


def test_optional_package_of_another_system_may_be_absent(tmp_path: Path) -> None:
    folder = front_end(tmp_path)
    record = {path: entry for path, entry in PACKAGES.items() if "linux" not in path}
    write_lock(folder / "node_modules" / ".package-lock.json", record)
    assert build_web.is_installed(folder)


def test_other_version_or_other_content_is_not_installed(tmp_path: Path) -> None:
    folder = front_end(tmp_path)
    changes: list[dict[str, object]] = [{"version": "1.0.1"}, {"integrity": "sha512-c"}]
    for change in changes:
        record: Packages = {**PACKAGES, "node_modules/alpha": {**PACKAGES["node_modules/alpha"], **change}}
        write_lock(folder / "node_modules" / ".package-lock.json", record)
        assert not build_web.is_installed(folder)


def test_package_that_the_lock_no_longer_names_is_noticed(tmp_path: Path) -> None:
    folder = front_end(tmp_path)
    record: Packages = {**PACKAGES, "node_modules/gone": {"version": "1.0.0", "integrity": "sha512-d"}}
    write_lock(folder / "node_modules" / ".package-lock.json", record)
    assert not build_web.is_installed(folder)


def test_fingerprint_follows_sources_only(tmp_path: Path) -> None:
    folder = front_end(tmp_path)
    before = build_web.sources_fingerprint(folder)
    (folder / "dist").mkdir()
    (folder / "dist" / "index.html").write_text("built")
    (folder / "src" / "main.test.ts").write_text("test")
    assert build_web.sources_fingerprint(folder) == before
    (folder / "src" / "main.ts").write_text("start(1);")
    assert build_web.sources_fingerprint(folder) != before


def test_widget_is_built_anew_when_what_it_shares_with_the_app_client_changed(tmp_path: Path) -> None:
    for name in ("widget", "sdk"):
        (tmp_path / name).mkdir()
        front_end(tmp_path / name)
    before = {name: build_web.sources_fingerprint(tmp_path / name) for name in ("widget", "sdk")}
    (tmp_path / "sdk" / "src" / "wire.ts").write_text("export interface Message {}")
    assert build_web.sources_fingerprint(tmp_path / "widget") != before["widget"]
    (tmp_path / "widget" / "src" / "own.ts").write_text("start(2);")
    after = build_web.sources_fingerprint(tmp_path / "sdk")
    (tmp_path / "widget" / "src" / "own.ts").unlink()
    assert build_web.sources_fingerprint(tmp_path / "sdk") == after != before["sdk"]


def test_renamed_source_changes_the_fingerprint(tmp_path: Path) -> None:
    folder = front_end(tmp_path)
    before = build_web.sources_fingerprint(folder)
    (folder / "src" / "main.ts").rename(folder / "src" / "begin.ts")
    assert build_web.sources_fingerprint(folder) != before
