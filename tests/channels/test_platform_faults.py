"""Ten failures of each platform end in the right class, the right next step and a line an administrator understands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from kaitak.channels import registry
from kaitak.channels.content import Text
from kaitak.channels.contract import Connector, Outbound
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    OutcomeUnknownError,
    RecipientGoneError,
    ThrottledError,
)
from kaitak.channels.live import HttpPorts
from kaitak.conversations.delivery import decide_outcome
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from tests.channels.test_contract import CASES
from tests.conversations.test_delivery import DELIVERY
from tests.platforms import meta, server
from tests.platforms.dingtalk import DingTalk
from tests.platforms.line import Line
from tests.platforms.server import FAULTS, Fault, Platform
from tests.platforms.sms import Sms
from tests.platforms.telegram import Telegram
from tests.platforms.wechat import WeChat
from tests.platforms.wecom import WeCom

pytestmark = pytest.mark.asyncio(loop_scope="module")
DOUBLES: Mapping[str, type[Platform]] = {
    "whatsapp": meta.WhatsApp,
    "messenger": meta.Pages,
    "instagram": meta.Pages,
    "telegram": Telegram,
    "line": Line,
    "wechat": WeChat,
    "sms": Sms,
    "dingtalk": DingTalk,
    "wecom": WeCom,
}
# class · status and code of the delivery · is the inbox paused
Expected = tuple[type[ConnectorError], str, str]
USUAL: Mapping[Fault, Expected] = {
    "unauthorised": (AuthFailedError, "pending", "auth_failed"),
    "forbidden": (AuthFailedError, "pending", "auth_failed"),
    "limited": (ThrottledError, "pending", "throttled"),
    "limited_for": (ThrottledError, "pending", "throttled"),
    "broken": (ChannelUnavailableError, "pending", "channel_unavailable"),
    "lost": (OutcomeUnknownError, "unknown", "outcome_unknown"),
    "half_closed": (OutcomeUnknownError, "unknown", "outcome_unknown"),
    "malformed": (OutcomeUnknownError, "unknown", "outcome_unknown"),
    "expired": (AuthFailedError, "pending", "auth_failed"),
    "revoked": (AuthFailedError, "pending", "auth_failed"),
    "gone": (RecipientGoneError, "failed", "recipient_gone"),
}
# A push of LINE's is repeated under its retry key, and a yes that cannot be read is still a yes.
REPEATED: Expected = (OutcomeUnknownError, "pending", "outcome_unknown")
SPECIAL: Mapping[tuple[str, Fault], Expected | None] = {
    ("line", "lost"): REPEATED,
    ("line", "half_closed"): REPEATED,
    ("line", "malformed"): None,
    ("wechat", "expired"): None,  # a new access token is fetched, and the message goes
    ("dingtalk", "expired"): None,
    ("wecom", "expired"): None,
    ("wecom", "lost"): REPEATED,  # under the same message id
    ("wecom", "half_closed"): REPEATED,
    ("wecom", "malformed"): REPEATED,
}
WAITS = {"wechat": 3600, "wecom": 60}  # the others: 7, as they say


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platforms() -> AsyncIterator[dict[str, tuple[Platform, Connector]]]:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(OutgoingHttp(allow=read_allow_list(["127.0.0.1"])))
        found = {}
        for name, double in DOUBLES.items():
            platform = await stack.enter_async_context(server.running(double()))
            kind = registry.connector_class(name).config_type
            config = kind.model_validate({**CASES[name].config, "api_base": platform.url})
            found[name] = (platform, registry.make(name, config, HttpPorts(http, SystemClock())))
        yield found


def outbound(key: str = "5012") -> Outbound:
    at = datetime.now(UTC)
    return Outbound(key=key, to="24001", thread="17", author="bot", author_name="Shop", at=at, blocks=(Text("多謝"),))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", DOUBLES)
async def test_failure_ends_in_its_class_and_next_step(
    platforms: dict[str, tuple[Platform, Connector]], name: str, fault: Fault
) -> None:
    platform, connector = platforms[name]
    platform.note("24001")
    platform.shown.clear()
    platform.faults.append(fault)
    expected = SPECIAL.get((name, fault), USUAL[fault])
    if expected is None:
        assert (await connector.send(outbound(fault))).external_ids
        assert len(platform.shown) == 1
        return
    kind, status, code = expected
    with pytest.raises(ConnectorError) as caught:
        await connector.send(outbound(fault))
    assert type(caught.value) is kind
    outcome = decide_outcome(DELIVERY, caught.value, honours_key=connector.capabilities.honours_key, jitter=0.0)
    assert (outcome.status, outcome.error_code) == (status, code)
    line = outcome.error_detail or ""
    assert len(line) > 20
    assert not line.startswith(("{", "<"))
    if fault == "limited_for":
        assert isinstance(caught.value, ThrottledError)
        assert caught.value.retry_after == timedelta(seconds=WAITS.get(name, 7))
    if fault in ("lost", "half_closed", "malformed"):
        assert len(platform.shown) == 1  # it went, which is why it must not go blindly again


@pytest.mark.parametrize("name", DOUBLES)
async def test_set_up_is_accepted_by_its_platform(platforms: dict[str, tuple[Platform, Connector]], name: str) -> None:
    assert await platforms[name][1].check()


async def test_push_is_shown_once_however_often_it_is_repeated(
    platforms: dict[str, tuple[Platform, Connector]],
) -> None:
    platform, connector = platforms["line"]
    platform.shown.clear()
    same = Outbound(
        key="77", to="U1", thread="1", author="bot", author_name="", at=datetime.now(UTC), blocks=(Text("一"),)
    )
    platform.faults.append("lost")
    with pytest.raises(OutcomeUnknownError):
        await connector.send(same)
    assert (await connector.send(same)).external_ids
    assert [each.text for each in platform.shown] == ["一"]
