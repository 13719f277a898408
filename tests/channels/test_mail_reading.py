"""A mail is read whatever its charset, shape and honesty."""

from __future__ import annotations

import base64
import time
from email.header import Header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.channels.connectors.email import automatic, bounces, charsets, html_clean, reading, threads, trust
from kaitak.channels.errors import MalformedPayloadError

WORDS = {"hk": "你好,我想查詢訂單幾時送到,唔該晒。", "cn": "您好，我的订单什么时候发货？谢谢。"}
TOKENS = threads.Tokens(b"s" * 32, "harbour.example")


def mail(body: bytes = b"hello", **headers: str) -> bytes:
    given_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    every = {"From": "Ann <ann@home.example>", "To": "cs@harbour.example", "Message-ID": "<a@home.example>"}
    lines = [f"{name}: {value}" for name, value in {**every, **given_headers}.items() if value]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def multipart(*parts: bytes, kind: str = "mixed", **headers: str) -> bytes:
    body = b"".join(b"--b\r\n" + each + b"\r\n" for each in parts) + b"--b--\r\n"
    return mail(body, Content_Type=f'multipart/{kind}; boundary="b"', **headers)


@pytest.mark.parametrize(
    ("label", "codec", "words"),
    [
        ("utf-8", "utf-8", "hk"),
        ("Big5", "big5hkscs", "hk"),
        ("big5-hkscs", "big5hkscs", "hk"),
        ("GB2312", "gb18030", "cn"),
        ("gbk", "gbk", "cn"),
        ("GB18030", "gb18030", "hk"),
        ("hz-gb-2312", "hz", "cn"),
        ("us-ascii", "gb18030", "cn"),  # wrong labels from here on
        ("iso-8859-1", "utf-8", "hk"),
        ("utf-8", "big5hkscs", "hk"),
        ("utf-8", "gb18030", "cn"),
        ("big5", "gb18030", "cn"),
        ("gb2312", "utf-8", "hk"),
        ("", "utf-8", "hk"),
        ("x-unknown", "gb18030", "cn"),
        ("windows-1252", "big5hkscs", "hk"),
    ],
)
def test_words_are_read_in_the_charset_that_is_meant(label: str, codec: str, words: str) -> None:
    text = (WORDS[words] if codec != "big5hkscs" else WORDS[words].replace("查詢", "查詢喺咗嘅")) * 3
    kind = f"text/plain; charset={label}" if label else "text/plain"
    assert reading.read(mail(text.encode(codec), Content_Type=kind)).text == text


def test_western_words_stay_western() -> None:
    assert charsets.decoded("café à la crème".encode("latin-1"), "iso-8859-1") == "café à la crème"
    assert charsets.decoded("“quotes” – naïve".encode("cp1252"), "windows-1252") == "“quotes” – naïve"


def test_japanese_and_korean_escapes_are_read() -> None:
    assert charsets.decoded("注文の件".encode("iso2022_jp"), "ISO-2022-JP") == "注文の件"
    assert charsets.decoded("주문".encode("iso2022_kr"), "iso-2022-kr") == "주문"


@pytest.mark.parametrize(
    "label", ["utf-7", "unicode-1-1-utf-7", "rot13", "base64", "idna", "unicode_escape", "../x", "a" * 99]
)
def test_charsets_that_hide_markup_are_not_read(label: str) -> None:
    assert charsets.decoded(b"+ADw-script+AD4- \\u003c", label) == "+ADw-script+AD4- \\u003c"


def test_header_is_read_in_every_dress() -> None:
    folded = str(Header("關於訂單二零二六一一零四嘅退款安排,請盡快處理", "big5hkscs", maxlinelen=40).encode())
    cut = base64.b64encode("訂單".encode()[:4]).decode(), base64.b64encode("訂單".encode()[4:]).decode()
    raw_gbk = "订单什么时候发货".encode("gb18030").decode("utf-8", "surrogateescape")
    assert reading.read(mail(Subject=folded)).subject == "關於訂單二零二六一一零四嘅退款安排,請盡快處理"
    assert reading.read(mail(Subject=f"=?utf-8?B?{cut[0]}?= =?utf-8?B?{cut[1]}?=")).subject == "訂單"
    assert reading.read(mail(Subject=raw_gbk)).subject == "订单什么时候发货"
    assert reading.read(mail(Subject="=?gb2312?B?!!!?= =?nonsense?Q?=41?=")).subject != ""


def test_file_names_are_read_and_made_safe() -> None:
    head = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename"
    parts = [
        head + b"*=UTF-8''%E5%96%AE%E6%93%9A.pdf\r\n\r\nx",
        head + '="=?gb2312?B?{}?="\r\n\r\nx'.format(base64.b64encode("发票.pdf".encode("gb18030")).decode()).encode(),
        head + b'="../../etc/passwd"\r\n\r\nx',
        head + '="harmless\u202efdp.exe"\r\n\r\nMZx'.encode(),
        head + b'="shell.pdf"\r\n\r\n\x7fELFx',
    ]
    files = reading.read(multipart(*parts)).attachments
    assert [each.file_name for each in files] == ["單據.pdf", "发票.pdf", "passwd", "harmlessfdp.exe", "shell.pdf"]
    assert [each.refused for each in files] == ["", "", "", "a program", "a program"]


def test_twenty_first_file_is_not_taken() -> None:
    part = b"Content-Type: image/png\r\nContent-Disposition: attachment\r\n\r\nx"
    assert [each.refused for each in reading.read(multipart(*[part] * 21)).attachments] == [""] * 20 + [
        "too many files"
    ]


def test_flowed_lines_are_joined() -> None:
    body = b"This is one \r\nlong line.\r\n> quoted \r\n> words\r\n-- \r\nAnn"
    text = reading.read(mail(body, Content_Type="text/plain; format=flowed")).text
    assert text == "This is one long line.\n> quoted words\n-- \nAnn"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   \r\n",
        b"X: " + b"a" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 300,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(30))
        + b"\r\nx",
        b"Content-Type: message/rfc822\r\n\r\n" * 1_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 300,
    ],
)
def test_mail_built_to_hurt_is_refused(raw: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(MalformedPayloadError):
        reading.read(raw)
    assert time.process_time() - begun < 2


HEADERS = st.sampled_from(
    ["From", "To", "Date", "Subject", "Content-Type", "Message-ID", "References", "Content-Disposition"]
)


@settings(max_examples=60)
@given(headers=st.lists(st.tuples(HEADERS, st.binary(max_size=40)), max_size=6), body=st.binary(max_size=120))
def test_garbage_is_read_or_refused_and_nothing_else(headers: list[tuple[str, bytes]], body: bytes) -> None:
    lines = [name.encode() + b": " + value.replace(b"\n", b"") + b"\r\n" for name, value in headers]
    raw = b"".join(lines) + b"\r\n" + body
    try:
        found = reading.read(raw)
    except MalformedPayloadError:
        return
    for text in (found.text, found.html, found.subject, found.sender.name):
        text.encode("utf-8")


def test_html_is_shown_without_what_runs_or_calls_home() -> None:
    dirty = (
        "<p onclick=x()>Hi <b>you</b></p><script>alert(1)</script><img src='https://track.example/p.gif' width=1>"
        "<img src='cid:logo'><a href='javascript:x()'>a</a><a href='https://shop.example/?q=1'>b</a><style>p{}</style>"
        "<iframe src=https://x.example></iframe><form action=https://x.example><input name=a></form>"
        "<base href=//x.example>"
        "<svg><script>1</script></svg><meta http-equiv=refresh content='0;url=https://x.example'>"
        "<td background='https://track.example/2'>c</td><div style='background:url(https://track.example/3)'>d</div>"
        "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\"><a href='data:text/html,x'>e</a><a href='file:///etc/passwd'>f</a>"
    )
    clean = html_clean.sanitised(dirty)
    assert "<b>you</b>" in clean
    assert 'src="cid:logo"' in clean
    assert 'href="https://shop.example/?q=1"' in clean
    for gone in ("script", "track.example", "x.example", "onclick", "javascript", "style", "data:", "file:", "alert"):
        assert gone not in clean


@pytest.mark.parametrize("piece", ["<div>", "<b><i><a>", "<table><tr><td>", "<", "<!--", "<a href='", "<svg><math>"])
@pytest.mark.parametrize("count", [9_900, 120_000])
def test_hostile_html_is_cleaned_in_time(piece: str, count: int) -> None:
    begun = time.process_time()
    html_clean.sanitised(piece * min(count // piece.count("<") * 3, 500_000 // len(piece)))
    assert time.process_time() - begun < 2


def test_answer_finds_its_thread_by_header_address_or_token() -> None:
    ours = TOKENS.message_id("17", "5012")
    address = TOKENS.reply_address("cs@harbour.example", "17", "5012")
    thread = threads.Thread("17", "5012")
    assert TOKENS.thread_of(reading.read(mail(In_Reply_To=f"<{ours}>"))) == thread
    assert TOKENS.thread_of(reading.read(mail(References=f"<x@y.example> <{ours}>\r\n <z@y.example>"))) == thread
    assert TOKENS.thread_of(reading.read(mail(To=address.upper()))) == thread
    assert TOKENS.thread_of(reading.read(mail(X_Kaitak_Thread=TOKENS.token("17", "5012")))) == thread
    assert TOKENS.thread_of(reading.read(mail(In_Reply_To="<z@y.example>"))) is None


def test_forged_token_names_no_thread() -> None:
    ours = TOKENS.message_id("17", "5012")
    for forged in (
        ours.replace("k17", "k18"),
        ours.replace("5012", "5013"),
        ours.replace("harbour.example", "evil.example"),
        threads.Tokens(b"t" * 32, "harbour.example").message_id("17", "5012"),
    ):
        assert TOKENS.thread_of(reading.read(mail(In_Reply_To=f"<{forged}>"))) is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, ""),
        ({"Auto_Submitted": "no"}, ""),
        ({"X_Auto_Response_Suppress": "All"}, ""),
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-generated; x"}, "auto_submitted"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<news.shop.example>"}, "list"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@x.example"}, "robot"),
        ({"From": "no-reply@x.example"}, "robot"),
        ({"From": "CS@harbour.example"}, "own"),
        ({"Subject": "=?utf-8?B?" + base64.b64encode("自动回复: 您的邮件".encode()).decode() + "?="}, "auto_subject"),
        ({"Subject": "Automatic reply: holiday"}, "auto_subject"),
        ({"Message_ID": f"<{TOKENS.message_id('1', '2')}>"}, "own"),
    ],
)
def test_machines_are_told_from_people(headers: dict[str, str], why: str) -> None:
    read = reading.read(mail(b"hello", **headers))
    assert automatic.reason(read, frozenset({"cs@harbour.example"}), TOKENS.is_own) == why


def test_brake_holds_for_an_hour_and_for_each_address() -> None:
    brake, now = automatic.Brake(hour=2, day=3), reading.read(mail(Date="Mon, 2 Nov 2026 10:00:00 +0800")).sent_at
    hour = (reading.read(mail(Date="Mon, 2 Nov 2026 11:00:00 +0800")).sent_at) - now
    assert [brake.lets("a@x.example", now) for _ in range(3)] == [True, True, False]
    assert brake.lets("b@x.example", now)
    assert [brake.lets("a@x.example", now + hour) for _ in range(2)] == [True, False]
    assert brake.lets("a@x.example", now + 25 * hour)


def bounce(status: str, action: str, returned_id: str) -> bytes:
    return multipart(
        b"Content-Type: text/plain\r\n\r\nSorry.",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; lost@home.example\r\nAction: %s\r\nStatus: %s\r\n"
        b"Diagnostic-Code: smtp; 550 no such user\r\n" % (action.encode(), status.encode()),
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <%s>\r\nSubject: x\r\n\r\nbody" % returned_id.encode(),
        kind="report; report-type=delivery-status",
        From="MAILER-DAEMON@mx.example",
        Return_Path="<>",
    )


def test_bounce_names_our_mail_and_whether_it_is_for_good() -> None:
    ours = TOKENS.message_id("17", "5012")
    gone = bounces.read(reading.read(bounce("5.1.1", "failed", ours)))
    assert gone is not None
    assert (gone.message_ids[0], gone.recipient, gone.is_permanent) == (ours, "lost@home.example", True)
    assert (gone.status, gone.reason) == ("5.1.1", "550 no such user")
    late = bounces.read(reading.read(bounce("4.4.1", "delayed", ours)))
    assert late is not None
    assert not late.is_permanent
    there = bounces.read(reading.read(bounce("2.0.0", "delivered", ours)))
    assert there is not None
    assert there.is_arrival


@pytest.mark.parametrize(
    ("subject", "body", "is_permanent"),
    [
        ("系统退信", "收件人邮件地址（nobody@qq.example）不存在，邮件无法送达。550 Mailbox not found", True),
        ("系统退信", "对方邮箱已满，请稍后重试", False),
        ("failure notice", "<nobody@home.example>:\n451 4.3.0 try again later", False),
        ("Undelivered Mail Returned to Sender", "<nobody@home.example>: host said: 550 5.1.1 unknown", True),
        ("Re: 退信", "我想問退信點處理", None),
    ],
)
def test_bounce_in_words_is_understood(subject: str, body: str, is_permanent: bool | None) -> None:
    sender = "Ann <ann@home.example>" if is_permanent is None else "PostMaster@qq.example"
    kind = "text/plain; charset=utf-8"
    found = bounces.read(reading.read(mail(body.encode(), Subject=subject, From=sender, Content_Type=kind)))
    assert (found.is_permanent if found else None) is is_permanent


def results(*lines: str) -> reading.Mail:
    return reading.read("\r\n".join([*lines, "From: ann@mail.home.example", "", "x"]).encode())


def test_only_the_trusted_servers_verdict_counts() -> None:
    right = "Authentication-Results: mx.harbour.example; dkim=pass (2048 bit) header.d=home.example; spf=pass"
    forged = "Authentication-Results: mx.evil.example; dmarc=pass header.from=mail.home.example"
    assert trust.verdict(results(right), "mx.harbour.example").is_proven
    assert not trust.verdict(results(forged), "mx.harbour.example").is_proven
    assert not trust.verdict(results(right), "").is_proven
    failed = "Authentication-Results: mx.harbour.example; dmarc=fail; dkim=pass header.d=evil.example"
    buried = [failed, "Received: from x by mx.harbour.example", right]
    assert not trust.verdict(results(*buried), "mx.harbour.example").is_proven
    hidden = "Authentication-Results: mx.harbour.example; spf=fail (x; dkim=pass header.d=home.example)"
    assert not trust.verdict(results(hidden), "mx.harbour.example").is_proven


@pytest.mark.parametrize(
    ("name", "address", "is_bad"),
    [
        ("Ann", "ann@home.example", False),
        ("陳大文", "a@海港.example", False),
        ("Bank", "a@b\u0430nk.example", True),
        ("Bank", "a@xn--bnk-5cd.example", True),
        ("service@bank.example", "x@evil.test", True),
        ("Ann\u202enimda", "ann@home.example", True),
    ],
)
def test_names_made_to_deceive_are_seen(name: str, address: str, is_bad: bool) -> None:
    assert bool(trust.deceives(name, address)) is is_bad
