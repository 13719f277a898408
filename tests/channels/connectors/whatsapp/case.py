"""WhatsApp's case."""

from __future__ import annotations

from tests.channels.connectors import meta
from tests.channels.connectors.cases import Case

CASE = Case(
    config={**meta.GRAPH, "phone_number_id": "106540352242922", "business_account_id": "102290129340398"},
    sign=meta.sign,
    wrong_headers=meta.WRONG,
    max_age_seconds=None,
    foreign={"app_secret": "another-app-secret-of-meta-012345"},
    sink_field="api_base",
    check_reply='{"display_phone_number":"+852 2345 6789","verified_name":"海港百貨"}'.encode(),
    right_query=meta.handshake,
    wrong_handshake=meta.WRONG_HANDSHAKE,
    echoed="1158201444",
)
