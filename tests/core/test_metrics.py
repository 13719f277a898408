"""Measurements: counted here, rendered for Prometheus."""

from __future__ import annotations

from kaitak.core import metrics


def test_counted_outcome_is_rendered_with_its_labels() -> None:
    metrics.DELIVERIES.labels(channel="api", outcome="sent").inc()
    text = metrics.render().decode()
    assert 'kaitak_deliveries_total{channel="api",outcome="sent"}' in text
    assert "process_resident_memory_bytes" in text
