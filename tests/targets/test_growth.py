"""Targets do work in proportion to the size of a spec, in each direction that it can grow."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from growing_specs import DIRECTIONS, fields, nesting, spec_of

from generator import targets
from generator.diagnostics import DiagnosticError
from generator.spec.model import Spec
from generator.targets import PLAIN, Artifact, target

pytestmark = pytest.mark.once

# Models go through a library that counts otherwise, and are measured by the benchmark.
TARGETS = ("python", "docs", "schema", "vectors", "micropython")
SIZES = {"nesting": 6, "fields": 60, "members": 60, "actions": 20, "datatypes": 30}


def calls_of(run: Callable[[], object]) -> int:
    """Return how many calls of functions a run makes; the same whatever the machine."""
    number = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return number


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_work_grows_as_the_spec_does(name: str, direction: str) -> None:
    text, _ = DIRECTIONS[direction]
    size = SIZES[direction]
    specs = [spec_of(text(number)) for number in (size, size, 2 * size, 4 * size)]
    made: list[list[Artifact]] = []

    def make(spec: Spec) -> None:
        made.append(list(target(name)(spec, PLAIN)))

    # The first run compiles templates and fills caches.
    _, one, two, four = (calls_of(partial(make, spec)) for spec in specs)
    _, short, long, longest = (
        sum(len(artifact.text) for artifact in artifacts) for artifacts in made
    )
    # A deeper message is also a longer one, and each of its vectors is written out.
    written = (longest - long) / (long - short)
    assert four - two <= max(2.3, 1.2 * written) * (two - one) + 50


def test_twenty_four_levels_of_three_ways_each_take_no_time() -> None:
    spec = spec_of(nesting(24))
    started = time.process_time()
    for name in TARGETS:
        assert list(target(name)(spec, PLAIN))
    assert time.process_time() - started < 30  # exponential work would take years


@pytest.mark.parametrize("name", ["schema", "vectors"])
def test_more_than_anybody_can_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from generator.pipeline import _artifacts

    monkeypatch.setattr(targets, "MAX_WRITTEN", 10_000)
    spec = spec_of(fields(300))
    with pytest.raises(DiagnosticError, match=f"target {name} would write more than"):
        _artifacts(name, spec, PLAIN)
