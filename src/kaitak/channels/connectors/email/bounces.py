"""Owns mails that say that a mail of ours did not arrive: which, for whom, for good or for now. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaitak.channels.connectors.email.reading import Mail, address_in

_IDS = re.compile(r"<?([A-Za-z0-9._+-]{8,200}@[A-Za-z0-9.-]{3,200})>?")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|incomplete)|returned (?:mail|to sender)|failure notice"
    r"|mail delivery fail"
    r"|could not be delivered|退信|系统退信|系統退信|无法投递|無法投遞|无法送达|無法送達|未送达|未送達|無法傳遞"
    r"|传递失败|傳遞失敗|投递失败|发送失败",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"mailbox (?:is )?full|over ?quota|quota exceeded|try again later|temporar|greylist|too many|延迟|延遲|稍后|稍後"
    r"|已满"
    r"|已滿|超出配额|容量",
    re.IGNORECASE,
)
_ROBOT = re.compile(r"^(?:mailer-daemon|postmaster|mail\.daemon|postman)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """`message_ids` are those named anywhere, the returned mail's own first; which of them is ours, our tokens say."""

    message_ids: tuple[str, ...]
    recipient: str
    is_permanent: bool
    is_arrival: bool  # a report of success
    status: str
    reason: str


def read(mail: Mail) -> Bounce | None:
    """The bounce that a mail is, or None."""
    kind, machine = mail.report
    if kind == "delivery-status" and machine:
        return _standard(mail, machine)
    is_robot = bool(_ROBOT.match(mail.sender.address)) or mail.header("return-path").replace(" ", "") == "<>"
    if kind == "delivery-status" or mail.header("x-failed-recipients") or (is_robot and _SUBJECT.search(mail.subject)):
        return _told(mail)
    return None


def _standard(mail: Mail, machine: str) -> Bounce:
    def field(name: str) -> str:
        found = re.search(rf"(?im)^{name}:\s*(.+)$", machine)
        return found.group(1).strip() if found else ""

    action = field("action").lower()
    status = _STATUS.search(field("status"))
    diagnostic = field("diagnostic-code").partition(";")[2].strip() or field("diagnostic-code")
    is_final = action == "failed" or (not action and status is not None and status.group(1) == "5")
    return Bounce(
        message_ids=_named(mail),
        recipient=address_in(
            field("final-recipient").partition(";")[2] or field("original-recipient").partition(";")[2]
        ),
        is_permanent=is_final and not (status is not None and status.group(1) == "4"),
        is_arrival=action in ("delivered", "relayed", "expanded"),
        status=status.group(0) if status else "",
        reason=(diagnostic or field("status") or action)[:300],
    )


def _told(mail: Mail) -> Bounce:
    """A report in words only: QQ's, NetEase's, qmail's."""
    words = f"{mail.subject}\n{mail.text or re.sub('<[^>]{0,500}>', ' ', mail.html[:50_000])}"[:50_000]
    status, code = _STATUS.search(words), _CODE.search(words)
    first = status.group(1) if status else code.group(1)[0] if code else ""
    is_later = first == "4" or (not first and bool(_LATER.search(words)))
    failed = address_in(mail.header("x-failed-recipients"))
    others = [each for each in re.findall(r"[\w.+-]{1,64}@[\w.-]{3,200}", words) if each.lower() not in mail.recipients]
    line = next(
        (
            each.strip()
            for each in words.split("\n")
            if (status and status.group(0) in each) or (code and code.group(0) in each)
        ),
        "",
    )
    return Bounce(
        message_ids=_named(mail),
        recipient=failed or (others[0].lower() if others else ""),
        is_permanent=not is_later,
        is_arrival=False,
        status=status.group(0) if status else code.group(1) if code else "",
        reason=(line or mail.subject)[:300],
    )


def _named(mail: Mail) -> tuple[str, ...]:
    own = [value.strip("<> ") for key, value in mail.returned if key == "message-id"]
    inside = [
        found for line in mail.text[:50_000].split("\n") if "message-id" in line.lower() for found in _IDS.findall(line)
    ]
    return tuple(dict.fromkeys([*own, *mail.in_reply_to, *reversed(mail.references), *inside]))
