"""Messages of a spec, right and broken, and the JSON Schema that says which they are.

The spec's model is all that this knows; of generated code it needs the classes' names only.
What is broken, and where, is known from how a message was made; the schema is a second
opinion that knows nothing of that.
"""

from __future__ import annotations

import calendar
import importlib
import json
import math
import string
from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from generated_modules import load_package
from jsonschema import Draft202012Validator, FormatChecker, TypeChecker
from jsonschema.exceptions import ValidationError as Finding
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from rendered import write_all

from generator.spec.load import load
from generator.spec.model import Datatype, Field, Message, Spec, Value
from generator.spec.source import read_source
from generator.targets.python import artifacts

Structure = Datatype | Message
Violation = tuple[str, str]  # kind and path


class Package:
    """A generated package and the spec that it was made from.

    Attributes:
        spec: The spec.
        folder: Where it stands.
        name: Name that the package is imported under.
        structures: Its datatypes, requests and responses.
    """

    def __init__(self, spec: Spec, folder: Path, name: str) -> None:
        self.spec = spec
        self.folder = folder
        self.name = name
        self.structures = structures_of(spec)
        self._package = load_package(folder, name)

    def module(self, name: str) -> Any:
        """Return one of its modules."""
        return importlib.import_module(f"{self.name}.{name}")

    def cls(self, structure: Structure) -> Any:
        """Return the class of a datatype or message."""
        if isinstance(structure, Datatype):
            return getattr(self.module("datatypes"), structure.name)
        table = "REQUESTS" if structure.kind == "request" else "RESPONSES"
        return getattr(self._package, table)[structure.action]

    def structure(self, name: str) -> Structure:
        """Return the datatype or message that has this title."""
        return next(each for each in self.structures if title(each) == name)

    def code(self, kind: str) -> str:
        """Return the error code for a kind of violation."""
        return self.spec.errors[kind]


def structures_of(spec: Spec) -> list[Structure]:
    """Return the datatypes, requests and responses of a spec."""
    return [*spec.datatypes, *spec.messages]


def title(structure: Structure) -> str:
    """Return what to call a class: `call.Probe`, `call_result.Probe`, `Parcel`."""
    if isinstance(structure, Datatype):
        return structure.name
    module = "call" if structure.kind == "request" else "call_result"
    return f"{module}.{structure.action}"


def checked_in_package(spec_file: Path, generated: Path) -> Package:
    """Return the package under `generated` that a spec file describes."""
    spec = load(read_source(spec_file))
    folder = generated / spec.package.replace(".", "/")
    return Package(spec, folder, f"checked_in_{folder.name}")


def rendered_package(spec: Spec, folder: Path, name: str) -> Package:
    """Render the package of a spec into a folder and import it."""
    write_all(folder, {each.path: each.text for each in artifacts(spec)})
    return Package(spec, folder / spec.package.replace(".", "/"), name)


# The second opinion


def schema_of(structure: Structure) -> dict[str, Any]:
    """Return the JSON Schema of a datatype or message."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {f.wire: _schema(f.value) for f in structure.fields},
        "required": [field.wire for field in structure.fields if field.required],
    }
    if isinstance(structure, Datatype) and structure.open:
        schema["additionalProperties"] = {"type": "json"}
    else:
        schema["additionalProperties"] = False
    return schema


_SCHEMA_TYPES = {
    **{"str": "string", "int": "integer", "float": "number"},
    **{"bool": "boolean", "list": "array", "any": "json"},
}
_SCHEMA_LIMITS = {
    **{"min_length": "minLength", "max_length": "maxLength", "format": "format"},
    **{"minimum": "minimum", "maximum": "maximum", "multiple_of": "multipleOf"},
    **{"min_items": "minItems", "max_items": "maxItems"},
}


def _schema(value: Value) -> dict[str, Any]:
    if value.datatype:
        return schema_of(value.datatype)
    base = value.enum.base if value.enum else value.type
    schema: dict[str, Any] = {"type": _SCHEMA_TYPES[base]}
    for name, keyword in _SCHEMA_LIMITS.items():
        if (limit := value.limit(name)) is not None:
            schema[keyword] = limit
    if value.enum:
        schema["enum"] = [member.value for member in value.members]
    if value.items:
        schema["items"] = _schema(value.items)
    return schema


def checker_of(structure: Structure) -> Validator:
    """Return a checker of messages, for `findings`."""
    checker: Validator = _Checker(schema_of(structure), format_checker=_formats)
    return checker


def findings(checker: Validator, data: Any) -> set[Violation]:
    """Return kind and path of all that is wrong with data."""
    found: set[Violation] = set()
    error: Any
    for error in checker.iter_errors(data):
        path = path_of(error.absolute_path)
        if error.validator == "required":
            kind, wanted = "missing_field", error.validator_value
            names = [name for name in wanted if name not in error.instance]
        elif error.validator == "additionalProperties":
            kind, known = "unknown_field", error.schema["properties"]
            names = [name for name in error.instance if name not in known]
        else:
            found.add((_kind(error), path))
            continue
        found |= {(kind, f"{path}.{name}" if path else name) for name in names}
    return found


def path_of(steps: Iterable[str | int]) -> str:
    """Return names and indices as a path: `a[1].b`."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(parts).removeprefix(".")


def told(name: str) -> str:
    """Return a name that a sender made up as errors tell it."""
    return "".join(c if " " <= c <= "~" else f"<U+{ord(c):04X}>" for c in name[:100])


def _kind(error: Any) -> str:
    if error.validator in ("minItems", "maxItems"):
        return "wrong_count"
    if error.validator != "type":
        return "wrong_value"
    wants_number = error.validator_value in ("integer", "number", "json")
    infinite = isinstance(error.instance, float) and not math.isfinite(error.instance)
    # No JSON value but a number that isn't finite, here or further inside, is no "json".
    inside = error.validator_value == "json"
    return "wrong_value" if wants_number and (infinite or inside) else "wrong_type"


def is_multiple(number: float, step: float) -> bool:
    """Return whether a number is a multiple of another, both as they are written."""
    exact = Context(prec=5000)
    return exact.remainder(Decimal(repr(number)), Decimal(repr(step))) == 0


def is_json(data: Any) -> bool:
    """Return whether data is JSON: a number that isn't finite is none."""
    try:
        json.dumps(data, allow_nan=False)
    except ValueError:
        return False
    return True


def is_date_time(text: object) -> bool:
    """Return whether text is a date-time in the extended form of ISO 8601."""
    if not isinstance(text, str) or not text.isascii():
        return False
    date, mark, time = text[:10], text[10:11], text[11:]
    if mark != "T" or not (_has_form(date, "0000-00-00") and _is_day(date)):
        return False
    for sign in "Z+-":
        time, found, zone = time.partition(sign)
        if found:
            return _is_time(time) and (not zone if sign == "Z" else _is_offset(zone))
    return _is_time(time)


def _has_form(text: str, form: str) -> bool:
    digits = "".join("0" if character.isdigit() else character for character in text)
    return digits == form


def _is_day(date: str) -> bool:
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    if year == 0 or month not in range(1, 13):
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]


def _is_time(time: str) -> bool:
    clock, rest = time[:8], time[8:]
    if not _has_form(clock, "00:00:00") or clock > "23:59:59" or not _is_sixty(clock):
        return False
    return not rest or (rest[0] in ".," and rest[1:].isdigit())


def _is_sixty(clock: str) -> bool:
    return all(int(part) < 60 for part in clock.split(":"))


def _is_offset(zone: str) -> bool:
    if not any(_has_form(zone, form) for form in ("00", "0000", "00:00")):
        return False
    return int(zone[:2]) < 24 and int(zone[2:].lstrip(":") or "0") < 60


def is_uri(text: object) -> bool:
    """Return whether text begins with the scheme of a URI."""
    if not isinstance(text, str):
        return False
    scheme, colon, _ = text.partition(":")
    allowed = set(string.ascii_letters + string.digits + "+-.")
    return (
        bool(colon)
        and scheme[:1] in set(string.ascii_letters)
        and set(scheme) <= allowed
    )


def _is_number(_: object, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) if isinstance(value, float) else True


def _is_json(checker: object, value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_json(checker, each) for each in value.values())
    if isinstance(value, list):
        return all(_is_json(checker, each) for each in value)
    return not isinstance(value, float) or math.isfinite(value)


def _check_multiple(
    _: Validator, step: float, number: Any, schema: object
) -> Iterator[Finding]:
    if _is_number(None, number) and not is_multiple(number, step):
        yield Finding(f"{number!r} is not a multiple of {step}")


_types: TypeChecker = Draft202012Validator.TYPE_CHECKER
_types = _types.redefine_many({"number": _is_number, "json": _is_json})
# jsonschema takes a remainder of floats; what it calls a multiple depends on rounding.
_Checker: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"multipleOf": _check_multiple}, type_checker=_types
)
_formats = FormatChecker(formats=())
_formats.checks("date-time")(is_date_time)
_formats.checks("uri")(is_uri)


# Messages


class Variant(NamedTuple):
    """A value, and what is wrong with it.

    Attributes:
        data: The value.
        what: How it was made, such as "above maximum"; a sample of several after a colon.
        kind: Kind of violation; empty if the value is right.
        path: What was changed in it; an index comes first if the value is a list.
    """

    data: Any
    what: str
    kind: str = ""
    path: str = ""


class Maker:
    """Makes messages; the same seed makes the same ones."""

    def __init__(self, seed: int | str) -> None:
        self.random = Random(seed)

    def message(
        self, structure: Structure, share: float | None = None
    ) -> dict[str, Any]:
        """Return an object that is right, with a share of the optional fields."""
        if share is None:
            share = self.random.choice((0, 0.5, 1))
        data = {
            field.wire: self.value(field.value)
            for field in structure.fields
            if field.required or self.random.random() < share
        }
        if isinstance(structure, Datatype) and structure.open and share:
            data[self.name(structure)] = self.json()
        return data

    def full(self, structure: Structure) -> dict[str, Any]:
        """Return an object that is right, with every field here and below."""
        return {field.wire: self._full(field.value) for field in structure.fields}

    def _full(self, value: Value) -> Any:
        if value.datatype:
            return self.full(value.datatype)
        if value.items and value.limit("max_items") != 0:
            return [
                self._full(value.items)
                for _ in range(max(1, value.limit("min_items") or 0))
            ]
        return self.value(value)

    def value(self, value: Value) -> Any:
        """Return a value that is right."""
        if value.items:
            least = value.limit("min_items") or 0
            most = (
                least + 2
                if value.limit("max_items") is None
                else value.limit("max_items")
            )
            count = self.random.randint(least, min(most, least + 2))
            return [self.value(value.items) for _ in range(count)]
        if value.datatype:
            return self.message(value.datatype)
        if value.enum:
            return self.random.choice(value.members).value
        if value.type in ("int", "float"):
            return self.random.choice(self.numbers(value)).data
        if value.type == "str":
            return self.random.choice(list(self.texts(value))).data
        return self.random.random() < 0.5 if value.type == "bool" else self.json()

    @staticmethod
    def no_messages() -> Iterator[Variant]:
        """Yield what is no object at all."""
        samples: list[Any] = [None, True, 0, 1.5, math.nan, "", "a", [], [{}], ["a", 1]]
        for sample in samples:
            yield Variant(sample, f"no message: {sample!r}", "wrong_type")

    def variants(self, structure: Structure, data: dict[str, Any]) -> Iterator[Variant]:
        """Yield a right object changed in one place each, here and at every depth."""
        fields = structure.fields
        for field in fields:
            rest = {key: data[key] for key in data if key != field.wire}
            if field.wire in data:
                if field.required:
                    yield Variant(rest, "without field", "missing_field", field.wire)
                else:
                    yield Variant(rest, "without optional field", "", field.wire)
                for inner in self.changes(field.value, data[field.wire]):
                    yield inner._replace(
                        data={**data, field.wire: inner.data},
                        path=_joined(field.wire, inner),
                    )
            else:
                more = {**rest, field.wire: self.value(field.value)}
                yield Variant(more, "with optional field", "", field.wire)
        is_open = isinstance(structure, Datatype) and structure.open
        for name in (self.name(structure), *self._like_known(fields)):
            more = {**data, name: self.json()}
            if is_open:
                yield Variant(more, "with extra field")
                broken = {**data, name: self.broken_json()}
                yield Variant(broken, "broken extra field", "wrong_value", name)
            else:
                yield Variant(more, "unknown field", "unknown_field", name)

    def changes(self, value: Value, data: Any) -> Iterator[Variant]:
        """Yield other values in place of a right one, changed in one place each."""
        yield from self._of_other_types(value)
        if value.datatype:
            yield from self.variants(value.datatype, data)
        elif value.enum:
            yield from self._members(value)
        elif value.type in ("int", "float"):
            yield from self.numbers(value)
            yield from self.wrong_numbers(value)
        elif value.type == "str":
            yield from self.texts(value)
            yield from self._wrong_texts(value)
        elif value.type == "any":
            yield Variant(self.json(), "any value")
            yield Variant(None, "null for any")
            yield Variant(self.broken_json(), "broken value inside any", "wrong_value")
        elif value.items:
            yield from self._lists(value, value.items, data)

    def _of_other_types(self, value: Value) -> Iterator[Variant]:
        base = value.enum.base if value.enum else value.type
        base = "object" if value.datatype else base
        fitting = {"int": ("int", "whole"), "float": ("int", "whole", "float")}
        samples = self._samples()
        if base == "list":  # what else can be gone through, empty and not
            samples |= {"str": "", "longer str": "ab"}
            samples |= {"object": {}, "larger object": {"a": 1, "b": 2}}
        for name, sample in samples.items():
            if base == "any" or name in fitting.get(base, (base,)):
                continue
            is_limit = name == "not finite" and base in ("int", "float")
            kind = "wrong_value" if is_limit else "wrong_type"
            yield Variant(sample, f"{name} for {base}", kind)

    def _samples(self) -> dict[str, Any]:
        choice = self.random.choice
        return {
            "null": None,
            "bool": choice((True, False)),
            "int": choice((0, 1, -1, 3, 10**20)),
            "whole": choice((0.0, 1.0, 3.0, -2e10)),
            "float": choice((0.5, 21.4, -0.25, 1e-9)),
            "not finite": choice((math.inf, -math.inf, math.nan)),
            "str": choice(("", "1", "null", "true", "Accepted")),
            "list": choice(([], [1], [{}], ["a"])),
            "object": choice(({}, {"a": 1}, {"status": "Accepted"})),
        }

    def _members(self, value: Value) -> Iterator[Variant]:
        assert value.enum is not None
        for member in value.enum.members:
            if member in value.members:
                yield Variant(member.value, f"member: {member.name}")
            else:
                yield Variant(
                    member.value, f"member left out: {member.name}", "wrong_value"
                )
        known = {member.value for member in value.enum.members}
        chosen = self.random.choice(value.members).value
        if isinstance(chosen, int):
            yield Variant(float(chosen), "member as float")
            wrong: list[Any] = [chosen + 1, float(chosen + 1), -chosen - 1, 10**30]
        else:
            wrong = [f"{chosen} ", chosen.swapcase(), chosen[1:], "", self.text(9)]
        for each in wrong:
            if each not in known:
                yield Variant(each, "no member", "wrong_value")

    def _lists(self, value: Value, items: Value, data: list[Any]) -> Iterator[Variant]:
        def of_length(length: int) -> list[Any]:
            return [self.value(items) for _ in range(length)]

        least, most = value.limit("min_items") or 0, value.limit("max_items")
        yield Variant(of_length(least), "fewest elements")
        if least:
            yield Variant(of_length(least - 1), "too few elements", "wrong_count")
            yield Variant([], "no elements", "wrong_count")
        if most is not None:
            yield Variant(of_length(most), "most elements")
            yield Variant(of_length(most + 1), "too many elements", "wrong_count")
        for index, item in enumerate(data):
            for inner in self.changes(items, item):
                yield inner._replace(
                    data=[*data[:index], inner.data, *data[index + 1 :]],
                    path=_joined(f"[{index}]", inner),
                )

    # Numbers

    def numbers(self, value: Value) -> list[Variant]:
        """Return numbers that are right, the limits among them."""
        step, low, high = _steps(value)
        if step is None:
            return self._floats(value)
        if low is None:
            low = -(10**6) if high is None else high - 10**6
        if high is None:
            high = low + 2 * 10**6
        counts = [(low, "least number"), (high, "greatest number")]
        counts += [(self.random.randint(low, high), "number") for _ in range(2)]
        return [Variant(self._number(count * step), what) for count, what in counts]

    def wrong_numbers(self, value: Value) -> Iterator[Variant]:
        """Yield numbers of the right type that break a limit."""
        step, low, high = _steps(value)
        if step and low is not None:
            for count in (1, 1000):
                number = self._number((low - count) * step)
                yield Variant(number, "below minimum", "wrong_value")
        if step and high is not None:
            for count in (1, 1000):
                number = self._number((high + count) * step)
                yield Variant(number, "above maximum", "wrong_value")
        if step is None:
            yield from self._wrong_floats(value)
        if value.limit("multiple_of") is not None:
            yield from self._near_multiples(value)

    def _wrong_floats(self, value: Value) -> Iterator[Variant]:
        if value.limit("minimum") is not None:
            for below in (
                math.nextafter(value.limit("minimum"), -math.inf),
                -1e308,
                -(10**309),
            ):
                yield Variant(below, "below minimum", "wrong_value")
        if value.limit("maximum") is not None:
            for above in (
                math.nextafter(value.limit("maximum"), math.inf),
                1e308,
                10**309,
            ):
                yield Variant(above, "above maximum", "wrong_value")

    def _near_multiples(self, value: Value) -> Iterator[Variant]:
        assert value.limit("multiple_of") is not None
        candidates: list[float] = [*TRICKY_NUMBERS, self.random.uniform(-50, 50)]
        candidates += [round(self.random.uniform(-50, 50), 3) for _ in range(3)]
        if value.type == "int":
            candidates = [int(each) for each in candidates]
        for number in candidates:
            if value.limit("minimum") is not None and number < value.limit("minimum"):
                continue
            if value.limit("maximum") is not None and number > value.limit("maximum"):
                continue
            if is_multiple(number, value.limit("multiple_of")):
                yield Variant(number, f"multiple: {number!r}")
            else:
                yield Variant(number, f"not a multiple: {number!r}", "wrong_value")

    def _floats(self, value: Value) -> list[Variant]:
        low, high = value.limit("minimum"), value.limit("maximum")
        start = -1000.0 if low is None else low
        numbers: list[float] = [
            self.random.uniform(start, start + 1 if high is None else high)
        ]
        numbers += [each for each in TRICKY_NUMBERS if low is None or each >= low]
        numbers = [each for each in numbers if high is None or each <= high]
        limits = [each for each in (low, high) if each is not None]
        return [
            *(Variant(each, "at the limit") for each in limits),
            *(Variant(float(each), "at the limit") for each in limits),
            *(Variant(each, "within limits") for each in numbers),
        ]

    def _number(self, number: Decimal) -> int | float:
        """Return a number as an int or a float, as it can be."""
        if number == number.to_integral_value():
            is_exact = abs(number) < 2**53
            if not is_exact or self.random.random() < 0.7:
                return int(number)
        return float(number)

    # Text

    def text(self, length: int) -> str:
        """Return text of a length, with characters of all planes."""
        return "".join(self.random.choices(CHARACTERS, k=length))

    def name(self, structure: Structure) -> str:
        """Return a name that no field has."""
        known = {field.wire for field in structure.fields}
        names = ("vendorField", "x", "customData", "_", "naïve", "0", "a.b")
        return self.random.choice([name for name in names if name not in known])

    def _like_known(self, fields: tuple[Field, ...]) -> Iterator[str]:
        if fields:
            field = self.random.choice(fields)
            for name in (field.wire.upper(), f"{field.wire}_", f"{field.name}__"):
                if name not in {each.wire for each in fields}:
                    yield name

    def texts(self, value: Value) -> Iterator[Variant]:
        """Yield texts that are right."""
        least, most = value.limit("min_length") or 0, value.limit("max_length")
        if value.limit("format") == "date-time":
            given = [*DATE_TIMES, self.date_time()]
            if least > 21:
                given.append(f"2026-01-31T12:00:00.{'0' * (least - 21)}Z")
        elif value.limit("format") == "uri":
            given = [*URIS, f"https://{self.text(9)}", "x:" + self.text(least)]
            if most is not None:
                given.append("x:" + self.text(most - 2))
        else:
            given = ["", self.text(max(least, min(8, most or 8)))]
            if most is not None:
                yield Variant(self.text(most), "longest text")
        for text in given:
            if least <= len(text) and (most is None or len(text) <= most):
                what = (
                    f"{value.limit('format')}: {text!a}"
                    if value.limit("format")
                    else "text"
                )
                yield Variant(text, what)

    def _wrong_texts(self, value: Value) -> Iterator[Variant]:
        least, most = value.limit("min_length"), value.limit("max_length")
        if least and not value.limit("format"):
            for shorter in {0, least - 1}:
                yield Variant(self.text(shorter), "too short", "wrong_value")
        if most is not None:
            start = {"uri": "x:", "date-time": "2026-01-31T12:00:00."}.get(
                value.limit("format") or "", ""
            )
            for longer in (1, 2, 5000):
                count = most + longer - len(start)
                filling = (
                    "0" * count
                    if value.limit("format") == "date-time"
                    else self.text(count)
                )
                if count > 0:
                    yield Variant(start + filling, "too long", "wrong_value")
        broken = {"date-time": NO_DATE_TIMES, "uri": NO_URIS}.get(
            value.limit("format") or "", ()
        )
        for text in broken:
            yield Variant(text, f"no {value.limit('format')}: {text!a}", "wrong_value")
        if value.limit("format") == "date-time":
            text = self._bent(self.date_time())
            if not is_date_time(text):
                yield Variant(text, "no date-time", "wrong_value")

    def date_time(self) -> str:
        """Return a date-time of any form that is allowed."""
        pick = self.random.randint
        day = f"{pick(1, 9999):04}-{pick(1, 12):02}-{pick(1, 28):02}"
        time = f"{pick(0, 23):02}:{pick(0, 59):02}:{pick(0, 59):02}"
        digits = "".join(self.random.choices(string.digits, k=pick(1, 12)))
        fraction = self.random.choice(("", f".{digits}", f",{digits}"))
        offset = f"{pick(0, 23):02}{self.random.choice(('', ':'))}{pick(0, 59):02}"
        zone = self.random.choice(
            ("", "Z", f"+{offset}", f"-{offset}", f"+{pick(0, 23):02}")
        )
        return f"{day}T{time}{fraction}{zone}"

    def _bent(self, text: str) -> str:
        """Return text with a character taken away, put in, or replaced."""
        at = self.random.randrange(len(text))
        put: str = self.random.choice([*" 0123456789TZtz:+-.,W\0\n\u0661", ""])
        return text[:at] + put + text[at + self.random.randint(0, 1) :]

    # Any JSON

    def json(self, depth: int = 3) -> Any:
        """Return any JSON value."""
        choice = self.random.randrange(8 if depth else 6)
        if choice == 6:
            return [self.json(depth - 1) for _ in range(self.random.randrange(3))]
        if choice == 7:
            keys = self.random.sample(("", "a", "extra", "Ü\n", "\ud800", "status"), 2)
            return {key: self.json(depth - 1) for key in keys}
        return (None, True, 7, -0.5, self.text(3), False)[choice]

    def broken_json(self) -> Any:
        """Return a value with a number inside that isn't finite."""
        number = self.random.choice((math.inf, -math.inf, math.nan))
        return self.random.choice((number, [number], {"a": [None, {"": number}]}))


def _joined(place: str, inner: Variant) -> str:
    dot = "." if inner.path and not inner.path.startswith("[") else ""
    return f"{place}{dot}{inner.path}"


def _steps(value: Value) -> tuple[Decimal | None, int | None, int | None]:
    """Return the step of a number, and how many of them its limits are; None if no limit."""
    if value.limit("multiple_of") is None and value.type == "float":
        return None, None, None
    step = Decimal(repr(value.limit("multiple_of") or 1))
    low = high = None
    if value.limit("minimum") is not None:
        count = Decimal(repr(value.limit("minimum"))) / step
        low = int(count.to_integral_value(ROUND_CEILING))
    if value.limit("maximum") is not None:
        count = Decimal(repr(value.limit("maximum"))) / step
        high = int(count.to_integral_value(ROUND_FLOOR))
    return step, low, high


def held(structure: Structure, data: dict[str, Any]) -> dict[str, Any]:
    """Return what an object of ours can hold of data: no null fields, no unknown ones."""
    kept = {}
    for field in structure.fields:
        value = data.get(field.wire)
        if value is not None or (
            field.wire in data and field.required and field.value.type == "any"
        ):
            kept[field.wire] = _held(field.value, value)
    if isinstance(structure, Datatype) and structure.open:
        known = {field.wire for field in structure.fields}
        kept |= {key: data[key] for key in data if key not in known}
    return kept


def _held(value: Value, data: Any) -> Any:
    if value.datatype and isinstance(data, dict):
        return held(value.datatype, data)
    if value.items and isinstance(data, list):
        return [_held(value.items, item) for item in data]
    return data


def as_object(package: Package, structure: Structure, data: dict[str, Any]) -> Any:
    """Return an object with the same values as the data, right or wrong."""
    fields = structure.fields
    made = package.cls(structure)(
        **{f.name: _as_object(package, f.value, data.get(f.wire)) for f in fields}
    )
    if isinstance(structure, Datatype) and structure.open:
        known = {field.wire for field in fields}
        made.extra = {key: data[key] for key in data if key not in known}
    return made


def _as_object(package: Package, value: Value, data: Any) -> Any:
    if value.datatype and isinstance(data, dict):
        return as_object(package, value.datatype, data)
    if value.items and isinstance(data, list):
        return [_as_object(package, value.items, item) for item in data]
    return data


CHARACTERS = (
    "aZ09 _-/\\\"'{}\n\t\0\x1f\x7f\x80é\u2028\ufeff\uffff电桩😀\U0010ffff\udfff"
)
TRICKY_NUMBERS = (
    *(
        0.3,
        21.4,
        1e-1,
        33.35,
        0.1 + 0.2,
        1.1 * 3,
        4.35,
        1.005,
        2.675,
        0.7,
        1e-5,
        5e-324,
    ),
    *(-0.0, 0, 1, -1, -33.35, 84.99999999999999, 1e15 + 0.3, 2.0**50 + 0.25, 1e16 + 2),
    *(1e22, 1.7976931348623157e308, 123456789012.3, 10**30),
)
DATE_TIMES = (
    *("2026-01-31T12:00:00Z", "2026-01-31T12:00:00", "2026-01-31T12:00:00.000Z"),
    *("2026-01-31T12:00:00.123456789+08:00", "2024-02-29T23:59:59-0330"),
    *(
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999+23:59",
        "2026-01-31T12:00:00,5+01",
    ),
)
NO_DATE_TIMES = (
    *("", "tomorrow", "2026-01-31", "12:00:00", "2026-01-31T12:00", "2026-01-31T12:00Z"),
    *("2026-01-31 12:00:00Z", "2026-01-31t12:00:00Z", "2026-01-31T12:00:00z"),
    *("2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z", "2026-01-31T25:00:00Z"),
    *("2026-01-31T12:60:00Z", "2026-01-31T12:00:60Z", "0000-01-01T00:00:00Z"),
    *("2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.", "2026-01-31T12:00:00 Z"),
    *("2026-01-31T12:00:009Z", "2026-01-31T12:00:00.123456xZ", "2026-01-31T12:00:00\0"),
    *("2026-01-31T12:00:00\n", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+01:60"),
    *("2026-01-31T12:00:00+1", "2026-01-31T12:00:00+01:", "2026-01-31T12:00:00+01:30:15"),
    *("2026-01-31T12:00:00ZZ", "20260131T120000Z", "2026-W05-6T12:00:00Z"),
    *("\uff12026-01-31T12:00:00Z", "2026-01-31T12:00:00.1\u0661Z", "+026-01-31T12:00:00Z"),
)  # fmt: skip
URIS = (
    "https://example.com/a?b#c",
    "ftp://user:secret@host",
    "urn:x",
    "a:",
    "x+y-z.0://h",
)
NO_URIS = (
    "",
    "example.com",
    "://x",
    ":",
    "1a://x",
    "-a:x",
    "é:x",
    "ht tp://x",
    "/a:b",
    "\nx:y",
)
