"""Owns the short-lived signed links to attachments, and which types a browser may show in place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

from kaitak.core.clock import Clock
from kaitak.core.crypto import Keyring, LinkInvalidError
from kaitak.core.ids import AccountId

PURPOSE = "attachment"
INLINE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg", "audio/ogg", "video/ogg"}
)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and checks links; they change once an hour, so that browsers keep what they have fetched."""

    keyring: Keyring
    public_url: str
    clock: Clock

    def path(self, account_id: int, attachment_id: UUID, file_name: str) -> str:
        """A link within our own site, good for one to two hours."""
        hours = int(self.clock.now().timestamp() // 3600) + 2
        expires_at = datetime.fromtimestamp(hours * 3600, UTC)
        signature = self.keyring.sign_link(_subject(account_id, attachment_id), purpose=PURPOSE, expires_at=expires_at)
        return f"/attachments/{account_id}.{attachment_id.hex}.{signature}/{quote(file_name, safe='')}"

    def url(self, account_id: int, attachment_id: UUID, file_name: str) -> str:
        """The same link for other sites."""
        return self.public_url + self.path(account_id, attachment_id, file_name)

    def check(self, token: str) -> tuple[AccountId, UUID]:
        """The file that a link is good for; raises LinkInvalidError or LinkExpiredError."""
        account_text, _, rest = token.partition(".")
        attachment_text, _, signature = rest.partition(".")
        try:
            account_id, attachment_id = AccountId(int(account_text)), UUID(hex=attachment_text)
        except ValueError as exc:
            raise LinkInvalidError from exc
        subject = _subject(account_id, attachment_id)
        self.keyring.check_link(subject, signature, purpose=PURPOSE, at=self.clock.now())
        return account_id, attachment_id


def is_inline(content_type: str) -> bool:
    """Whether a browser may show this type in place; everything else is a download."""
    return content_type in INLINE


def safe_file_name(name: str) -> str:
    """A file name without path, control characters or direction marks, of a length that every system takes."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    cleaned = "".join("_" if c in '<>:"|?*%;' else c for c in kept).strip(" .")
    if len(cleaned) <= 120:
        return cleaned or "file"
    stem, dot, suffix = cleaned.rpartition(".")
    return f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) <= 10 else cleaned[:120]


def _subject(account_id: int, attachment_id: UUID) -> str:
    return f"{account_id}/{attachment_id.hex}"
