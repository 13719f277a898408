"""An original as a mail again: its files with it, nothing of it can begin a header, odd heads are written."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

from kaitak.channels import original_mail
from kaitak.channels.original_mail import File
from kaitak.channels.originals import Original

EVIL = "x\r\nBcc: thief@evil.example\u2028"
ORIGINAL = Original(
    subject=f"訂單/未到? {EVIL}", from_name=EVIL, from_address="陳@例子.example", reply_to="",
    to=("cs@harbour.example", ""), sent_at="", message_id="", text="第一段", html="", is_cut=True,
)  # fmt: skip


def test_mail_is_written_with_its_files_and_nothing_begins_another_header() -> None:
    files = [File("單\r\nX: y.pdf", "application/pdf", b"%PDF-1.7"), File("", "text/html; x=<script>", b"<b>")]
    raw = original_mail.written(ORIGINAL, files)
    mail = message_from_bytes(raw, policy=default)
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).startswith("訂單/未到? x Bcc")
    assert mail[original_mail.NOTE] == "made from what is kept; it was longer"
    assert [each for each in ("Date", "Message-ID", "Reply-To") if mail[each] is not None] == []
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "第一段"
    found = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]
    assert found == [("單 X: y.pdf", "application/pdf", b"%PDF-1.7"), ("file", "application/octet-stream", b"<b>")]
    assert original_mail.file_name(ORIGINAL) == "訂單_未到_ x Bcc_ thief@evil.example.eml"
