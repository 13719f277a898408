"""The case of messenger."""

from __future__ import annotations

from tests.channels.connectors import meta
from tests.channels.connectors.cases import Case

CASE = Case(
    config={**meta.GRAPH, "page_id": "108090000000001"},
    sign=meta.sign,
    wrong_headers=meta.WRONG,
    max_age_seconds=None,
    foreign={"app_secret": "another-app-secret-of-meta-012345"},
    sink_field="api_base",
    check_reply=b'{"id":"1","name":"harbour"}',
    right_query=meta.handshake,
    wrong_handshake=meta.WRONG_HANDSHAKE,
    echoed="1158201444",
)
