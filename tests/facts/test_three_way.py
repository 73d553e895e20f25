"""Classes, our JSON Schemas and the official schemas agree on every message."""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from random import Random
from typing import Any

import pytest
from messages import Package, is_json, title
from official_schemas import official_schema
from three_way import (
    EXEMPT,
    PACKAGES,
    Judge,
    compare,
    messages,
    stirred,
    validator,
)
from vector_files import Vectors, package_and_vectors, spec_of

from generator.spec.model import Message

pytestmark = pytest.mark.once

SPECS = {name: spec_of(name) for name in PACKAGES}
MESSAGES = {name: spec.messages for name, spec in SPECS.items()}


@cache
def package_and_its_vectors(name: str) -> tuple[Package, Vectors]:
    return package_and_vectors(name)


def judge(wanted: str, name: str = "v16_oca") -> Judge:
    message = next(each for each in MESSAGES[name] if title(each) == wanted)
    return Judge(package_and_its_vectors(name)[0], message)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param(name, message, id=f"{name}-{title(message)}")
        for name in PACKAGES
        for message in MESSAGES[name]
    ],
)
def test_all_three_agree_on_every_vector(name: str, message: Message) -> None:
    package, found = package_and_its_vectors(name)
    of_this = Judge(package, message)
    for vector in found[message.action, message.kind]:
        if vector.data is not None and "1e999" not in vector.text:  # those aren't JSON
            verdicts = of_this.verdicts(vector.data)
            assert (verdicts.code, verdicts.path) == (vector.code, vector.path)
            assert verdicts.disagreement() == ""


@pytest.mark.parametrize("name", PACKAGES)
def test_all_three_agree_on_changed_messages(name: str) -> None:
    outcome = compare(package_and_its_vectors(name)[0], 1000, "one")
    assert outcome.disagreements == []
    assert min(outcome.counts["right"], outcome.counts["wrong"]) > 100


def test_same_seed_makes_the_same_messages() -> None:
    message = MESSAGES["v16_oca"][0]
    first, again, other = (
        list(islice(messages(message, seed), 200)) for seed in ("a", "a", "b")
    )
    assert json.dumps(first) == json.dumps(again)
    assert json.dumps(first) != json.dumps(other)


def test_stirring_changes_a_copy() -> None:
    data = {"a": [1, {"b": 2}], "c": "d"}
    before = json.dumps(data)
    made = {json.dumps(stirred(data, Random(seed))) for seed in range(100)}
    assert json.dumps(data) == before
    assert len(made) > 50
    assert all(is_json(json.loads(text)) for text in made)


# A comparison that can fail


def meter_values(unit: str) -> dict[str, Any]:
    sampled = {"value": "1", "unit": unit}
    moment = "2026-01-31T12:00:00Z"
    return {
        "connectorId": 1,
        "meterValue": [{"timestamp": moment, "sampledValue": [sampled]}],
    }


NO_HASHES = {"status": "NotFound", "certificateHashData": []}

# One message of each class that is exempt, in the order of EXEMPT.
EXAMPLES = (
    ("call.UnlockConnector", {"connectorId": 1.0}),
    ("call.MeterValues", {"connectorId": 1, "meterValue": []}),
    ("call.MeterValues", meter_values("Hertz")),
)


@pytest.mark.parametrize("number", range(len(EXEMPT)))
def test_each_exempt_class_has_messages_that_need_it(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(EXAMPLES) == len(EXEMPT)
    name, data = EXAMPLES[number]
    verdicts = judge(name).verdicts(data)
    assert verdicts.exempt() == [EXEMPT[number]]
    assert verdicts.disagreement() == ""
    others = tuple(each for each in EXEMPT if each is not EXEMPT[number])
    monkeypatch.setattr("three_way.EXEMPT", others)
    assert verdicts.disagreement() != ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        # No whole number, a whole number for text, a draft-06 file.
        ("call.UnlockConnector", {"connectorId": 1.5}),
        ("call.Authorize", {"idTag": 1.0}),
        ("call.GetLog", {"log": {}, "logType": "SecurityLog", "requestId": 1.0}),
        # Another unit; another list.
        ("call.MeterValues", meter_values("Volt")),
        (
            "call_result.GetInstalledCertificateIds",
            {"status": "NotFound", "certificateHashData": []},
        ),
    ],
)
def test_messages_next_to_an_exempt_class_are_not_of_it(
    name: str, data: dict[str, Any]
) -> None:
    verdicts = judge(name).verdicts(data)
    assert verdicts.exempt() == []
    assert verdicts.code


def test_an_exempt_value_does_not_hide_another_error() -> None:
    verdicts = judge("call.MeterValues").verdicts({**meter_values("Hertz"), "a": 1})
    official = [found for found in verdicts.official if found.path != "a"]
    assert verdicts._replace(official=official).disagreement() != ""


def test_another_verdict_or_place_is_a_disagreement() -> None:
    right = judge("call.Authorize").verdicts({"idTag": "a"})
    wrong = judge("call.Authorize").verdicts({"idTag": "a" * 21})
    assert right.disagreement() == wrong.disagreement() == ""
    for lie in (
        right._replace(code="E", path="idTag"),
        right._replace(ours=wrong.ours),
        right._replace(official=wrong.official),
        wrong._replace(code="", path=""),
        wrong._replace(path="other"),
        wrong._replace(ours=[]),
        wrong._replace(official=[]),
    ):
        assert lie.disagreement() != ""


def test_steps_are_judged_as_written_because_jsonschema_divides_floats() -> None:
    """Should jsonschema learn to divide, our own keyword has had its day."""
    official = official_schema(judge("call_result.GetCompositeSchedule").message)
    for schema in (
        official,
        {**official, "$schema": "https://json-schema.org/draft/2020-12/schema"},
    ):
        period = {"startPeriod": 0, "limit": 21.4}
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [period]}
        data = {"status": "Accepted", "chargingSchedule": schedule}
        assert validator(schema).is_valid(data)
        assert not validator(schema, is_exact=False).is_valid(data)
        period["limit"] = 21.45
        assert not validator(schema).is_valid(data)
