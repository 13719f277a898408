"""Owns the deployment settings: what the operator says through `KAITAK_…` variables, checked once at start."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kaitak.core.errors import KaitakError

PREFIX = "KAITAK_"
_KNOWN_SECRETS = (
    "changeme",
    "change-me",
    "change_me",
    "secret",
    "password",
    "default",
    "example",
    "kaitak",
    "insecure",
)


class SettingsError(KaitakError):
    """A setting is missing, unknown or not acceptable; the message names it and never shows its value."""

    code = "settings_invalid"


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _seconds(value: object) -> object:
    return float(value) if isinstance(value, str) and value.replace(".", "", 1).isdigit() else value


Duration = Annotated[timedelta, BeforeValidator(_seconds)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DbSettings(_Section):
    """Which PostgreSQL; without `url` an embedded one runs in `data_dir`."""

    url: str | None = Field(default=None, repr=False, description="the program's role")
    admin_url: str | None = Field(default=None, repr=False, description="the owner: migrate, backup, restore")
    data_dir: Path | None = None
    pool_size: int = Field(default=10, ge=2, le=200)
    allow_root: bool = False


class WebSettings(_Section):
    """Where the web process listens and how the world reaches it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8800, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: Listed = ()
    cookie_secure: bool | None = Field(default=None, description="default: true if public_url is https")
    drain: Duration = timedelta(seconds=15)


class WorkerSettings(_Section):
    """How much one worker takes at a time."""

    turn_batch: int = Field(default=32, ge=1, le=500)
    delivery_batch: int = Field(default=64, ge=1, le=500)
    settle: Duration = timedelta(milliseconds=700)
    poll: Duration = timedelta(seconds=1)


class HttpSettings(_Section):
    """What outgoing requests may reach beyond the public Internet."""

    allow_private: Listed = Field(default=(), description="host:port, host or CIDR, comma-separated")
    timeout: Duration = timedelta(seconds=10)


class LogSettings(_Section):
    """What the program logs on stdout."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


class StorageSettings(_Section):
    """Where attachments lie and how large they may be."""

    dir: Path | None = None
    max_attachment_bytes: int = Field(default=20 * 1024 * 1024, ge=1024, le=1024**3)


class RealtimeSettings(_Section):
    """How processes tell each other of news; without `nats_url`, by PostgreSQL's own notifications."""

    nats_url: SecretStr | None = Field(default=None, description="such as nats://user:password@host:4222")


class BackupSettings(_Section):
    """Where backups go and how many are kept."""

    dir: Path | None = None
    keep: int = Field(default=7, ge=1, le=1000)


class LlmSettings(_Section):
    """The optional language model: without `url` there is none."""

    url: str = Field(default="", description="base address, such as https://api.deepseek.com/v1; empty: off")
    key: SecretStr | None = None
    key_header: str = Field(default="Authorization", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")
    model: str = Field(default="", max_length=200)
    timeout: Duration = Field(default=timedelta(seconds=2), ge=timedelta(milliseconds=100), le=timedelta(seconds=10))
    answer_format: Literal["json_schema", "json_object", "text"] = "json_object"
    extra: dict[str, JsonValue] = Field(default={}, description="JSON: more fields of each request; null removes one")
    price_input: Decimal = Field(default=Decimal(0), ge=0, le=100_000, description="of a million tokens")
    price_output: Decimal = Field(default=Decimal(0), ge=0, le=100_000, description="of a million tokens")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    daily_tokens: int = Field(default=200_000, ge=0, le=10**12, description="the most of one account in a day")
    daily_cost: Decimal = Field(default=Decimal(1), ge=0, le=10**9, description="the most of one account in a day")
    concurrency: int = Field(default=16, ge=1, le=100, description="calls of one process at a time")

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and re.fullmatch(r"https?://[^\s/@?#]+(?:[/?][^\s@#]*)?", value) is None:
            raise ValueError("write http:// or https://, a host and a path, without a user name")
        return value

    @field_validator("extra")
    @classmethod
    def _leaves_the_question_alone(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        fixed = {"model", "messages", "stream", "n", "tools", "tool_choice", "functions", "function_call"}
        if fixed & set(value):
            raise ValueError(f"must not set {', '.join(sorted(fixed & set(value)))}")
        return value

    @model_validator(mode="after")
    def _names_its_model(self) -> LlmSettings:
        if self.url and not self.model:
            raise ValueError("KAITAK_LLM__MODEL must name the model at KAITAK_LLM__URL")
        return self


class RetentionSettings(_Section):
    """How long some things are kept."""

    webhook_bodies: Duration = Field(
        default=timedelta(days=7),
        ge=timedelta(hours=1),
        le=timedelta(days=3650),
        description="the bodies of webhook calls and events, such as P7D",
    )
    attachments: Duration = Field(
        default=timedelta(0), ge=timedelta(0), description="files of messages, such as P365D; 0: for ever"
    )

    @field_validator("attachments")
    @classmethod
    def _is_no_slip(cls, value: timedelta) -> timedelta:
        if timedelta(0) < value < timedelta(days=1):
            raise ValueError("write 0, or a day at least")
        return value


class ScanSettings(_Section):
    """What looks at every file before it is stored; without `url` nothing does."""

    url: str = Field(
        default="",
        pattern=r"^(|clamd://[^/\s:@]+:\d{1,5}|clamd:///\S+|https?://[^\s@#]+)$",
        description="clamd://host:3310, clamd:///path/of/its.socket, or the http address of a hook",
    )
    timeout: Duration = Field(default=timedelta(seconds=30), ge=timedelta(seconds=1), le=timedelta(minutes=10))


class TranscriptionSettings(_Section):
    """The optional recogniser of voice notes; without `url` there is none."""

    url: str = Field(
        default="",
        pattern=r"^(|https?://[^\s/@?#]+(/[^\s@?#]*)?)$",
        description="base address, such as https://api.openai.com/v1; empty: off",
    )
    key: SecretStr | None = None
    model: str = Field(default="whisper-1", min_length=1, max_length=200)
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$", description="such as yue or zh; default: it guesses")
    timeout: Duration = Field(default=timedelta(seconds=30), ge=timedelta(seconds=1), le=timedelta(minutes=5))
    wait: Duration = Field(
        default=timedelta(seconds=20),
        ge=timedelta(seconds=1),
        le=timedelta(minutes=5),
        description="how long the bot holds its answer back for a transcript",
    )


class Settings(BaseSettings):
    """All settings of one process; read once by the composition root and passed on as values."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(default_factory=lambda: default_data_dir(os.environ, is_root=os.geteuid() == 0))
    secret_key: SecretStr | None = None
    db: DbSettings = DbSettings()
    web: WebSettings = WebSettings()
    worker: WorkerSettings = WorkerSettings()
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
    storage: StorageSettings = StorageSettings()
    realtime: RealtimeSettings = RealtimeSettings()
    backup: BackupSettings = BackupSettings()
    llm: LlmSettings = LlmSettings()
    retention: RetentionSettings = RetentionSettings()
    scan: ScanSettings = ScanSettings()
    transcription: TranscriptionSettings = TranscriptionSettings()

    @field_validator("secret_key")
    @classmethod
    def _is_strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            refuse_weak_secret(value.get_secret_value())
        return value

    @property
    def postgres_dir(self) -> Path:
        """The data directory of the embedded PostgreSQL."""
        return self.db.data_dir or self.data_dir / "postgres"

    @property
    def storage_dir(self) -> Path:
        """The directory of stored attachments."""
        return self.storage.dir or self.data_dir / "storage"

    @property
    def backup_dir(self) -> Path:
        """The directory of backups."""
        return self.backup.dir or self.data_dir / "backups"

    @property
    def secret_path(self) -> Path:
        """Where the generated secret key lies when none is configured."""
        return self.data_dir / "secret.key"

    @property
    def public_url(self) -> str:
        """The address under which browsers reach this deployment, without a slash at the end."""
        return (self.web.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    @property
    def cookie_secure(self) -> bool:
        """Whether cookies are sent over TLS only."""
        secure = self.web.cookie_secure
        return self.public_url.startswith("https://") if secure is None else secure


def default_data_dir(environ: Mapping[str, str], *, is_root: bool) -> Path:
    """Where data lies by default: the user's own data directory; for root a place that a system user can reach."""
    if is_root:
        return Path("/var/lib/kaitak")
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "kaitak"


def refuse_weak_secret(secret: str) -> None:
    """Raise ValueError if the secret key is short, well known or has little variety."""
    if len(secret) < 32:
        raise ValueError("the secret key needs at least 32 characters; make one with: openssl rand -base64 48")
    if len(set(secret)) < 12 or any(secret.lower().startswith(word) for word in _KNOWN_SECRETS):
        raise ValueError("the secret key looks like an example; make one with: openssl rand -base64 48")


def load_settings() -> Settings:
    """Read the settings from the environment, or raise an error that names each wrong one."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name.split("__")[0] not in known:
            raise SettingsError(f"unknown setting {name}")
    try:
        return Settings()
    except ValidationError as exc:
        wrong = [f"{PREFIX}{'__'.join(str(p) for p in e['loc']).upper()}: {e['msg']}" for e in exc.errors()]
        raise SettingsError("; ".join(wrong)) from None
    except ValueError as exc:
        raise SettingsError(f"a setting cannot be read: {exc}") from None


def make_data_dir(settings: Settings) -> Path:
    """Create the data directory: private, except that root leaves the way open to the database's system user."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    if not settings.data_dir.exists():
        settings.data_dir.mkdir(parents=True, mode=mode)
        settings.data_dir.chmod(mode)
    return settings.data_dir


def read_secret(settings: Settings) -> str:
    """The secret key: the configured one, or the one generated once into the data directory (mode 0600)."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.secret_path
    if not path.exists():
        _write_secret(make_data_dir(settings) / path.name)
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"{path} can be read by other users; run: chmod 600 {path}")
    secret = path.read_text().strip()
    try:
        refuse_weak_secret(secret)
    except ValueError as exc:
        raise SettingsError(f"{path}: {exc}") from None
    return secret


def _write_secret(path: Path) -> None:
    """Write a new key whole or not at all; of several processes that start together, one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
