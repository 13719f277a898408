"""The documentation is in step: links lead somewhere, commands and settings exist, each thing has its entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import inventory, reference
from tools.build_web import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
CHANNEL_HEADINGS = ["What you need", "Connect", "Limits", "Troubleshooting"]
OWN_VARIABLES_OF_DEPLOY = {"KAITAK_OWNER_PASSWORD", "KAITAK_PROGRAM_PASSWORD", "KAITAK_PUBLIC_URL"}
MADE_BY_THE_READER = {"deploy/.env"}
CODE = re.compile(r"`([^`\n]+)`")
TOP = "src|tests|tools|bench|docs|web|widget|sdk|packs|deploy"
SLICES = "|".join(path.parent.name for path in (ROOT / "src" / "kaitak").glob("*/__init__.py"))
PATH = re.compile(rf"(?<![\w/:.$~<{{-])((?:{TOP})/[\w./-]*\w/?|(?:{SLICES})/[\w./-]*\.py)(?![\w/*<{{|])")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if not leads_somewhere(page, target)]
    assert broken == []


def leads_somewhere(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists() or not file.is_relative_to(ROOT):
        return False
    return not anchor or anchor in set(anchors(file))


def anchors(page: Path) -> Iterator[str]:
    for heading in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_kaitak_commands_in_the_docs_exist() -> None:
    known = set(inventory.commands())
    groups = {name.rpartition(" ")[0] for name in known} - {"kaitak"}
    named = {name for page in PAGES for name in re.findall(r"\b(kaitak [a-z][a-z-]+(?: [a-z][a-z-]+)?)", code_of(page))}
    alone = {name for name in named if name.rpartition(" ")[0] not in groups}  # the second word is an argument
    assert {" ".join(name.split()[:2]) for name in alone} - known - groups == set()
    assert named - alone - known == set()


def test_words_of_run_in_the_docs_exist() -> None:
    known = words_of_run()
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"\./run ([a-z][a-z0-9]*)", text))
    assert {"demo", "test", "check"} <= known
    assert named - known == set()


def test_benchmarks_in_the_docs_exist() -> None:
    named = {
        name for page in PAGES for name in re.findall(r"\./run bench ([a-z]\w*)", page.read_text(encoding="utf-8"))
    }
    assert "road" in named
    assert sorted(name for name in named if not (ROOT / "bench" / f"{name}.py").is_file()) == []


def test_files_and_folders_in_the_docs_exist() -> None:
    named = {path for page in PAGES for path in PATH.findall("\n".join(CODE.findall(page.read_text(encoding="utf-8"))))}
    assert len(named) > 50
    places = (ROOT, ROOT / "src" / "kaitak", ROOT / "packs" / "retail")
    lost = {path for path in named - MADE_BY_THE_READER if not any((place / path).exists() for place in places)}
    assert sorted(lost) == []


def words_of_run() -> set[str]:
    cases = re.findall(r"^    ([a-z0-9 |]+)\)$", (ROOT / "run").read_text(encoding="utf-8"), re.MULTILINE)
    return {word for line in cases for word in line.split(" | ")}


def test_run_lists_its_words() -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    listed = set(re.findall(r"^  ([a-z][a-z0-9]*) ", script.split("LIST")[1], re.MULTILINE))
    assert listed == words_of_run()


def test_settings_in_the_docs_exist() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"\bKAITAK_[A-Z_]*[A-Z]", text))
    assert named - inventory.settings().keys() - OWN_VARIABLES_OF_DEPLOY == set()


def test_reference_is_what_the_code_says() -> None:
    assert reference.stale_pages() == []


def test_every_error_has_one_meaning_for_its_code() -> None:
    codes = [error.code for error in inventory.errors()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


@pytest.mark.parametrize("channel", inventory.channels())
def test_channel_has_its_page(channel: str) -> None:
    page = ROOT / "docs" / "channels" / f"{channel}.md"
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == CHANNEL_HEADINGS


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_every_page_is_reachable_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    seen, waiting = set[Path](), [index]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        targets = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [(page.parent / target.partition("#")[0]).resolve() for target in targets if ":" not in target]
    assert sorted(set((ROOT / "docs").rglob("*.md")) - seen) == []


def code_of(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return "\n".join([*re.findall(r"```(?:sh)?\n(.*?)```", text, re.DOTALL), *CODE.findall(text)])
