"""Token buckets and whom they count as one."""

from __future__ import annotations

import pytest

from kaitak.api.ratelimit import Buckets, TooManyRequestsError, network_of


def test_burst_passes_then_the_rate_holds() -> None:
    buckets = Buckets(per_minute=60, burst=3)
    for _ in range(3):
        buckets.take("a", 0.0)
    with pytest.raises(TooManyRequestsError) as refused:
        buckets.take("a", 0.0)
    assert refused.value.retry_after.total_seconds() == pytest.approx(1)
    buckets.take("b", 0.0)
    buckets.take("a", 1.01)


def test_refused_tries_do_not_postpone_the_next_token() -> None:
    buckets = Buckets(per_minute=60, burst=1)
    buckets.take("a", 0.0)
    for moment in (0.2, 0.5, 0.9):
        with pytest.raises(TooManyRequestsError):
            buckets.take("a", moment)
    buckets.take("a", 1.01)


def test_memory_is_bounded_by_forgetting_the_longest_unseen() -> None:
    buckets = Buckets(per_minute=1, burst=1, most_keys=2)
    for key in ("a", "b", "c"):
        buckets.take(key, 0.0)
    assert len(buckets._levels) == 2
    with pytest.raises(TooManyRequestsError):
        buckets.take("c", 0.0)
    buckets.take("a", 0.0)


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("unix", "unix")],
)
def test_one_customer_of_a_provider_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
