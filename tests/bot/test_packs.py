"""Reading packs: the shipped pack is valid; each fault names its file, its line and what to do."""

import shutil
from pathlib import Path

import pytest

from kaitak.bot import pack_models, packs
from kaitak.bot.pack_files import PackInvalidError
from kaitak.core import resources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "retail"
    shutil.copytree(resources.pack_folder("retail"), copy)
    return copy


def test_shipped_pack_covers_every_retail_intent() -> None:
    pack = packs.load(resources.pack_folder("retail"))
    assert len(pack.intents) == 33
    assert min(len(i.examples) for i in pack.intents.values()) >= 15
    assert min(len(i.examples) for i in pack.intents.values() if i.flow) >= 25


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
        ("flows/order_status.yaml", ("go: fetch}", "go: fech}"), "go: fech", "there is no step fech"),
        ("flows/order_status.yaml", ("hand_over: order_not_found", "hand_over: whatever"), "whatever", "give_up"),
        ("flows/order_status.yaml", ("{end: true}", "{end: true, say: x}"), "end: true, say", "exactly one of"),
        ("flows/order_status.yaml", ("entity: order_no", "entity: order_id"), "order_id", "entities.yaml"),
        ("wording/en.yaml", ("  carrier_unknown: our courier\n", ""), "wording:", "carrier_unknown is missing"),
        ("wording/en.yaml", ("{order_carrier} and", "{carier} and"), "{carier}", "placeholder"),
        ("routing.yaml", ("bulk_corporate_order", "bulk_order"), "bulk_order", "there is no intent bulk_order"),
        ("entities.yaml", ("patterns:\n", "patterns:\n      - '(['\n"), "'(['", "not a regular expression"),
        ("intents/common.yaml", ("- 早晨呀", "- 收唔收八達通"), "收唔收八達通", "payment_methods"),
        ("intents/common.yaml", ("- 早晨呀", "- yes"), "- yes", "in quotes"),
        ("intents/common.yaml", ("- 早晨呀", "- [早晨呀"), "- 哈囉", ""),
    ],
)
def test_fault_names_file_line_and_remedy(
    folder: Path, file: str, edit: tuple[str, str], marker: str, says: str
) -> None:
    old, new = edit
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
    assert set(schemas) == {"pack", "intents", "flow", "wording", "entities", "routing"}


def test_model_is_kept_and_a_broken_file_replaced(folder: Path, tmp_path: Path) -> None:
    pack = packs.load(folder)
    first = pack_models.load_or_train(pack, tmp_path / "models")
    file = next((tmp_path / "models").iterdir())
    assert pack_models.load_or_train(pack, tmp_path / "models").version == first.version
    file.write_bytes(b"broken")
    assert pack_models.load_or_train(pack, tmp_path / "models").version == first.version
