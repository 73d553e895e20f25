"""spec.schema.json, by which editors check a spec, against the loader, which decides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from specs import BASE, SMALL, changed, findings, source_of

from generator.diagnostics import Report
from generator.lint.rules import RULES
from generator.spec import editor_schema
from generator.spec import edits as overlay_tree
from generator.spec.forms import Text
from generator.spec.grammar import KINDS
from generator.spec.reader import Key, Kind
from generator.spec.source import Mapping, Node, Sequence, parse, read_source

pytestmark = pytest.mark.once

FOLDER = Path(__file__).resolve().parents[2] / "spec"
SCHEMA = json.loads((FOLDER / "spec.schema.json").read_text("utf-8"))
DEFS = SCHEMA["$defs"]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BUNDLED = sorted(FOLDER.glob("*.yaml"))


def data_of(node: Node) -> Any:
    """A node as an editor takes it: by the core schema of YAML 1.2."""
    if isinstance(node, Mapping):
        return {key.text: data_of(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [data_of(item) for item in node.items]
    words = {"true": True, "false": False, "null": None, "~": None, "": None}
    if not node.plain:
        return node.text
    return words[node.text] if node.text in words else number_or_text(node.text)


def number_or_text(text: str) -> int | float | str:
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


def schema_accepts(text: str) -> bool:
    report = Report()
    data = data_of(parse(source_of(text), report))
    report.raise_errors()
    return VALIDATOR.is_valid(data)


def with_field(field: str) -> str:
    """The small spec with this as the text of a field."""
    return changed(SMALL, ("height: {type: int}", f"height: {field}"))


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.name)
def test_bundled_specs_are_fine_by_the_schema(file: Path) -> None:
    data = data_of(parse(read_source(file), Report()))
    errors = [
        f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)
    ]
    assert errors == []


def test_ocpp16_and_the_tests_own_specs_are_fine_by_both() -> None:
    for text in (BASE, SMALL, (FOLDER / "ocpp16.yaml").read_text("utf-8")):
        assert schema_accepts(text)
        assert findings(text) == []


def test_schema_is_made_from_the_grammar() -> None:
    assert (FOLDER / "spec.schema.json").read_text("utf-8") == editor_schema.text()


def test_key_of_the_language_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS["field"]
    row = Key(Text(), "Who said so.", types=("str",))
    monkeypatch.setitem(KINDS, "field", Kind(kind.meaning, {**kind.keys, "by": row}))
    validator = jsonschema.Draft202012Validator(editor_schema.editor_schema())
    for field, fine in [
        ("{type: str, by: Me}", True),
        ("{type: str, by: [Me]}", False),
        ("{type: int, by: Me}", False),
    ]:
        text = with_field(field)
        assert (findings(text) == []) == fine
        assert validator.is_valid(data_of(parse(source_of(text), Report()))) == fine


def test_schema_knows_overlays_and_rules() -> None:
    assert set(DEFS["overlay"]["properties"]) == set(overlay_tree.KEYS)
    assert set(DEFS["lint"]["properties"]) == set(RULES)


def test_schema_describes_every_key() -> None:
    def described(part: Any) -> bool:
        ref = part.get("$ref", "").rpartition("/")[2]
        return bool(part.get("description")) or (bool(ref) and described(DEFS[ref]))

    for name, part in DEFS.items():
        for key, value in part.get("properties", {}).items():
            assert described(value), f"{name}.{key}"


# One change of the small spec each, and what both say of it.

FINE = [
    "{type: int, minimum: 0, maximum: 5, multiple_of: 2, default: 4}",
    "{type: float, minimum: -0.5, maximum: 5, multiple_of: 0.1, default: 4.5}",
    "{type: float, minimum: 5, maximum: 5}",
    "{type: int, minimum: -999999999999999}",
    "{type: str, max_length: 1, format: uri}",
    "{type: str, max_length: 2147483647}",
    "{type: str, default: 5}",
    "{type: bool, default: true}",
    "{type: Sky, default: clear}",
    "{type: Sky, only: [clear]}",
    "{type: Sky, except: [clear, fog]}",
    "{type: any, required: true}",
    "{type: list, items: Sky, min_items: 0, max_items: 0}",
    "{type: list, items: {type: list, items: {type: Sky, only: [fog]}}}",
    "{type: int, required: false, default: 5}",
    "{type: int, wire: Höhe 1, description: In metres.}",
    "{type: int, wire: 5, description: 5}",
    "{type: int, wire: true, description: false}",
]

WRONG = [
    *("", "int", "[int]", "{}", "{type: }", "{type: 5}", "{type: [int]}", "{type: ''}"),
    "{typ: int}",
    "{type: int, unit: m}",
    "{type: int, required: yes}",
    "{type: int, required: 'true'}",
    "{type: int, required: true, default: 5}",
    *("{type: int, wire: }", "{type: int, wire: ''}", "{type: int, wire: ' a'}"),
    '{type: int, wire: "a\\tb"}',
    f"{{type: int, wire: {'x' * 101}}}",
    *("{type: int, description: }", "{type: int, description: ' '}"),
    f"{{type: int, description: {'x' * 1001}}}",
    "{type: int, max_length: 5}",
    "{type: str, max_length: 0}",
    "{type: str, max_length: -1}",
    "{type: str, max_length: 1.5}",
    "{type: str, max_length: '5'}",
    "{type: str, max_length: 2147483648}",
    "{type: str, format: email}",
    "{type: str, minimum: 0}",
    "{type: int, minimum: 0.5}",
    "{type: int, maximum: '5'}",
    "{type: int, maximum: }",
    "{type: float, maximum: 1000000000000000}",
    "{type: int, multiple_of: 0}",
    "{type: float, multiple_of: -0.5}",
    "{type: int, multiple_of: 0.5}",
    "{type: int, default: 0.5}",
    "{type: float, default: low}",
    "{type: bool, default: yes}",
    "{type: any, default: 5}",
    "{type: list, items: int, default: 5}",
    "{type: list}",
    "{type: list, items: }",
    "{type: list, items: list}",
    "{type: list, items: {}}",
    "{type: list, items: [int]}",
    "{type: list, items: {type: list}}",
    "{type: list, items: {type: int, required: true}}",
    "{type: list, items: {type: int, description: One of them.}}",
    "{type: list, items: {type: int, default: 5}}",
    "{type: list, items: {type: int, wire: a}}",
    "{type: list, items: {type: int, max_length: 5}}",
    "{type: list, items: int, min_items: -1}",
    "{type: list, items: int, max_items: 0.5}",
    "{type: str, items: int}",
    "{type: str, min_items: 1}",
    "{type: str, only: [fog]}",
    "{type: Sky, max_length: 5}",
    "{type: list, items: Sky, only: [fog]}",
    *("{type: Sky, only: []}", "{type: Sky, only: fog}", "{type: Sky, only: [[fog]]}"),
    "{type: Sky, only: [fog, fog]}",
    "{type: Sky, only: [fog], except: [clear]}",
]

# Facts of the spec as a whole, and of Python, are beyond a schema.
ONLY_THE_LOADER_REFUSES = [
    "{type: Fog}",
    "{type: Station}",
    "{type: Sky, only: [mist]}",
    "{type: Sky, only: [clear, fog, unseen]}",
    "{type: Sky, default: Clear}",
    "{type: int, minimum: 5, maximum: 4}",
    "{type: int, maximum: 5, default: 6}",
    "{type: str, max_length: 3, default: four}",
    "{type: list, items: int, min_items: 5, max_items: 4}",
    # Numbers that can be written in more than one way, and more digits than a float has.
    *("{type: str, max_length: 010}", "{type: str, max_length: 1e3}"),
    *("{type: float, minimum: +1}", "{type: float, minimum: .5}"),
    "{type: float, minimum: 0.1234567890123456}",
    # What can't be seen.
    '{type: int, wire: "a\\u202eb"}',
    '{type: int, description: "\\e[31m"}',
]

# Text that YAML takes for something else; the loader reads what is written.
ONLY_THE_SCHEMA_REFUSES = [
    *(
        "{type: int, wire: ~}",
        "{type: int, wire: null}",
        "{type: int, description: null}",
    ),
]


@pytest.mark.parametrize("field", FINE)
def test_field_that_both_accept(field: str) -> None:
    assert findings(with_field(field)) == []
    assert schema_accepts(with_field(field))


@pytest.mark.parametrize("field", WRONG)
def test_field_that_both_refuse(field: str) -> None:
    assert findings(with_field(field))
    assert not schema_accepts(with_field(field))


@pytest.mark.parametrize("field", ONLY_THE_LOADER_REFUSES)
def test_field_that_is_wrong_in_a_way_no_schema_can_see(field: str) -> None:
    assert findings(with_field(field))
    assert schema_accepts(with_field(field))


@pytest.mark.parametrize("field", ONLY_THE_SCHEMA_REFUSES)
def test_field_that_needs_quotes_in_an_editor_only(field: str) -> None:
    assert findings(with_field(field)) == []
    assert not schema_accepts(with_field(field))


SPECS_FINE = [
    ('version: "1"', "version: 1.10"),
    ('version: "1"', "version: 2.0.1-rc_1"),
    ("package: weather", "package: my_app.weather.v1"),
    ("class_suffix: Message", 'class_suffix: ""'),
    ("class_suffix: Message", "class_suffix: _2"),
    ("class_suffix: Message", "class_suffix: 2"),
    ("class_suffix: Message\n", ""),
    ("not_json: A", "not_json: -32700"),
    ("not_json: A", "not_json: Not JSON"),
    ("    response: {}\n", ""),
    ("    sender: client", "    sender: both\n    description: Weather."),
    ("    sender: client", "    sender: unknown"),
    ("actions:", "lint: {}\nactions:"),
    ("actions:", "lint: {name-style: {}, unused-type: {'*': Any.}}\nactions:"),
    (
        "actions:",
        "lint: {name-style: {enums.Sky: 1, actions.Report.request.x: A b}}\nactions:",
    ),
    ("  Station:\n", "  Station:\n    open: true\n    description: A station.\n"),
    ("  Place:\n", "  Nothing: {fields: {}}\n  Place:\n"),
    ("enums:\n", "enums:\n  A: {from: actions, description: Actions.}\n"),
    ("enums:\n", "enums:\n  A: {values: {a: 1, b: -2}}\n"),
    ("enums:\n", "enums:\n  A: {values: {a: true, b: 1.5, c: On}}\n"),
    ("      height:", f"      {'x' * 100}:"),
    ("      height:", "      class_:"),
]

SPECS_WRONG = [
    ("protocol: Weather\n", ""),
    ("protocol: Weather", "protocol: "),
    ("protocol: Weather", "protocol: [Weather]"),
    ("protocol: Weather", "protocol: ' Weather'"),
    ("protocol: Weather", f"protocol: {'x' * 101}"),
    ("protocol: Weather", "protocol: Weather\ntitle: Weather"),
    ('version: "1"', "version: 1 beta"),
    ('version: "1"', "version: -1"),
    ('version: "1"', f"version: '{'1' * 101}'"),
    ("package: weather", "package: my-app"),
    ("package: weather", "package: a..b"),
    ("package: weather", "package: 1"),
    ("class_suffix: Message", "class_suffix:"),
    ("class_suffix: Message", "class_suffix: -Message"),
    ("class_suffix: Message", f"class_suffix: {'x' * 100}"),
    ("not_json: A, ", ""),
    ("not_json: A", "not_json: "),
    ("not_json: A", "not_jason: A"),
    ("    sender: client\n", ""),
    ("sender: client", "sender: Client"),
    ("actions:", "lint:\nactions:"),
    ("actions:", "lint: [name-style]\nactions:"),
    ("actions:", "lint: {name-style: enums.Sky}\nactions:"),
    ("actions:", "lint: {name-style: [enums.Sky]}\nactions:"),
    ("actions:", "lint: {name-style: {enums.Sky: }}\nactions:"),
    ("actions:", "lint: {name-style: {enums.Sky: [Reason]}}\nactions:"),
    ("actions:", f"lint: {{name-style: {{'*': {'x' * 1001}}}}}\nactions:"),
    ("    response: {}", "    response:"),
    ("    response: {}", "    response: []"),
    ("    response: {}", "    answer: {}"),
    ("  Station:\n", "  Station:\n    open: yes\n"),
    ("  Station:\n", "  Nothing: {}\n  Station:\n"),
    ("  Station:\n", "  Nothing:\n  Station:\n"),
    ("enums:\n", "enums:\n  A: {}\n"),
    ("enums:\n", "enums:\n  A: {values: {}}\n"),
    ("enums:\n", "enums:\n  A: {values: [a]}\n"),
    ("enums:\n", "enums:\n  A: {values: {a: }}\n"),
    ("enums:\n", "enums:\n  A: {values: {a: [A]}}\n"),
    ("enums:\n", "enums:\n  A: {values: {1st: A}}\n"),
    ("enums:\n", "enums:\n  A: {from: datatypes}\n"),
    ("enums:\n", "enums:\n  A: {from: actions, values: {a: A}}\n"),
    ("enums:\n", "enums:\n  A: {values: {a: A}, open: true}\n"),
    ("      height:", "      hei-ght:"),
    ("      height:", "      _height:"),
    ("      height:", f"      {'x' * 101}:"),
    ("  Place:\n", "  My Place: {fields: {}}\n  Place:\n"),
    ("  Report:\n", "  1st: {sender: both, request: {}}\n  Report:\n"),
]

SPECS_ONLY_THE_LOADER_REFUSES = [
    ("      height:", "      class:"),
    ("      height:", "      str:"),
    ("      height:", "      to_dict:"),
    ("      height: {type: int}", "      a_b: {type: int}\n      aB: {type: int}"),
    ("package: weather", "package: a.import"),
    ("class_suffix: Message", f"class_suffix: {'x' * 99}"),
    ("  Report:\n", "  class: {sender: both, request: {}}\n  Report:\n"),
    ("  Place:\n", "  Payload: {fields: {}}\n  Place:\n"),
    ("  Sky:\n", "  Place: {values: {a: A}}\n  Sky:\n"),
    ("fog: Fog", "fog: Clear"),
    ("fog: Fog", "fog: 5"),
    ("unseen: Off", "mro: Off"),
]


# Rules and places are for lint to check, as it knows them.
SPECS_ONLY_THE_SCHEMA_REFUSES = [
    ("actions:", "lint: {nice-names: {'*': Reason.}}\nactions:"),
    ("actions:", "lint: {name-style: {enums..Sky: Reason.}}\nactions:"),
    ("actions:", "lint: {name-style: {'': Reason.}}\nactions:"),
]


@pytest.mark.parametrize("change", SPECS_ONLY_THE_SCHEMA_REFUSES)
def test_switch_off_that_only_an_editor_and_lint_see(change: tuple[str, str]) -> None:
    assert findings(changed(SMALL, change)) == []
    assert not schema_accepts(changed(SMALL, change))


@pytest.mark.parametrize("change", SPECS_FINE)
def test_spec_that_both_accept(change: tuple[str, str]) -> None:
    assert findings(changed(SMALL, change)) == []
    assert schema_accepts(changed(SMALL, change))


@pytest.mark.parametrize("change", SPECS_WRONG)
def test_spec_that_both_refuse(change: tuple[str, str]) -> None:
    assert findings(changed(SMALL, change))
    assert not schema_accepts(changed(SMALL, change))


@pytest.mark.parametrize("change", SPECS_ONLY_THE_LOADER_REFUSES)
def test_spec_that_is_wrong_in_a_way_no_schema_can_see(
    change: tuple[str, str],
) -> None:
    assert findings(changed(SMALL, change))
    assert schema_accepts(changed(SMALL, change))


@pytest.mark.parametrize(
    ("overlay", "fine"),
    [
        ("extends: ocpp16.yaml", True),
        ("extends: a.yaml\npackage: a.b\namend: {actions.A: {sender: both}}", True),
        ("extends: a.yaml\nadd: {datatypes.A: {fields: {}}}", True),
        ("extends: a.yaml\nadd: {enums.A.values.b: On}", True),
        ("extends: a.yaml\nadd: {enums: {A: {values: {b: On}}}}", True),
        ("extends: a.yaml\nadd: {format_words.date-time.en: UTC}", True),
        ("extends: a.yaml\nadd: {actions.A.request.b: {type: int}}", True),
        ("extends: a.yaml\nremove: [enums.A.values.b]", True),
        ("extends: a.yaml\nlint: {name-style: {enums.A.values.b: Reason.}}", True),
        ("extends: a.yaml\nadd: {lint.name-style: {'*': Reason.}}", True),
        ("extends: a.yaml\nadd: {lint.name-style.enums.A: Reason.}", True),
        ("extends: a.yaml\namend: {lint.name-style.*: Reason.}", True),
        ("extends: a.yaml\nremove: [lint, lint.name-style.enums.A]", True),
        ("amend: {actions.A: {sender: both}}", True),
        ("package: a.b\nremove: [enums.A]", True),
        ("extends: ", False),
        ("extends: a.yaml\nactions: {}", False),
        ("extends: a.yaml\nadd: {datatypes.A: {}}", False),
        ("extends: a.yaml\nadd: {datatypes: {A: {}}}", False),
        ("extends: a.yaml\nadd: {common.fields: {b: {max_length: 5}}}", False),
        ("extends: a.yaml\nadd: {format_words.date-time: UTC}", False),
        ("extends: a.yaml\nadd: {enums.day-time: {from: actions}}", False),
        ("extends: a.yaml\nadd: {actions.A.request.b: {max_length: 5}}", False),
        ("extends: a.yaml\namend: [actions.A]", False),
        ("extends: a.yaml\namend: {actions..A: {}}", False),
        ("extends: a.yaml\nlint: {name-style: {enums.A: }}", False),
        ("extends: a.yaml\nadd: {lint.name-style.enums.A: }", False),
        ("extends: a.yaml\nadd: {enums.A*: Reason.}", False),
        ("extends: a.yaml\nremove: enums.A", False),
        ("amend: {actions.A: {sender: both}}\nactions: {}", False),
    ],
)
def test_overlays_by_the_schema(overlay: str, fine: bool) -> None:
    assert schema_accepts(overlay) is fine
