"""Hold generated code against a second opinion on as many messages as you like.

    PYTHONPATH=. python tests/helpers/agree.py [MESSAGES] [SEED]

For every class of every package it makes messages, most of them broken in one place, and
compares what reading and writing say with jsonschema and with the slow walk that explains
errors. It prints how many messages of each sort there were, and stops at the first
difference. test_codec_agreement.py does the same with fewer messages.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from messages import (
    Maker,
    Package,
    Structure,
    Variant,
    Violation,
    as_object,
    checked_in_package,
    checker_of,
    findings,
    held,
    is_json,
    rendered_package,
    title,
    told,
)
from specs import load_text

ROOT = Path(__file__).resolve().parents[2]
MIXED = "changed in two places"


class Broken(NamedTuple):
    """What a ValidationError says."""

    code: str
    path: str
    reason: str


class Comparison:
    """Compares what is said of the messages of one class; a difference is an AssertionError."""

    def __init__(self, package: Package, structure: Structure) -> None:
        self.cls = package.cls(structure)
        self._package = package
        self._structure = structure
        self._checker = checker_of(structure)
        self._error = package.module("errors").ValidationError
        functions = package.module("_codec").functions
        module = self.cls.__module__.rpartition(".")[2]
        self._functions = [
            functions(verb, module)[self.cls] for verb in ("decode", "encode", "write")
        ]
        self._explain = package.module("_explain")

    def compare(self, message: Variant) -> None:
        """Compare the verdicts on a message, and on an object with the same values."""
        found = findings(self._checker, message.data)
        expected = found
        if message.what != MIXED:
            expected = {(message.kind, message.path)} if message.kind else set()
            assert expected <= found
            assert bool(expected) == bool(found)
        self._compare_reading(message.data, expected)
        left = {(kind, path) for kind, path in found if kind != "unknown_field"}
        self._compare_verdict(
            self._try(self.cls.from_dict, message.data, "ignore")[1], left
        )
        if isinstance(message.data, dict):
            self._compare_writing(message.data, found)

    def _compare_reading(self, data: Any, expected: set[Violation]) -> None:
        made, broken = self._try(self.cls.from_dict, data)
        self._compare_verdict(broken, expected)
        _, told = self._try(self.cls.from_json, json.dumps(data))
        if is_json(data):
            assert told == broken
        else:
            assert told is not None
            assert (told.code, told.path) == (self._package.code("not_json"), "")
        decode, walk = self._functions[0], self._explain._walk_data
        self._compare_ways(lambda: decode(data), lambda: walk(self.cls, data, ""))
        if broken is None:
            assert made.to_dict() == held(self._structure, data)

    def _compare_writing(self, data: dict[str, Any], found: set[Violation]) -> None:
        made = as_object(self._package, self._structure, data)
        expected = held(self._structure, data)
        written, broken = self._try(made.to_dict)
        if found and expected != data:
            found = findings(self._checker, expected)
        self._compare_verdict(broken, found)
        text, not_written = self._try(made.to_json)
        assert not_written == broken
        _, encode, write = self._functions
        for fast, check in (
            (encode, self._explain._check_sent),
            (write, self._explain._check_written),
        ):
            self._compare_ways(
                lambda fast=fast: fast(made),  # type: ignore[misc]
                lambda check=check: self._explain._walk_object(  # type: ignore[misc]
                    self.cls, made, "", check
                ),
            )
        if broken is None:
            assert written == expected
            assert text == json.dumps(written, separators=(",", ":"))
            assert json.loads(text) == written
            again = self.cls.from_dict(written)
            assert again == self.cls.from_json(text)
            assert again.to_dict() == written

    def _compare_verdict(self, broken: Broken | None, expected: set[Violation]) -> None:
        if broken is None:
            assert not expected, f"let pass: {expected}"
            return
        code = self._package.code
        places = {(code(kind), told(path)) for kind, path in expected}
        assert (broken.code, broken.path) in places, f"{broken}, not {expected}"
        assert not broken.reason.startswith("can't be"), broken

    def _compare_ways(self, fast: Callable[[], Any], slow: Callable[[], Any]) -> None:
        """Compare a function that only finds out whether, and one that says what."""
        try:
            fast()
        except Exception:
            fast_raises = True
        else:
            fast_raises = False
        try:
            slow()
        except self._explain.BrokenRuleError:
            assert fast_raises
        else:
            assert not fast_raises

    def _try(self, function: Any, *arguments: Any) -> tuple[Any, Broken | None]:
        try:
            return function(*arguments), None
        except self._error as error:
            return None, Broken(error.code, error.path, error.reason)


def every_way(structure: Structure, seed: str) -> list[Variant]:
    """Return messages that are changed in every place in every way, one of each."""
    maker = Maker(seed)
    ways: dict[tuple[str, str], Variant] = {}
    for data in (maker.full(structure), maker.message(structure, share=0)):
        for variant in maker.variants(structure, data):
            place = re.sub(r"\[[0-9]+\]", "[]", variant.path)
            ways.setdefault((variant.what, place), variant)
    return [*ways.values(), *maker.no_messages()]


def endless(structure: Structure, seed: str) -> Iterator[Variant]:
    """Yield messages without end: right ones, broken ones, and twice broken ones."""
    maker = Maker(seed)
    pick = maker.random
    while True:
        data = maker.message(structure)
        yield Variant(data, "right message")
        variants = list(maker.variants(structure, data))
        yield from pick.sample(variants, min(len(variants), 120))
        for _ in range(min(len(variants) // 4, 20)):
            one, other = pick.choices(variants, k=2)
            names = pick.sample(sorted(other.data), len(other.data) // 2)
            mixed = {**one.data, **{name: other.data[name] for name in names}}
            yield Variant(mixed, MIXED)


def compare_all(package: Package, count: int, seed: int) -> Counter[str]:
    """Compare `count` messages of each class; return how many there were of each sort."""
    sorts: Counter[str] = Counter()
    for structure in package.structures:
        comparison = Comparison(package, structure)
        own = f"{seed} {title(structure)}"
        messages = itertools.chain(every_way(structure, own), endless(structure, own))
        for message in itertools.islice(messages, count):
            try:
                comparison.compare(message)
            except Exception:
                print(f"{title(structure)} of {package.spec.package}: {message}")
                raise
            sorts[message.kind or message.what.partition(":")[0]] += 1
    return sorts


def main(count: int = 250_000, seed: int = 1) -> None:
    """Compare about `count` messages, a third of them with every kind of constraint."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        lockers = rendered_package(load_text(), Path(folder), "agreed")
        specs = sorted((ROOT / "spec").glob("*.yaml"))
        others = [checked_in_package(file, ROOT / "generated") for file in specs]
        classes = sum(len(package.structures) for package in others)
        sorts = {
            lockers: compare_all(
                lockers, count // 3 // len(lockers.structures) + 1, seed
            )
        }
        for package in others:
            sorts[package] = compare_all(package, count * 2 // 3 // classes + 1, seed)
    for package, counted in sorts.items():
        print(f"{package.spec.package}, {len(package.structures)} classes")
        for what, number in counted.most_common():
            print(f"{number:11,} {what}")
    total = sum(counted.total() for counted in sorts.values())
    print(f"{total:,} messages, no difference, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
