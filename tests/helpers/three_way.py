"""Hold classes, our JSON Schemas and the official ones against each other.

    python tests/helpers/three_way.py [MESSAGES] [SEED] [PACKAGE ...]

All three judge the same messages of each of PACKAGES: right ones, such as are broken in one
place, and such as were stirred. Where they may differ is listed in EXEMPT, each of which is
a class of messages; test_three_way.py runs the vectors and fewer messages.
"""

from __future__ import annotations

import copy
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from messages import (
    Maker,
    Package,
    is_date_time,
    is_json,
    is_multiple,
    is_uri,
    path_of,
    title,
    told,
)
from official_schemas import official_schema
from vector_files import GENERATED, package_and_vectors

from generator.spec.model import Message
from generator.targets import schema

# Packages that state what the official schemas do.
PACKAGES = ("v16_oca", "v201", "v21")

# What jsonschema leaves to its user

FORMATS = FormatChecker(formats=())  # it checks no date-time by itself
FORMATS.checks("date-time")(is_date_time)
FORMATS.checks("uri")(is_uri)


def _multiple_of(
    _: Validator, step: float, number: Any, schema: object
) -> Iterator[ValidationError]:
    is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
    if is_number and not is_multiple(number, step):
        yield ValidationError(f"{number!r} is no multiple of {step}")


def validator(schema: dict[str, Any], *, is_exact: bool = True) -> Any:
    """Return a validator of the draft that a schema names.

    Args:
        schema: The schema.
        is_exact: Whether multiples are judged as they are written; else they are as
            jsonschema judges them, who divides floats: 21.4 is no multiple of 0.1.
    """
    draft: Any = validator_for(schema)
    if is_exact:
        draft = extend(draft, {"multipleOf": _multiple_of})  # type: ignore[no-untyped-call]
    return draft(schema, format_checker=FORMATS)


# Where they may differ


class Finding(NamedTuple):
    """What a schema finds wrong.

    Attributes:
        message: Title of the message, such as call.Reset.
        dialect: The dialect of the schema that found it.
        keyword: The keyword that is broken.
        wanted: The keyword's value.
        path: Where; for fields that are missing or unknown, the field's own place.
        value: The value that breaks it.
    """

    message: str
    dialect: str
    keyword: str
    wanted: Any
    path: str
    value: Any


class Exempt(NamedTuple):
    """A class of messages that not all call wrong.

    Attributes:
        reason: Why.
        is_of: Whether something that a schema finds is of this class.
    """

    reason: str
    is_of: Callable[[Finding], bool]


def _is_whole_float(found: Finding) -> bool:
    return (
        found.dialect.endswith("draft-04/schema#")
        and (found.keyword, found.wanted) == ("type", "integer")
        and isinstance(found.value, float)
        and found.value.is_integer()
    )


def _is_empty_list(found: Finding) -> bool:
    is_list = found.path.rpartition(".")[2] in ("meterValue", "sampledValue")
    return (
        found.message == "call.MeterValues"
        and found.dialect.endswith("draft-04/schema#")
        and found.keyword == "minItems"
        and is_list
        and found.value == []
    )


def _is_hertz(found: Finding) -> bool:
    return (
        found.message == "call.MeterValues"
        and found.keyword == "enum"
        and found.path.endswith(".unit")
        and found.value == "Hertz"
    )


EXEMPT = (
    Exempt(
        "A number without fraction but with a point, as 1.0, is an integer since draft-06; "
        "56 of the official files are of draft-04.",
        _is_whole_float,
    ),
    Exempt(
        "The package's copy of MeterValues.json asks for an element in two lists; the file of "
        "the Open Charge Alliance doesn't.",
        _is_empty_list,
    ),
    Exempt(
        "The package's copy of MeterValues.json has the unit Hertz; the file of the Open "
        "Charge Alliance hasn't, nor has OCPP 1.6.",
        _is_hertz,
    ),
)


# Judging


class Verdicts(NamedTuple):
    """What the three say of a message.

    Attributes:
        code: Our classes' error code; empty if the message is right.
        path: Where our classes see the error.
        ours: What our schema finds.
        official: What the official schema finds.
    """

    code: str
    path: str
    ours: list[Finding]
    official: list[Finding]

    def exempt(self) -> list[Exempt]:
        """Return the listed classes that the message is of."""
        found = (*self.ours, *self.official)
        return [each for each in EXEMPT if any(map(each.is_of, found))]

    def disagreement(self) -> str:
        """Return how the three disagree; empty if they don't."""
        places = {found.path for found in self.ours}
        if bool(self.code) != bool(places) or (self.code and self.path not in places):
            return (
                f"our classes say {self.code!r} at {self.path!r}, our schema {places}"
            )
        ours, official = (
            {f.path for f in each if not _is_exempt(f)} for each in self[2:]
        )
        if bool(ours) != bool(official):
            return f"our schema finds {ours}, the official one {official}"
        return ""


def _is_exempt(found: Finding) -> bool:
    return any(each.is_of(found) for each in EXEMPT)


class Judge:
    """The three opinions on one message."""

    def __init__(self, package: Package, message: Message) -> None:
        self.message = message
        name = package.folder.name
        file = GENERATED / "schemas" / name / f"{schema.title(message)}.json"
        self._ours = validator(json.loads(file.read_text("utf-8")))
        version = name.removesuffix("_oca")
        self._official = validator(official_schema(message, version))
        self._cls = package.cls(message)
        self._error: type[Any] = package.module("errors").ValidationError

    def verdicts(self, data: Any) -> Verdicts:
        """Return what the three say of parsed JSON."""
        code = path = ""
        try:
            self._cls.from_dict(data)
        except self._error as error:
            code, path = error.code, error.path
        return Verdicts(
            code,
            path,
            list(self._findings(self._ours, data)),
            list(self._findings(self._official, data)),
        )

    def _findings(self, checker: Any, data: Any) -> Iterator[Finding]:
        for error in checker.iter_errors(data):
            for path in _paths(error):
                yield Finding(
                    title(self.message),
                    checker.META_SCHEMA["$schema"],
                    error.validator,
                    error.validator_value,
                    path,
                    error.instance,
                )


def _paths(error: Any) -> list[str]:
    """Return where an error is; fields that are missing or unknown have places of their own."""
    path = path_of(error.absolute_path)
    if error.validator == "required":
        # There is one error for each field, but it doesn't say for which.
        names = [name for name in error.validator_value if name not in error.instance]
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        names = [told(name) for name in error.instance if name not in known]
    else:
        return [path]
    return [f"{path}.{name}" if path else name for name in names]


# Messages


def messages(message: Message, seed: str) -> Iterator[Any]:
    """Yield messages without end: right ones, and such as were changed, all of them JSON."""
    maker = Maker(f"{seed} {title(message)}")
    random = Random(f"{seed} {title(message)} stirred")
    while True:
        whole = random.random() < 0.5
        data = maker.full(message) if whole else maker.message(message)
        yield data
        for variant in maker.variants(message, data):
            yield variant.data
            yield stirred(variant.data, random)
        yield random.choice(PIECES)


# What is put in the place of something else.
PIECES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 21.4, 0.05, 10**15, -0.0, 1e300),
    *("", "a", "Accepted", "Hertz", "Celsius", "Celcius", "Idle", "A", "1", "x" * 21),
    *("2026-01-31T12:00:00Z", "2026-01-31", "https://example.com", "x" * 501),
    *([], {}, [{}], [[]], [None], {"a": 1}, {"status": "Accepted"}, {"key": "a"}),
)


def stirred(data: Any, random: Random) -> Any:
    """Return JSON with one to three pieces replaced, taken away, doubled or put in."""
    data = copy.deepcopy(data)
    for _ in range(random.randint(1, 3)):
        places = list(_places(data))
        if not places:
            return random.choice(PIECES)
        container, key = random.choice(places)
        change = random.randrange(4)
        if change == 0:
            del container[key]
        elif change == 1 and isinstance(container, dict):
            other = random.choice(places)[1]
            container[str(other)] = copy.deepcopy(container[key])
        elif change == 1:
            container.append(copy.deepcopy(container[key]))
        else:
            container[key] = copy.deepcopy(random.choice(PIECES))
    return data


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container within JSON with each of its keys."""
    if isinstance(data, (dict, list)):
        keys = list(data) if isinstance(data, dict) else range(len(data))
        for key in keys:
            yield data, key
            yield from _places(data[key])


class Outcome(NamedTuple):
    """What came of many messages.

    Attributes:
        counts: How many were right, wrong, and exempt, by the reason.
        disagreements: Those that the three disagree on, as text.
    """

    counts: Counter[str]
    disagreements: list[str]


def compare(package: Package, count: int, seed: str) -> Outcome:
    """Compare the verdicts on `count` messages, no two of which are the same."""
    judges = [Judge(package, m) for m in package.spec.messages]
    sources = {id(judge): messages(judge.message, seed) for judge in judges}
    outcome = Outcome(Counter(), [])
    seen: set[int] = set()
    while len(seen) < count:
        for judge in judges:
            # Large messages have more that can be broken.
            share = 10 * len(judge.message.fields) + 2
            for data in itertools.islice(sources[id(judge)], share):
                key = hash((title(judge.message), json.dumps(data)))
                if len(seen) == count or key in seen or not is_json(data):
                    continue
                seen.add(key)
                _note(outcome, judge, data)
    return outcome


def _note(outcome: Outcome, judge: Judge, data: Any) -> None:
    verdicts = judge.verdicts(data)
    outcome.counts["wrong" if verdicts.code else "right"] += 1
    outcome.counts.update(each.reason for each in verdicts.exempt())
    if said := verdicts.disagreement():
        text = json.dumps(data)
        outcome.disagreements.append(f"{title(judge.message)} {text}: {said}")


def main(count: int = 100_000, seed: str = "1", *names: str) -> int:
    """Compare and print; return the exit code."""
    failed = False
    for name in names or PACKAGES:
        start = time.perf_counter()
        outcome = compare(package_and_vectors(name)[0], count, seed)
        seconds = time.perf_counter() - start
        print(f"{name}: {count} messages in {seconds:.0f} s, seed {seed}")
        for what, number in outcome.counts.items():
            print(f"{number:8} {what}")
        print(f"{len(outcome.disagreements):8} disagreements")
        print("\n".join(outcome.disagreements[:20]))
        failed |= bool(outcome.disagreements)
    return int(failed)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(int(arguments[0]), *arguments[1:]) if arguments else main())
