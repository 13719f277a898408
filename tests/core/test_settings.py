"""Settings: read once, wrong ones named without their value, and never a default secret."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from kaitak.core import settings as configuration
from kaitak.core.settings import Settings, SettingsError

STRONG = "q8Zr3n0vXk2LwT7yBd5mHf9sJc1pGa6e"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KAITAK_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def in_tmp(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def test_environment_is_read_with_nesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAITAK_DB__POOL_SIZE", "20")
    monkeypatch.setenv("KAITAK_HTTP__ALLOW_PRIVATE", "127.0.0.1:9000, 10.0.0.0/8")
    monkeypatch.setenv("KAITAK_WORKER__SETTLE", "0.25")
    monkeypatch.setenv("KAITAK_WEB__PUBLIC_URL", "https://chat.example.hk/")
    settings = configuration.load_settings()
    assert settings.db.pool_size == 20
    assert settings.http.allow_private == ("127.0.0.1:9000", "10.0.0.0/8")
    assert settings.worker.settle == timedelta(milliseconds=250)
    assert settings.public_url == "https://chat.example.hk"
    assert settings.cookie_secure


def test_cookie_is_plain_on_a_plain_address_and_can_be_forced() -> None:
    assert not Settings().cookie_secure
    assert Settings.model_validate({"web": {"cookie_secure": True}}).cookie_secure


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KAITAK_DB__POOL_SIZE", "many", "KAITAK_DB__POOL_SIZE"),
        ("KAITAK_DB__POOL_SIZE", "1", "KAITAK_DB__POOL_SIZE"),
        ("KAITAK_DB__POOLSIZE", "10", "KAITAK_DB__POOLSIZE"),
        ("KAITAK_DATABASE_URL", "postgresql://u:hunter2@h/d", "KAITAK_DATABASE_URL"),
        ("KAITAK_LOG__LEVEL", "loud", "KAITAK_LOG__LEVEL"),
        ("KAITAK_SECRET_KEY", "hunter2", "at least 32"),
        ("KAITAK_SECRET_KEY", "changeme-changeme-changeme-changeme", "like an example"),
        ("KAITAK_SECRET_KEY", "abababababababababababababababababab", "like an example"),
    ],
)
def test_wrong_setting_is_named_and_its_value_is_not_shown(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said) as caught:
        configuration.load_settings()
    assert "hunter2" not in str(caught.value)


def test_addresses_and_secrets_are_not_in_the_representation() -> None:
    settings = Settings.model_validate({"db": {"url": "postgresql://u:hunter2@h/d"}, "secret_key": STRONG})
    assert "hunter2" not in repr(settings)
    assert STRONG not in repr(settings)


def test_root_gets_a_place_that_a_system_user_can_reach() -> None:
    assert configuration.default_data_dir({}, is_root=True) == Path("/var/lib/kaitak")
    assert configuration.default_data_dir({"XDG_DATA_HOME": "/x"}, is_root=False) == Path("/x/kaitak")


def test_secret_is_made_once_and_private(in_tmp: Settings) -> None:
    first = configuration.read_secret(in_tmp)
    assert configuration.read_secret(in_tmp) == first
    assert len(first) >= 64
    assert in_tmp.secret_path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in in_tmp.data_dir.iterdir()] == ["secret.key"]


def test_processes_that_start_together_get_one_secret(in_tmp: Settings) -> None:
    configuration.make_data_dir(in_tmp)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: configuration.read_secret(in_tmp), range(16)))) == 1


def test_configured_secret_wins_and_writes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", secret_key=SecretStr(STRONG))
    assert configuration.read_secret(settings) == STRONG
    assert not settings.data_dir.exists()


def test_secret_that_others_can_read_is_refused(in_tmp: Settings) -> None:
    configuration.read_secret(in_tmp)
    in_tmp.secret_path.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        configuration.read_secret(in_tmp)


def test_secret_file_cut_short_is_refused(in_tmp: Settings) -> None:
    configuration.read_secret(in_tmp)
    in_tmp.secret_path.write_text("short")
    with pytest.raises(SettingsError, match="at least 32"):
        configuration.read_secret(in_tmp)


def test_language_model_is_off_until_its_address_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configuration.load_settings().llm.url == ""
    monkeypatch.setenv("KAITAK_LLM__URL", "https://api.deepseek.com/v1")
    monkeypatch.setenv("KAITAK_LLM__MODEL", "deepseek-chat")
    monkeypatch.setenv("KAITAK_LLM__KEY", "sk-hunter2-hunter2")
    monkeypatch.setenv("KAITAK_LLM__TIMEOUT", "1.5")
    monkeypatch.setenv("KAITAK_LLM__EXTRA", '{"max_tokens": null, "enable_thinking": false}')
    found = configuration.load_settings().llm
    assert (found.timeout, found.extra) == (
        timedelta(seconds=1.5),
        {"max_tokens": None, "enable_thinking": False},
    )
    assert "hunter2" not in f"{found!r}{found}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "ftp://hunter2.example/v1"),
        ("URL", "https://user:hunter2@llm.example/v1"),
        ("URL", "https://"),
        ("MODEL", ""),
        ("EXTRA", '{"model": "hunter2"}'),
        ("EXTRA", '{"tools": []}'),
        ("EXTRA", "hunter2"),
        ("EXTRA", "[1]"),
        ("TIMEOUT", "60"),
        ("TIMEOUT", "0"),
        ("PRICE_INPUT", "-1"),
        ("KEY_HEADER", "x: hunter2"),
        ("ANSWER_FORMAT", "hunter2"),
        ("CONCURRENCY", "0"),
    ],
)
def test_senseless_language_model_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("KAITAK_LLM__URL", "https://api.deepseek.com/v1")
    monkeypatch.setenv("KAITAK_LLM__MODEL", "deepseek-chat")
    monkeypatch.setenv(f"KAITAK_LLM__{name}", value)
    with pytest.raises(SettingsError) as caught:
        configuration.load_settings()
    assert "LLM" in str(caught.value).upper()
    assert "hunter2" not in str(caught.value)


def test_every_setting_is_read_somewhere() -> None:
    """A setting that changes nothing is a lie to the operator. The properties of `Settings` count as readers."""
    own = Path(configuration.__file__)
    source = "".join(path.read_text("utf-8") for path in own.parents[1].rglob("*.py") if path != own)
    read = set(re.findall(r"\.([a-z_]+)\b", source))
    read |= set(re.findall(r"self\.\w+\.([a-z_]+)\b", own.read_text("utf-8")))
    sections = {name: field.annotation for name, field in Settings.model_fields.items()}
    named = {
        f"{section}.{name}"
        for section, kind in sections.items()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name in kind.model_fields
    }
    assert len(named) > 30
    assert {name for name in named if name.partition(".")[2] not in read} == set()
