"""Who is who: every rule by hand-written cases, and what holds whatever the records are."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from kaitak.contacts.identity import contradictions, policy, records
from kaitak.contacts.identity.records import Record
from kaitak.rollout import identity

TODAY = date(2026, 11, 1)
CASES = identity.read_cases(Path(__file__).parent / "cases.jsonl")
FIELDS = {
    "channel": st.sampled_from(["crm", "phone", "email", "web", "wechat"]),
    "crm_id": st.sampled_from(["C1", "C2"]),
    "name_zh": st.sampled_from(["陳大文", "陳小明", "李美玲"]),
    "name": st.sampled_from(["Chan Tai Man", "David Chan", "Mandy", "Lee Mei Ling"]),
    "phone": st.sampled_from(["61230001", "61230002"]),
    "phone_verified": st.booleans(),
    "email": st.sampled_from(["a@x.example", "b@x.example"]),
    "email_verified": st.booleans(),
    "unionid": st.sampled_from(["u1", "u2"]),
    "token": st.sampled_from(["valid", "expired"]),
    "token_claims": st.fixed_dictionaries({"crm_id": st.sampled_from(["C1", "C2"])}),
    "policy_no": st.sampled_from(["P1", "P2"]),
    "kba": st.sampled_from(["pass", "fail"]),
    "dob": st.sampled_from(["1980-01-01", "1990-01-01"]),
    "hkid_tail": st.sampled_from(["1111", "2222"]),
    "number_since": st.sampled_from(["2015-01-01", "2024-01-01"]),
    "last_seen": st.sampled_from(["2018-01-01", "2025-01-01"]),
    "acting_for": st.sampled_from(["C1"]),
}
SETS = st.lists(st.fixed_dictionaries({}, optional=FIELDS), min_size=1, max_size=7).map(
    lambda several: [
        records.read(cast("dict[str, JsonValue]", each | {"id": f"r{number}"}), TODAY)
        for number, each in enumerate(several)
    ]
)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}: {case.note}" for case in CASES])
def test_case_is_decided_as_written(case: identity.IdentityCase) -> None:
    [judged] = identity.judge([case], TODAY)
    assert judged.is_right, identity.reasons(judged)


@settings(max_examples=60)
@given(SETS, st.randoms())
def test_what_holds_whatever_the_records_are(several: list[Record], random: Random) -> None:
    """Order does not matter; every id stands once; no contradiction is inside; reasons hold each cluster together."""
    decision = policy.decide_persons(several)
    random.shuffle(several)
    assert policy.decide_persons(several) == decision
    assert sorted(each for cluster in decision.clusters for each in cluster) == sorted(r.id for r in several)
    by_id = {record.id: record for record in several}
    joined = {frozenset((join.left, join.right)) for join in decision.joins}
    for cluster in decision.clusters:
        for one, other in combinations(cluster, 2):
            assert contradictions.between(by_id[one], by_id[other]) is None
        reached = {cluster[0]}
        for _ in cluster:
            reached |= {i for pair in joined if pair & reached for i in pair}
        assert reached == set(cluster)
    for refusal in decision.refusals:
        assert decision.cluster_of(refusal.left) != decision.cluster_of(refusal.right)


def test_refusals_name_what_is_shared() -> None:
    one = records.read({"id": "a", "channel": "crm", "name_zh": "陳大文", "phone": "6123 0001"}, TODAY)
    other = records.read({"id": "b", "channel": "web", "name": "陳大文", "phone": "61230001"}, TODAY)
    found = {(each.reason, each.value) for each in policy.decide_persons([one, other]).refusals}
    assert found == {("phone_unverified", "+85261230001"), ("name_only", "")}


def test_one_id_twice_is_refused() -> None:
    with pytest.raises(policy.RepeatedIdError):
        policy.decide_persons([Record(id="a"), Record(id="a")])


def test_expired_claims_say_nothing() -> None:
    fields = {"id": "b", "token": "valid", "token_claims": {"crm_id": "C1", "exp": "2026-10-31"}}
    assert not records.read(fields, TODAY).token_crm_ids  # type: ignore[arg-type]
    assert records.read(fields, date(2026, 10, 31)).token_crm_ids == {"C1"}  # type: ignore[arg-type]
