"""Reading packs: the shipped pack is valid; each fault names its file, its line and what to do."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kaitak.bot import pack_models, packs
from kaitak.bot.pack_files import PackInvalidError
from kaitak.core import resources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("retail", "common"):
        shutil.copytree(resources.packs_folder() / name, tmp_path / name)
    return tmp_path / "retail"


@pytest.mark.parametrize(("name", "intents"), [("retail", 33), ("insurance", 34)])
def test_shipped_pack_covers_every_intent_with_many_lines_by_several_writers(name: str, intents: int) -> None:
    pack = packs.load(resources.pack_folder(name))
    assert len(pack.intents) == intents
    assert min(len(lines) for lines in pack.text.values()) >= 150
    assert min(len({line.hand for line in lines}) for lines in pack.text.values()) >= 4


OWN = """hand: own
examples:
  payment_methods: [收唔收紅豆沙]
  order_status:
    - 貨去咗邊個星球
"""


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


@pytest.mark.parametrize(
    ("file", "edit", "marker", "says"),
    [
        (
            "pack.yaml",
            ("misunderstandings: 2", "misunderstandings: two"),
            "misunderstandings: two",
            "misunderstandings",
        ),
        ("pack.yaml", ("seed: 20251119", "sead: 20251119"), "sead:", "remove this key"),
        ("flows/order_status.yaml", ("start: begin", "start: bgin"), "start: bgin", "there is no step bgin"),
        ("flows/order_status.yaml", ("hand_over: order_not_found", "hand_over: whatever"), "whatever", "hand_over"),
        ("flows/order_status.yaml", ("{end: true}", "{end: true, say: x}"), "end: true, say", "exactly one of"),
        ("flows/order_status.yaml", ("entity: order_no", "entity: order_id"), "order_id", "entities.yaml"),
        ("wording/en.yaml", ("  packet_no_intent:", "  packet_nothing:"), "wording:", "packet_no_intent is missing"),
        ("wording/en.yaml", ("carrier|carrier} and", "carier} and"), "carier}", "placeholder"),
        ("routing.yaml", ("bulk_corporate_order", "bulk_order"), "bulk_order", "there is no intent bulk_order"),
        ("entities.yaml", ("patterns:\n", "patterns:\n      - '(['\n"), "'(['", "not a regular expression"),
        ("utterances/own.yaml", ("- 貨去咗邊個星球", "- 收唔收紅豆沙"), "- 收唔收紅豆沙", "also under payment_methods"),
        ("utterances/own.yaml", ("- 貨去咗邊個星球", "- yes"), "- yes", "in quotes"),
        ("utterances/own.yaml", ("- 貨去咗邊個星球", "- [貨去咗邊個星球"), "- [", ""),
        ("utterances/own.yaml", ("order_status:", "order_state:"), "order_state:", "there is no intent order_state"),
        ("pack.yaml", ("[common]", "[shared]"), "includes:", "shared/intents"),
    ],
)
def test_fault_names_file_line_and_remedy(
    folder: Path, file: str, edit: tuple[str, str], marker: str, says: str
) -> None:
    old, new = edit
    (folder / "utterances" / "own.yaml").write_text(OWN, encoding="utf-8")
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackInvalidError) as caught:
        packs.load(folder)
    message = str(caught.value)
    if says:
        assert message.startswith(f"{file}:{line_of(path, marker)}: "), message
        assert says in message
    else:
        assert message.startswith(f"{file}:")


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "routing.yaml").unlink()
    with pytest.raises(PackInvalidError, match=r"routing.yaml:1: the file is missing; create routing.yaml"):
        packs.load(folder)


def test_bytes_that_are_not_text_are_named(folder: Path) -> None:
    (folder / "pack.yaml").write_bytes(b"name: retail\n\xff\xfe\n")
    with pytest.raises(PackInvalidError, match=r"pack.yaml:2: not UTF-8"):
        packs.load(folder)


def test_json_schemas_are_given_for_every_kind_of_file() -> None:
    schemas = packs.json_schemas()
    assert set(schemas) == {"pack", "intents", "utterances", "flow", "wording", "entities", "routing", "names"}


def test_model_is_kept_and_a_broken_file_replaced(folder: Path, tmp_path: Path) -> None:
    whole = packs.load(folder)
    pack = replace(whole, text={name: lines[:4] for name, lines in whole.text.items()}, mood=())
    first = pack_models.load_or_train_in(pack, [tmp_path / "models"])
    (file,) = (tmp_path / "models").glob("retail*.npz")
    written = file.stat().st_mtime_ns
    assert pack_models.load_or_train_in(pack, [tmp_path / "models"]).version == first.version
    assert file.stat().st_mtime_ns == written
    file.write_bytes(b"broken")
    assert pack_models.load_or_train_in(pack, [tmp_path / "models"]).version == first.version
    assert file.stat().st_size > 1000


def test_other_wording_needs_no_new_model(folder: Path, tmp_path: Path) -> None:
    whole = packs.load(folder)
    pack = replace(whole, text={name: lines[:4] for name, lines in whole.text.items()}, mood=())
    pack_models.load_or_train_in(pack, [tmp_path / "models"])
    bands = packs.Bands(answer=0.5, clarify=0.3)
    other = replace(pack, head=pack.head.model_copy(update={"bands": bands}), fingerprint="other")
    model = pack_models.load_or_train_in(other, [tmp_path / "models"])
    assert (model.answer_from, model.clarify_from) == (0.5, 0.3)
    assert len(list((tmp_path / "models").glob("retail*.npz"))) == 1
