"""What only SMS does: Twilio's own program agrees with our signature, texts are counted, consent ends and begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from kaitak.channels.connectors.sms import segments, wire
from kaitak.channels.connectors.sms.connector import Sms, SmsConfig
from kaitak.channels.content import Media, Text
from kaitak.channels.contract import FetchedMedia, Outbound, PortReply, RawRequest
from kaitak.channels.errors import InvalidSignatureError, RefusedError
from tests.channels.connectors.sms import case
from tests.channels.test_contract import StillPorts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMES = st.text("BodyFrom#&=+ 單€😀", max_size=8)
FIELDS = st.dictionaries(NAMES, NAMES, max_size=6)


class Heard(StillPorts):
    """Ports that keep what was posted."""

    def __init__(self, *replies: PortReply) -> None:
        super().__init__()
        self.replies = list(replies)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    async def post(self, url: str, *, headers: object, body: bytes) -> PortReply:
        assert isinstance(headers, dict)
        self.asked.append((url, headers, body))
        return self.replies.pop(0) if self.replies else PortReply(201, {}, b'{"sid":"SM1"}')


def connector(ports: StillPorts | None = None, **config: object) -> Sms:
    return Sms(SmsConfig.model_validate({**case.CASE.config, **config}), ports or StillPorts())


def outbound(*blocks: Text | Media) -> Outbound:
    return Outbound(
        key="50 12",
        to="+85291234567",
        thread="1",
        author="bot",
        author_name="",
        at=NOW,
        blocks=blocks,
        hook=case.URL,
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(fields=FIELDS, port=st.sampled_from(["", ":443", ":8443"]), query=st.sampled_from(["", "?key=5012"]))
def test_what_twilio_signs_is_accepted_and_nothing_else(fields: dict[str, str], port: str, query: str) -> None:
    url = f"https://desk.example{port}/v1/hooks/sms/a{query}"
    signature = RequestValidator(case.TOKEN).compute_signature(url, fields)
    call = RawRequest("POST", {case.HEADER: signature}, {}, urlencode(fields).encode(), url)
    connector().verify(call)
    more = urlencode({**fields, "Body": fields.get("Body", "") + "!"}).encode()
    for changed in (replace(call, body=more), replace(call, url=url.replace("sms/a", "sms/b"))):
        with pytest.raises(InvalidSignatureError):
            connector().verify(changed)


def test_our_form_of_the_signature_is_accepted_by_twilio() -> None:
    fields = {"From": "+85291234567", "Body": "收到 & 多謝", "AddOns": ""}
    given = case.sign(urlencode(fields).encode())[case.HEADER]
    assert RequestValidator(case.TOKEN).validate(case.URL, fields, given)


def test_json_is_signed_by_its_digest() -> None:
    body = '{"status":"delivered"}'
    digest = RequestValidator(case.TOKEN).compute_hash(body)
    url = f"{case.URL}?bodySHA256={digest}"
    signature = RequestValidator(case.TOKEN).compute_signature(url, {})
    call = RawRequest("POST", {case.HEADER: signature}, {"bodySHA256": digest}, body.encode(), url)
    connector().verify(call)
    with pytest.raises(InvalidSignatureError):
        connector().verify(replace(call, body=b'{"status":"failed"}'))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("€" * 80, ("GSM-7", 160, 1)),
        ("a" * 152 + "€" * 2 + "a" * 152, ("GSM-7", 308, 3)),  # a sign of two places is not cut: 152, 153, 3
        ("單" * 70, ("UCS-2", 70, 1)),
        ("單" * 71, ("UCS-2", 71, 2)),
        ("😀" * 35, ("UCS-2", 70, 1)),
        ("😀" * 67, ("UCS-2", 134, 3)),  # 33 in a segment, since none is cut in two
        ("", ("GSM-7", 0, 1)),
        ("多謝 thank you", ("UCS-2", 12, 1)),
    ],
)
def test_text_is_counted_as_phones_get_it(text: str, count: tuple[str, int, int]) -> None:
    found = segments.counted(text)
    assert (found.alphabet, found.units, found.segments) == count


async def test_message_of_too_many_sms_is_refused_before_the_first() -> None:
    ports = Heard()
    with pytest.raises(RefusedError, match="11 SMS"):
        await connector(ports, max_segments=10).send(outbound(Text("單" * 670), Text("好")))
    assert ports.asked == []


async def test_message_says_where_its_reports_go_and_pictures_go_as_the_inbox_says() -> None:
    picture = Media("https://files.example/1.jpg", "鞋.jpg", "image/jpeg", 5)
    as_link, as_picture = Heard(), Heard()
    await connector(as_link).send(outbound(Text("好"), picture))
    await connector(as_picture, sends_media=True, sender="MG" + "0" * 32).send(outbound(picture))
    first, second = (body.decode() for _, _, body in as_link.asked)
    assert "StatusCallback=https%3A%2F%2Fdesk.example%2Fv1%2Fhooks%2Fsms%2Finbox-1%3Fkey%3D50%252012" in first
    assert "Body=%E9%9E%8B.jpg%0Ahttps" in second
    form = as_picture.asked[0][2].decode()
    assert "MediaUrl=https%3A%2F%2Ffiles.example%2F1.jpg" in form
    assert "MessagingServiceSid=MG0" in form
    assert "From=" not in form


async def test_file_is_fetched_from_where_twilio_sends_us_without_our_password() -> None:
    moved = PortReply(307, {"location": "https://cdn.example/me1"}, b"")
    ports = Heard(moved, PortReply(200, {"content-type": "image/jpeg"}, b"jpeg"))
    ref = f"https://api.twilio.com/2010-04-01/Accounts/{case.ACCOUNT}/Messages/MM1/Media/ME1"
    assert await connector(ports).fetch(ref, max_bytes=100) == FetchedMedia(b"jpeg", "image/jpeg", "")
    assert [("Authorization" in headers, url) for url, headers, _ in ports.asked] == [
        (True, ref),
        (False, "https://cdn.example/me1"),
    ]
    for foreign in ("http://10.0.0.1/x", ref.replace(case.ACCOUNT, "AC" + "f" * 32), ref + "/../../x"):
        with pytest.raises(RefusedError):
            await connector(ports).fetch(foreign, max_bytes=100)


@pytest.mark.parametrize(
    ("text", "said", "meaning"),
    [
        ("stop", "", "stop"),
        (" 退訂 ", "", "stop"),
        ("td", "", "stop"),
        ("START", "", "start"),
        ("yes", "", ""),  # an answer to a question of the bot's
        ("我想退訂", "", ""),  # a wish that somebody has to look at
        ("ARRET", "STOP", "stop"),
        ("info", "HELP", "help"),
        ("help", "", ""),
    ],
)
def test_words_of_consent(text: str, said: str, meaning: str) -> None:
    assert wire.meaning(text, said) == meaning
