"""The optional second encoder, on a file of the package's form with weights of chance."""

import math
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kaitak.nlu import e5_encoder, e5_files, encoder, model, training
from kaitak.nlu.e5_encoder import E5Encoder
from kaitak.nlu.e5_files import HEADS, INNER, LAYERS, MOST_TOKENS, WIDTH, DataFile
from kaitak.nlu.encoder import Encoder
from kaitak.nlu.encoder_files import EncoderDataError
from kaitak.nlu.training import Example

Floats = NDArray[np.float32]
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "▁que", "ry", ":", "退", "货", "▁refund", "▁my", "▁where", "▁is", "?")
TEXTS = ("where is my refund?", "退货", "my refund", "")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Python finds a package of that name with such a file."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / e5_files.PACKAGE).mkdir()
    (folder / e5_files.PACKAGE / "__init__.py").write_text("raise RuntimeError('its code is never run')")
    (folder / e5_files.PACKAGE / e5_files.DATA).write_bytes(content())
    return folder


@pytest.fixture(scope="module")
def data(package: Path) -> DataFile:
    return DataFile(package / e5_files.PACKAGE / e5_files.DATA, None)


@pytest.fixture(scope="module")
def second(data: DataFile) -> E5Encoder:
    return E5Encoder(data)


def content() -> bytes:
    """A whole file: header, pieces, no mapped characters, then the arrays and where each lies."""
    chance = np.random.default_rng(1)
    letters = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *(len(each) for each in letters)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, *(-3 - np.arange(len(PIECES) - 4) / 9)], dtype="<f4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, len(PIECES), MOST_TOKENS, 1, 1e-12, 32)
    words = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(starts[-1])) + starts.tobytes() + scores.tobytes()
    words += b"".join(letters) + struct.pack("<iI", 0, 0)

    def blocks(rows: int, width: int) -> bytes:
        made = chance.integers(0, 256, (rows, width // 32, 18), dtype=np.uint8)
        made[:, :, :2] = np.frombuffer(np.float16(0.6 / width**0.5 / 4).tobytes(), dtype=np.uint8)
        return made.tobytes()

    def plain(size: int, mean: float = 0) -> bytes:
        return (mean + 0.1 * chance.standard_normal(size)).astype("<f4").tobytes()

    arrays = {
        "emb.word": blocks(len(PIECES), WIDTH),
        "emb.pos": plain(MOST_TOKENS * WIDTH),
        "emb.type": plain(2 * WIDTH),
    }
    arrays |= {"emb.ln.w": plain(WIDTH, 1), "emb.ln.b": plain(WIDTH)}
    for layer in range(LAYERS):
        for name, rows, width in (("q", WIDTH, WIDTH), ("k", WIDTH, WIDTH), ("v", WIDTH, WIDTH), ("ao", WIDTH, WIDTH),
                                  ("fi", INNER, WIDTH), ("fo", WIDTH, INNER)):  # fmt: skip
            arrays |= {f"l{layer}.{name}.w": blocks(rows, width), f"l{layer}.{name}.b": plain(rows)}
        for norm in e5_files.NORMS:
            arrays |= {f"l{layer}.{norm}.w": plain(WIDTH, 1), f"l{layer}.{norm}.b": plain(WIDTH)}
    listed = 4 + sum(2 + len(name) + 21 for name in arrays)
    at = -(-(len(head) + len(words) + listed) // 64) * 64
    directory = struct.pack("<i", len(arrays))
    body = b""
    for name, values in arrays.items():
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, at + len(body), len(values))
        )
        body += values
    return (head + words + directory).ljust(at, b"\0") + body


def plainly(data: DataFile, ids: list[int]) -> Floats:
    """The same sums in numpy, with the weights as the file has them."""

    def norm(x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-12)
        return np.asarray(x * data.floats(f"{name}.w") + data.floats(f"{name}.b"))

    def times(x: Floats, name: str, width: int) -> Floats:
        weight = e5_files._numbers(data._blocks(f"{name}.w", width))
        return np.asarray(x @ weight.T + data.floats(f"{name}.b"))

    x = norm(data.rows(np.array(ids)), "emb.ln")
    for layer in range(LAYERS):
        parts = [times(x, f"l{layer}.{part}", WIDTH).reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for part in "qkv"]
        heat = parts[0] @ parts[1].transpose(0, 2, 1) / np.sqrt(WIDTH / HEADS)
        heat = np.exp(heat - heat.max(axis=2, keepdims=True))
        seen = (heat / heat.sum(axis=2, keepdims=True) @ parts[2]).transpose(1, 0, 2).reshape(len(ids), WIDTH)
        x = norm(x + times(seen, f"l{layer}.ao", WIDTH), f"l{layer}.aln")
        inner = times(x, f"l{layer}.fi", WIDTH)
        bent = 0.5 * inner * (1 + np.vectorize(math.erf)(inner / 2**0.5))
        x = norm(x + times(bent.astype(np.float32), f"l{layer}.fo", INNER), f"l{layer}.oln")
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def test_graph_sums_what_the_file_says(second: E5Encoder, data: DataFile) -> None:
    wanted = plainly(data, [0, 5, 6, 7, 12, 13, 11, 10, 14, 2])  # <s> query: where is my refund? </s>
    assert float(second.encode(TEXTS[0]) @ wanted) > 0.99
    vectors = np.stack([second.encode(text) for text in TEXTS])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.array_equal(vectors[0], second.encode(TEXTS[0]))
    assert second.encode("refund? " * 9_000).shape == (WIDTH,)


def test_installed_package_is_used_without_running_its_code_and_named_in_models(
    package: Path, second: E5Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert e5_files.find() is None
    assert encoder.name(is_both=True) == encoder.NAME
    monkeypatch.syspath_prepend(package)
    assert e5_files.find() == package / e5_files.PACKAGE / e5_files.DATA
    assert encoder.name(is_both=False) == encoder.NAME
    assert encoder.name(is_both=True) == f"{encoder.NAME}+{e5_encoder.NAME}"
    with pytest.raises(EncoderDataError, match="install kaitak"):  # weights of chance are not the pinned ones
        e5_encoder.load(package / e5_files.PACKAGE / e5_files.DATA)


def test_damaged_file_is_one_clear_error(package: Path, tmp_path: Path) -> None:
    whole = (package / e5_files.PACKAGE / e5_files.DATA).read_bytes()
    for number, broken in enumerate((b"half", b"XXXX" + whole[4:200], whole[:100], whole[:8] + b"\0" * 400)):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(broken)
        with pytest.raises(EncoderDataError, match="damaged"):
            DataFile(path, None)


def test_model_made_with_both_is_read_with_both_alone(
    second: E5Encoder, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Encoder(second=lambda: second)
    assert both.read("hi").second.shape == (0,)
    lines = [Example(text, "refund") for text in ("my refund", "where is my refund")]
    lines += [Example(text, "hours") for text in ("are you open", "what hours today")]
    monkeypatch.syspath_prepend(package)
    with encoder.used(both):
        made = training.train(lines, 1)
        assert made.reader.second_mean.shape == (WIDTH,)
        content = made.to_bytes()
        again = model.from_bytes(content)
        views = ("where is the refund", "where is the refund")
        assert again.labels[int(again.predict(again.read(views)).probabilities.argmax())] == "refund"
    monkeypatch.undo()
    with pytest.raises(model.ModelUnreadableError):
        model.from_bytes(content)
