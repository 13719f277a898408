"""Measurements: counted here, rendered for Prometheus."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from kaitak.core import metrics


def test_counted_outcome_is_rendered_with_its_labels() -> None:
    metrics.DELIVERIES.labels(channel="api", outcome="sent").inc()
    text = metrics.render().decode()
    assert 'kaitak_deliveries_total{channel="api",outcome="sent"}' in text
    assert "process_resident_memory_bytes" in text


def test_every_measurement_is_taken_somewhere() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(metrics.__file__).parents[1].rglob("*.py"))
    named = [name for name, value in vars(metrics).items() if isinstance(value, MetricWrapperBase)]
    assert len(named) > 10
    assert [name for name in named if f"metrics.{name}." not in source] == []
