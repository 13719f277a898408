"""The case of instagram."""

from __future__ import annotations

from tests.channels.connectors import meta
from tests.channels.connectors.cases import Case

CASE = Case(
    config={**meta.GRAPH, "account_id": "17841400000000001"},
    sign=meta.sign,
    wrong_headers=meta.WRONG,
    max_age_seconds=None,
    foreign={"app_secret": "another-app-secret-of-meta-012345"},
    sink_field="api_base",
    check_reply=b'{"id":"1","username":"harbour"}',
    right_query=meta.handshake,
    wrong_handshake=meta.WRONG_HANDSHAKE,
    echoed="1158201444",
)
