"""The table of the README that says what each flavour checks: every cell is found out here."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from messages import rendered_package
from models import FROM_TEXT, REFUSALS, Models, written
from mypy import api
from specs import SMALL, load_text

from generator.spec.model import Spec
from generator.targets import MODELS

pytestmark = pytest.mark.once

GUIDE = Path(__file__).resolve().parents[2] / "docs/models.md"
COLUMNS = ["dataclasses", "pydantic", "msgspec", "TypedDict"]
FLAVOURS = ["dataclasses", *MODELS]

SPEC = f"""{SMALL.partition("actions:")[0]}
actions:
  Send:
    sender: client
    request:
      full_name: {{type: str, required: true, max_length: 5}}
      count: {{type: int, minimum: 0, maximum: 9}}
      level: {{type: float, multiple_of: 0.5}}
      share: {{type: float, multiple_of: 0.1}}
      sizes: {{type: list, min_items: 1, max_items: 2, items: {{type: int, maximum: 9}}}}
      colour: {{type: Colour}}
      warm: {{type: Colour, only: [red]}}
      digit: {{type: Digit}}
      bit: {{type: Digit, only: [zero, one]}}
      moment: {{type: str, format: date-time}}
      link: {{type: str, format: uri}}
      anything: {{type: any}}
      note: {{type: Note}}
datatypes:
  Note: {{open: true, fields: {{text: {{type: str}}}}}}
enums:
  Colour: {{values: {{red: Red, blue: Blue}}}}
  Digit: {{values: {{zero: 0, one: 1, two: 2}}}}
"""

# What is wrong with messages, and some that are wrong in that way: what they have beside a
# name, or all that they have if it is in brackets.
WRONG: dict[str, tuple[str, ...]] = {
    "a missing field": ("{}",),
    "an unknown field": ('"more": 1',),
    "a value of another type": (
        '"count": "1"',
        '"count": 1.5',
        '"level": "1"',
        '"colour": 1',
        '"note": []',
        '"sizes": {}',
        '{"fullName": 1}',
        '{"fullName": null}',
    ),
    "`true` for a number": ('"count": true', '"level": true', '"sizes": [true]'),
    "`null` for an optional field": ('"count": null', '"note": null'),
    "a value that an enum hasn't, or that isn't allowed here": (
        '"colour": "Green"',
        '"warm": "Blue"',
        '"digit": 3',
    ),
    '`"0"` or `false` for 0 in an enum of numbers': ('"digit": "0"', '"bit": false'),
    "longer text, numbers out of range, too few or too many elements": (
        '{"fullName": "abcdef"}',
        '"count": -1',
        '"count": 10',
        '"sizes": []',
        '"sizes": [1, 2, 3]',
        '"sizes": [10]',
    ),
    "a number that is no multiple of 0.5": ('"level": 0.25',),
    "a number that is no multiple of 0.1": ('"share": 0.25',),
    "text that is no date-time, or no URI": (
        '"moment": "tomorrow"',
        '"moment": "2026-13-01T00:00:00Z"',
        '"moment": "2026-01-01T24:00:01Z"',
        '"link": "no scheme"',
    ),
    "a day that its month hasn't": (
        '"moment": "2026-02-29T00:00:00Z"',
        '"moment": "2026-04-31T00:00:00Z"',
    ),
    "a number beyond all floats": ('"level": 1e999', '"level": -1e999'),
    "such a number in a field of any type": ('"anything": [1e999]',),
    "such a number in an unknown field": ('"note": {"more": 1e999}',),
    "a field by its name in code": ('{"full_name": "a"}',),
}


def text_of(message: str) -> str:
    return message if message.startswith("{") else f'{{"fullName": "a", {message}}}'


class Tried:
    """What the packages make of messages.

    Attributes:
        modules: The module of requests by flavour.
        refused: Texts of messages that a type checker refuses.
    """

    def __init__(self, spec: Spec, folder: Path) -> None:
        plain = rendered_package(spec, folder / "dataclasses", "table_dataclasses")
        self.modules: dict[str, Any] = {"dataclasses": plain.module("call")}
        for flavour in MODELS:
            package = Models(spec, flavour, folder / flavour, f"table_{flavour}")
            self.modules[flavour] = package.module("call")
        self.refused = refused_by_mypy(folder / "typeddict", folder / "cache")
        self._errors: Any = plain.module("errors").ValidationError

    def cls(self, flavour: str) -> Any:
        return self.modules[flavour].SendMessage

    def read(self, flavour: str, text: str) -> Any:
        """Return what a message becomes; None if it is refused."""
        if flavour == "typeddict":
            return None if text in self.refused else json.loads(text)
        with contextlib.suppress(self._errors, *REFUSALS):
            if flavour == "dataclasses":
                return self.cls(flavour).from_json(text)
            return FROM_TEXT[flavour](self.cls(flavour), text)
        return None

    def write(self, flavour: str, made: Any) -> Any:
        """Return a message as JSON; None if it is refused."""
        with contextlib.suppress(self._errors, *REFUSALS):
            if flavour == "dataclasses":
                return json.loads(made.to_json())
            return [*written(flavour, made)][-1]
        return None

    def make(self, flavour: str, **fields: Any) -> Any:
        """Return an object as a program makes it; None if it is refused."""
        if flavour == "typeddict":
            return self.read(flavour, json.dumps({"fullName": "a", **fields}))
        with contextlib.suppress(*REFUSALS):
            return self.cls(flavour)(full_name="a", **fields)
        return None


RIGHT = '{"fullName": "a", "note": {"text": "b"}, "digit": 0, "level": 16}'
WHOLE = text_of('"count": 1.0')
OPEN = text_of('"note": {"more": [1]}')


def refused_by_mypy(folder: Path, cache_folder: Path) -> set[str]:
    """Return the messages that aren't of their TypedDict, written into a program."""
    texts = [text_of(message) for messages in WRONG.values() for message in messages]
    texts += [RIGHT, WHOLE, OPEN]
    lines = ["from weather import call"]
    for number, text in enumerate(texts):
        value = re.sub(r"\binf\b", "1e999", repr(json.loads(text)))
        lines.append(f"message_{number}: call.SendMessage = {value}")
    file = folder / "program.py"
    file.write_text("\n".join(lines), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        out, errors, _ = api.run(
            ["--strict", "--cache-dir", str(cache_folder), file.name]
        )
    assert errors == ""
    numbers = {
        int(each) - 2 for each in re.findall(r"^program.py:(\d+): error", out, re.M)
    }
    assert len(numbers) > 5
    return {texts[number] for number in numbers}


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return Tried(load_text(SPEC), tmp_path_factory.mktemp("table"))


def checks_reading(tried: Tried, flavour: str) -> bool:
    if flavour == "typeddict":  # json.loads
        return False
    return tried.read(flavour, text_of('"count": "1"')) is None


def checks_making(tried: Tried, flavour: str) -> bool:
    return tried.make(flavour, count="1") is None


def checks_writing(tried: Tried, flavour: str) -> bool:
    made = tried.read(flavour, RIGHT)
    if flavour == "typeddict":
        made["count"] = "1"
    else:
        made.count = "1"
    return tried.write(flavour, made) is None


def takes_whole_floats(tried: Tried, flavour: str) -> bool:
    made = tried.read(flavour, WHOLE)
    return made is not None and tried.write(flavour, made) == json.loads(WHOLE)


def keeps_unknown_fields(tried: Tried, flavour: str) -> bool:
    made = tried.read(flavour, OPEN)
    return made is not None and tried.write(flavour, made) == json.loads(OPEN)


def writes_ints_as_ints(tried: Tried, flavour: str) -> bool:
    text = json.dumps(tried.write(flavour, tried.read(flavour, RIGHT))["level"])
    assert text in ("16", "16.0")
    return text == "16"


RIGHT_THINGS: dict[str, Callable[[Tried, str], bool]] = {
    "takes 1.0 for a whole number": takes_whole_floats,
    "keeps unknown fields of open datatypes": keeps_unknown_fields,
    "writes 16 as 16, not 16.0, where fractions are allowed": writes_ints_as_ints,
    "checks what is read": checks_reading,
    "checks objects that a program makes": checks_making,
    "checks what is written": checks_writing,
}


@cache
def readme_rows() -> dict[str, list[str]]:
    """Return the cells of the table by the first one of each row."""
    text = GUIDE.read_text("utf-8")
    head = f"| refuses | {' | '.join(COLUMNS)} |\n"
    lines = text[text.index(head) + len(head) :].split("\n\n")[0].strip().split("\n")
    assert re.fullmatch(r"(\|:-+:?)+\|", lines[0])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]
    return {first: cells for first, *cells in rows}


def test_table_has_these_rows() -> None:
    assert [*readme_rows()] == [*WRONG, *(f"*{each}*" for each in RIGHT_THINGS)]


def test_right_message_is_right_for_all(tried: Tried) -> None:
    for flavour in FLAVOURS:
        made = tried.read(flavour, RIGHT)
        assert tried.write(flavour, made) == json.loads(RIGHT)
        assert tried.make(flavour) is not None


@pytest.mark.parametrize("row", WRONG)
def test_wrong_messages_are_refused_where_the_table_says_so(
    tried: Tried, row: str
) -> None:
    for cell, flavour in zip(readme_rows()[row], FLAVOURS, strict=True):
        found = {tried.read(flavour, text_of(each)) is None for each in WRONG[row]}
        assert found == {{"yes": True, "no": False}[cell]}, flavour


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("row", RIGHT_THINGS)
def test_the_rest_is_as_the_table_says(tried: Tried, row: str) -> None:
    for cell, flavour in zip(readme_rows()[f"*{row}*"], FLAVOURS, strict=True):
        assert (
            RIGHT_THINGS[row](tried, flavour) is {"yes": True, "no": False}[cell]
        ), flavour
