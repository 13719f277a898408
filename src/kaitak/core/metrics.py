"""Owns the measurements that every process offers at /metrics, in Prometheus' form."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

HTTP_REQUESTS = Counter("kaitak_http_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
HTTP_SECONDS = Histogram(
    "kaitak_http_request_seconds", "Time to answer a request", ("route",), buckets=_FAST, registry=REGISTRY
)
INBOUND = Counter("kaitak_inbound_events", "Events that came in, by outcome", ("channel", "outcome"), registry=REGISTRY)
TURNS = Counter("kaitak_turns", "Turns of the bot, by outcome", ("outcome",), registry=REGISTRY)
TURN_SECONDS = Histogram(
    "kaitak_turn_seconds", "From the moment a turn is due to its commit", buckets=_FAST, registry=REGISTRY
)
DELIVERIES = Counter("kaitak_deliveries", "Messages sent out, by outcome", ("channel", "outcome"), registry=REGISTRY)
DELIVERY_SECONDS = Histogram(
    "kaitak_delivery_seconds", "From the message's commit to the vendor's answer", buckets=_FAST, registry=REGISTRY
)
HANDOVERS = Counter("kaitak_handovers", "Conversations handed to people, by reason", ("reason",), registry=REGISTRY)
WAKES = Counter("kaitak_wakes", "Devices that were to be woken, by outcome", ("outcome",), registry=REGISTRY)
OUTGOING_CALLS = Counter("kaitak_outgoing_calls", "Calls to other systems", ("system", "outcome"), registry=REGISTRY)
OUTGOING_SECONDS = Histogram(
    "kaitak_outgoing_call_seconds", "Time of calls to other systems", ("system",), buckets=_FAST, registry=REGISTRY
)
LANGUAGE_MODEL_TOKENS = Counter(
    "kaitak_language_model_tokens", "Tokens that the model's answers cost", registry=REGISTRY
)
ERRORS = Counter("kaitak_errors", "Unexpected errors caught by a loop", ("loop",), registry=REGISTRY)

CONTENT_TYPE = CONTENT_TYPE_LATEST


def render() -> bytes:
    """All measurements of this process as text."""
    return generate_latest(REGISTRY)
