"""A small spec of a protocol of its own, and specs from text, for tests of any part."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from generator.diagnostics import Diagnostic, DiagnosticError
from generator.spec.load import Overrides, load
from generator.spec.model import Spec
from generator.spec.source import Source

CASES = Path(__file__).resolve().parents[1] / "data" / "diagnostics"

# Every feature of the spec language once. Tests take it as it is or change a line of it;
# `changed` makes sure that the line is there.
BASE = """\
protocol: Parcel Locker
version: "2.10"
package: lockers.v2
class_suffix: Message

errors:
  not_json: BadText
  unknown_field: BadField
  missing_field: Incomplete
  wrong_count: Incomplete
  wrong_type: BadType
  wrong_value: BadValue

actions:
  Deposit:
    description: Announces a parcel and asks for a compartment.
    sender: client
    request:
      note: {type: str, description: Free text for the recipient.}
      parcel: {type: Parcel, required: true}
      tracking_number: {type: str, required: true, max_length: 20}
      expires: {type: str, format: date-time, default: never}
      label_link: {type: str, format: uri, max_length: 255, wire: labelURL}
      size: {type: Size, default: small}
      codes:
        type: list
        required: true
        min_items: 1
        max_items: 4
        items: {type: str, max_length: 6}
    response:
      outcome: {type: Outcome, required: true, except: [broken]}
      compartment: {type: int, minimum: 1, maximum: 400}

  Probe:
    sender: both
    request: {}
    response: {}

  Report:
    description: Sends readings; nobody answers.
    sender: client
    request:
      temperature: {type: float, minimum: -40.5, maximum: 85, multiple_of: 0.5, default: 20.5}
      humidity: {type: float}
      doors: {type: list, items: bool}
      weights: {type: list, items: {type: float, minimum: 0, multiple_of: 0.1}}
      counters: {type: list, items: int}
      extras: {type: list, items: any}
      payload: {type: any, description: "Whatever the maker sends: keys pass untouched."}

  Reserve:
    sender: server
    request:
      grid:
        type: list
        required: true
        items: {type: list, min_items: 2, items: {type: int, minimum: 0}}
      parcels: {type: list, max_items: 8, items: Parcel}
      allowed: {type: list, items: {type: Outcome, only: [stored, refused]}}
      priority: {type: Priority, required: true, only: [normal, urgent]}
      retries: {type: int, maximum: 5, multiple_of: 1, default: 3}
      quiet: {type: bool, default: false}
      triggers: {type: list, min_items: 1, items: Trigger}
    response:
      outcome: {type: Outcome, required: true}
      class_: {type: str}

datatypes:
  Parcel:
    description: What lies in a compartment.
    open: true
    fields:
      weight: {type: float, multiple_of: 0.001}
      size: {type: Size, required: true}
      sender_address: {type: Address}
      history: {type: list, items: Address}

  Address:
    fields:
      lines: {type: list, required: true, min_items: 1, items: {type: str, max_length: 40}}
      geo:
        type: list
        min_items: 2
        max_items: 2
        items: {type: float, minimum: -180, maximum: 180}

enums:
  Trigger: {from: actions, description: Messages that can be asked for.}

  Size:
    description: Of a compartment.
    values:
      small: S
      large: L
      on_top: On

  Outcome:
    values:
      stored: Stored
      refused: Refused
      broken: Broken

  Priority:
    values:
      low: -1
      normal: 0
      urgent: 10
"""


# A spec of few lines, for errors; tests cite its lines, so add to it at the end only.
SMALL = """\
protocol: Weather
version: "1"
package: weather
class_suffix: Message
errors: {not_json: A, unknown_field: B, missing_field: C,
  wrong_count: D, wrong_type: E, wrong_value: F}
actions:
  Report:
    sender: client
    request:
      station: {type: Station, required: true}
      wind: {type: float, minimum: 0, maximum: 90}
      rain: {type: list, items: int, max_items: 24}
      sky: {type: Sky, except: [fog], default: clear}
    response: {}
datatypes:
  Station:
    fields:
      code: {type: str, required: true, max_length: 8}
      place: {type: Place}
  Place:
    fields:
      height: {type: int}
enums:
  Sky:
    values:
      clear: Clear
      fog: Fog
      unseen: Off
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Return text with each `old` replaced by `new`; `old` must stand in it just once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def source_of(text: str, file: str = "spec.yaml") -> Source:
    """Return text as a spec file that was read."""
    data = text.encode("utf-8", "surrogatepass")
    name = file.rpartition("/")[2]
    return Source(file, name, text, hashlib.sha256(data).hexdigest())


def load_text(text: str = BASE, overrides: Overrides | None = None) -> Spec:
    """Return the spec of a text; `spec.yaml` is its file in errors."""
    return load(source_of(text), overrides)


def write_spec(folder: Path, text: str = BASE, name: str = "spec.yaml") -> Path:
    """Write a spec file into a folder and return its path."""
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


class Case(NamedTuple):
    """A spec text and what is said about it.

    Attributes:
        title: What is wrong with it.
        changes: What to replace in SMALL; one without `old` is the whole text.
        lines: The diagnostics, one a line.
    """

    title: str
    changes: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The spec text."""
        if self.changes[0][0]:
            return changed(SMALL, *self.changes)
        return self.changes[0][1]


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file in tests/data/diagnostics; its head explains the form."""
    return [_case(block) for block in _blocks(file)]


def _blocks(file: Path) -> list[str]:
    head, *blocks = file.read_text("utf-8").split("\n\n= ")
    assert head.startswith("# "), head
    return [f"{block.strip()}\n" for block in blocks]


def _case(block: str) -> Case:
    title, _, body = block.partition("\n")
    changes = []
    for old, new in re.findall(r"((?:^<.*\n)*)((?:^>.*\n)+)", body, re.MULTILINE):
        changes.append((_unmarked(old), _unabridged(_unmarked(new))))
    assert changes, f"{title}: no spec text"
    lines = tuple(line for line in body.splitlines() if line[:1] not in ("<", ">"))
    return Case(title, tuple(changes), lines)


def _unmarked(lines: str) -> str:
    return "\n".join(line[2:] for line in lines.splitlines())


def _unabridged(text: str) -> str:
    text = re.sub(r"<U\+([0-9A-F]{4})>", lambda match: chr(int(match[1], 16)), text)
    return re.sub(
        r"<(.+?)\*([0-9]+)>",
        lambda match: match[1] * int(match[2]),
        text,
        flags=re.DOTALL,
    )


def findings(text: str, overrides: Overrides | None = None) -> list[Diagnostic]:
    """Return what is said about a spec text."""
    try:
        load_text(text, overrides)
    except DiagnosticError as error:
        return list(error.diagnostics)
    return []


def rewrite_cases(file: Path) -> None:
    """Write what is said now into a file of cases, for a person to read the difference."""
    head = file.read_text("utf-8").partition("\n\n= ")[0]
    blocks = [head]
    for block in _blocks(file):
        kept = [line for line in block.splitlines() if not line.startswith("spec.yaml")]
        blocks.append("\n".join([*kept, *map(str, findings(_case(block).text))]))
    file.write_text("\n\n= ".join(blocks) + "\n", "utf-8")


if __name__ == "__main__":
    for cases in sorted(CASES.glob("*.txt")):
        rewrite_cases(cases)
