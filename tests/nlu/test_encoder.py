import threading
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl  # type: ignore[import-untyped]

from kaitak.nlu import encoder, encoder_files, encoder_forward
from kaitak.nlu.encoder import Encoder

TEXTS = ("我張單去咗邊呀", "我想知保單幾時到期", "Where is my refund?", "请问怎么退货", "hello", "")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder")


@pytest.fixture(scope="module")
def graph(cache: Path) -> Encoder:
    return Encoder(cache, "onnxruntime")


def test_texts_of_one_meaning_lie_nearer_than_others(graph: Encoder) -> None:
    parcel, same, other = graph.encode_all(["我的包裹在哪里", "where is my parcel", "我想更改受益人"])
    assert parcel @ same > 0.6 > parcel @ other


def test_vectors_of_fixed_texts_are_stable(graph: Encoder) -> None:
    vectors = graph.encode_all(TEXTS)
    expected = np.load(Path(__file__).with_name("encoder_vectors.npy"))
    assert vectors.shape == (len(TEXTS), encoder.WIDTH)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert float((vectors * expected).sum(axis=1).min()) > 0.995  # other processors round int8 a little differently


def test_numpy_and_onnxruntime_agree(graph: Encoder, cache: Path) -> None:
    plain = Encoder(cache, "numpy")
    assert (graph.backend, plain.backend) == ("onnxruntime", "numpy")
    assert float((graph.encode_all(TEXTS) * plain.encode_all(TEXTS)).sum(axis=1).min()) > 0.98


def test_the_pooled_features_agree_too(graph: Encoder, cache: Path) -> None:
    ours, plain = graph.read(TEXTS[1]).pooled, Encoder(cache, "numpy").read(TEXTS[1]).pooled
    assert ours.shape == plain.shape == (encoder.POOLED,)
    assert float(np.corrcoef(ours, plain)[0, 1]) > 0.99


def test_a_text_gets_the_same_vector_alone_and_among_others(graph: Encoder) -> None:
    assert np.array_equal(graph.encode_all(TEXTS)[1], graph.encode(TEXTS[1]))


def test_a_character_missing_from_the_vocabulary_is_read_by_its_meaning(graph: Encoder) -> None:
    assert float(graph.encode("張單喺邊") @ graph.encode("張單在邊")) > 0.99


def test_threads_share_one_encoder_and_blas_keeps_to_one_thread(graph: Encoder) -> None:
    wanted = graph.encode_all(TEXTS)
    results: dict[int, bool] = {}

    def work(number: int) -> None:
        results[number] = all(np.array_equal(graph.encode_all(TEXTS), wanted) for _ in range(5))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == dict.fromkeys(range(4), True)
    pools = [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    assert pools == [1] * len(pools)


def test_very_long_text_is_cut_and_strange_text_is_read(graph: Encoder) -> None:
    for text in ("單" * 20_000, "\x00\ufffd\U0010fffd", "👩‍👩‍👧‍👦" * 50, " \n\t "):
        assert np.isfinite(graph.encode(text)).all()


def test_the_table_is_written_once_and_then_mapped(graph: Encoder, cache: Path) -> None:
    (path,) = cache.iterdir()
    written = path.stat().st_mtime_ns
    again = Encoder(cache)
    assert path.stat().st_mtime_ns == written
    assert np.array_equal(again.encode(TEXTS[0]), graph.encode(TEXTS[0]))


@pytest.mark.parametrize("damage", ["cut", "flipped", "other"])
def test_a_damaged_table_is_rebuilt(graph: Encoder, tmp_path: Path, damage: str) -> None:
    data = encoder_files.find()
    encoder_files.table(data, tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    middle = len(whole) // 2
    bad = {"cut": whole[:middle], "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]}
    path.write_bytes(bad.get(damage, b"not a table"))
    assert np.array_equal(Encoder(tmp_path).encode(TEXTS[0]), graph.encode(TEXTS[0]))
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_done_without(graph: Encoder, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    assert np.array_equal(Encoder(blocked / "cache").encode(TEXTS[0]), graph.encode(TEXTS[0]))


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    found = encoder_files.find()
    broken = tmp_path / "weights.npz"
    broken.write_bytes(found.weights.read_bytes()[: 1 << 20])
    with pytest.raises(encoder_files.EncoderDataError, match="install"):
        encoder_files.table(encoder_files.DataFiles(broken, found.pieces), None)


def test_the_process_has_one_encoder() -> None:
    assert encoder.default() is encoder.default()
    assert encoder_forward.load(encoder_files.find())[0] == "onnxruntime"
