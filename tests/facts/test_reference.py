"""Hold the generated OCPP 1.6 modules and documents against the reference.

The facts in data/ocpp16-reference.json were read from the reference document by
reference_reader.py. They know nothing of spec/ocpp16.yaml, so a slip in the spec shows
here. Where the reference itself is wrong, CORRECTIONS says so, and nowhere else.
"""

# ruff: noqa: RUF001

from __future__ import annotations

import copy
import dataclasses
import enum
import functools
import importlib
import inspect
import json
import re
import sys
import typing
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import GenericAlias, ModuleType
from typing import Any, NamedTuple

import pytest
from generated_modules import load_package
from reference_reader import Field, Heading, Member, read_document

pytestmark = pytest.mark.once

TESTS = Path(__file__).resolve().parents[1]
GENERATED = TESTS.parent / "generated"
PACKAGE = GENERATED / "ocpp" / "v16"
DOCS = GENERATED / "docs"
ENGLISH = DOCS / "en" / "Request_and_Response_Message_Data_Structure_Description_V16.md"
CHINESE = DOCS / "zh" / "请求与应答消息数据结构说明_V16.md"

Facts = list[Heading]

REFERENCE: Facts = json.loads(
    (TESTS / "data" / "ocpp16-reference.json").read_text(encoding="utf-8")
)


# The facts as a tree of headings


def find(facts: Facts, title: str) -> Heading:
    found = [heading for heading in facts if heading["title"] == title]
    if len(found) != 1:
        raise LookupError(f"{len(found)} headings {title!r}")
    return found[0]


def parents(facts: Facts) -> Iterator[tuple[str | None, Heading]]:
    """Each heading with the title of the heading it stands under."""
    above: list[Heading] = []
    for heading in facts:
        while above and above[-1]["level"] >= heading["level"]:
            above.pop()
        yield (above[-1]["title"] if above else None), heading
        above.append(heading)


def children(facts: Facts) -> dict[str | None, list[str]]:
    """For each heading the titles of those directly under it, in order."""
    tree: dict[str | None, list[str]] = {}
    for parent, heading in parents(facts):
        tree.setdefault(parent, []).append(heading["title"])
        tree.setdefault(heading["title"], [])
    return tree


def module_and_class(title: str) -> tuple[str, str]:
    """("call", "ResetPayload") for "`call.ResetPayload`"; ("", "") for prose."""
    match = re.fullmatch(r"`(\w+)\.(\w+)`", title)
    return (match[1], match[2]) if match else ("", "")


def members_of(facts: Facts, name: str) -> list[Member]:
    return find(facts, f"`enums.{name}`")["members"]


def actions(facts: Facts) -> list[str]:
    return [str(member["value"]) for member in members_of(facts, "Action")]


# Corrections of the reference


class CorrectionError(LookupError):
    """The reference's facts don't have what a correction would change."""


@dataclasses.dataclass(frozen=True)
class Correction:
    id: str
    reason: str
    apply: Callable[[Facts], None]  # in place; raises CorrectionError
    places: frozenset[str]  # where the English document differs without it


def require(holds: bool, what: str) -> None:
    if not holds:
        raise CorrectionError(what)


def relabel(title: str, field: str, before: str, after: str) -> Callable[[Facts], None]:
    def apply(facts: Facts) -> None:
        rows = [f for f in find(facts, title)["fields"] if f["name"] == field]
        require([f["type"] for f in rows] == [before], f"{title}.{field}: {before}")
        rows[0]["type"] = after

    return apply


def rename(before: str, after: str) -> Callable[[Facts], None]:
    def apply(facts: Facts) -> None:
        found = [heading for heading in facts if heading["title"] == before]
        require(len(found) == 1, before)
        found[0]["title"] = after

    return apply


def close_span(title: str) -> Callable[[Facts], None]:
    def apply(facts: Facts) -> None:
        heading = find(facts, title)
        require(heading.get("unclosed_span") is True, f"unclosed span: {title}")
        del heading["unclosed_span"]

    return apply


def move(title: str, before: str, after: str) -> Callable[[Facts], None]:
    """From the section `before` to the end of the section `after`."""

    def apply(facts: Facts) -> None:
        tree = children(facts)
        require(title in tree.get(before, []), f"{title} in {before}")
        heading = find(facts, title)
        last = find(facts, tree[after][-1])
        facts.remove(heading)
        facts.insert(facts.index(last) + 1, heading)

    return apply


def sort_by_action(*sections: str) -> Callable[[Facts], None]:
    """Put the payloads of these sections in the order of enums.Action."""

    def apply(facts: Facts) -> None:
        order = actions(facts)
        tree = children(facts)

        def action_index(title: str) -> int:
            return order.index(module_and_class(title)[1].removesuffix("Payload"))

        for section in sections:
            titles = sorted(tree.get(section, []), key=action_index)
            require(titles != tree.get(section, []), f"another order in {section}")
            start = facts.index(find(facts, section)) + 1
            end = start + len(titles)
            facts[start:end] = [find(facts, title) for title in titles]

    return apply


CLIENT_REQUESTS = "Client Request Message Structure"
SERVER_RESPONSES = "Server Response Client Request Message Structure"
CLIENT_RESPONSES_TYPO = "Client Response Server Sequest Message Structure"
CLIENT_RESPONSES = "Client Response Server Request Message Structure"

CORRECTIONS = [
    Correction(
        id="unclosed-span",
        reason="The anchor's second tag is an opening <span>.",
        apply=close_span("Request Message Structure"),
        places=frozenset({"Request Message Structure"}),
    ),
    Correction(
        id="charging-profile-purpose",
        reason="Labelled `obj`, but refers to an enumeration of strings.",
        apply=relabel(
            "`datatypes.ChargingProfile`", "charging_profile_purpose", "obj", "str"
        ),
        places=frozenset({"`datatypes.ChargingProfile` charging_profile_purpose"}),
    ),
    Correction(
        id="charging-profile-kind",
        reason="Labelled `obj`, but refers to an enumeration of strings.",
        apply=relabel(
            "`datatypes.ChargingProfile`", "charging_profile_kind", "obj", "str"
        ),
        places=frozenset({"`datatypes.ChargingProfile` charging_profile_kind"}),
    ),
    Correction(
        id="signed-firmware-status-notification",
        reason="The client sends the request, so the response is the server's.",
        apply=move(
            "`call_result.SignedFirmwareStatusNotificationPayload`",
            CLIENT_RESPONSES_TYPO,
            SERVER_RESPONSES,
        ),
        places=frozenset({SERVER_RESPONSES, CLIENT_RESPONSES}),
    ),
    Correction(
        id="order-of-actions",
        reason="The fourth section and nearly all of these three follow the actions.",
        apply=sort_by_action(CLIENT_REQUESTS, SERVER_RESPONSES, CLIENT_RESPONSES_TYPO),
        places=frozenset({CLIENT_REQUESTS, SERVER_RESPONSES, CLIENT_RESPONSES}),
    ),
    Correction(  # last: those before use the title as the reference has it
        id="sequest",
        reason="Misspelt: Sequest for Request.",
        apply=rename(CLIENT_RESPONSES_TYPO, CLIENT_RESPONSES),
        places=frozenset({"Response Message Structure"}),
    ),
]


@functools.cache
def corrected(without: Correction | None = None) -> Facts:
    facts = copy.deepcopy(REFERENCE)
    for correction in CORRECTIONS:
        if correction is not without:
            correction.apply(facts)
    return facts


# Comparison of two documents' facts


class Difference(NamedTuple):
    place: str  # a heading's title, for a table row followed by the row's name
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def differences(expected: Facts, actual: Facts) -> list[Difference]:
    """Where `actual` differs, each difference at one place only.

    An anchor that `expected` lacks is free, but must be there.
    """
    found: list[Difference] = []

    def compare(place: str, what: str, wanted: object, got: object) -> None:
        if wanted != got:
            found.append(Difference(place, f"{what}: {got!r} instead of {wanted!r}"))

    def compare_rows(title: str, wanted: list[Any], got: list[Any]) -> None:
        names = [row["name"] for row in wanted]
        compare(title, "rows", names, [row["name"] for row in got])
        rows = {row["name"]: row for row in got}
        for row in wanted:
            if row["name"] in rows:
                place = f"{title} {row['name']}"
                compare(place, "row", row, rows[row["name"]])

    wanted_tree, got_tree = children(expected), children(actual)
    got_headings = {heading["title"]: heading for heading in actual}
    compare("document", "titles", wanted_tree[None], got_tree.get(None))
    for heading in expected:
        title = heading["title"]
        got = got_headings.get(title)
        if got is None:  # reported as missing under the heading above
            continue
        compare(title, "headings under it", wanted_tree[title], got_tree[title])
        for key in ("level", "unclosed_span", "columns", "no_parameters"):
            compare(title, key, heading.get(key), got.get(key))
        if heading["anchor"] is not None:
            compare(title, "anchor", heading["anchor"], got["anchor"])
        elif got["anchor"] is None:
            found.append(Difference(title, "no anchor"))
        compare_rows(title, heading.get("fields", []), got.get("fields", []))
        compare_rows(title, heading.get("members", []), got.get("members", []))
    return found


# Fixtures. They fail where a generated file is missing.


@pytest.fixture(scope="module")
def facts() -> Facts:
    return corrected()


@pytest.fixture(scope="module")
def english() -> Facts:
    return read_document(ENGLISH.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def package() -> ModuleType:
    return load_package(PACKAGE, "generated_ocpp16")


@pytest.fixture(scope="module")
def modules(package: ModuleType) -> dict[str, ModuleType]:
    return {
        name: importlib.import_module(f"{package.__name__}.{name}")
        for name in ("call", "call_result", "datatypes", "enums")
    }


# The corrections themselves

by_correction = pytest.mark.parametrize(
    "correction", CORRECTIONS, ids=[correction.id for correction in CORRECTIONS]
)


def test_corrections_are_named_and_explained() -> None:
    names = [correction.id for correction in CORRECTIONS]
    assert len(set(names)) == len(names)
    assert all(correction.reason for correction in CORRECTIONS)


@by_correction
def test_correction_applies_once(correction: Correction) -> None:
    facts = copy.deepcopy(REFERENCE)
    for earlier in CORRECTIONS[: CORRECTIONS.index(correction)]:
        earlier.apply(facts)
    before = copy.deepcopy(facts)
    correction.apply(facts)
    assert facts != before
    with pytest.raises(CorrectionError):
        correction.apply(facts)


@by_correction
def test_correction_is_needed(correction: Correction, english: Facts) -> None:
    """The document differs from the reference at the correction's places."""
    others = differences(corrected(), english)  # reported by test_english_document
    found = differences(corrected(without=correction), english)
    places = {difference.place for difference in set(found) - set(others)}
    assert places == correction.places


def test_corrected_facts_agree_with_each_other(facts: Facts) -> None:
    """Labels fit what they describe, and every link leads somewhere."""
    anchors = {heading["anchor"]: heading["title"] for heading in facts}
    for heading in facts:
        for field in heading.get("fields", []):
            place = f"{heading['title']} {field['name']}"
            link = field.get("link")
            structured = link is not None and link["kind"] == "datatypes"
            assert (field["type"] == "obj") == structured, place
            assert (field["type"] == "list") == ("element" in field), place
            if link is not None and not structured:
                types = {member["type"] for member in members_of(facts, link["name"])}
                assert types == {field["type"]}, place
            link = link or field.get("element", {}).get("link")
            if link is not None:
                target = f"`{link['kind']}.{link['name']}`"
                assert anchors[link["anchor"]] == target, place
        assert len({member["type"] for member in heading.get("members", [])}) < 2


def test_actions_are_those_of_the_messages(facts: Facts) -> None:
    for module in ("call", "call_result"):
        assert sorted(class_names(module)) == [f"{a}Payload" for a in actions(facts)]


# The modules


def test_package_imports_nothing_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may stand in any package, also beside the PyPI package `ocpp`."""
    monkeypatch.setitem(sys.modules, "ocpp", None)  # importing it would fail now
    name = load_package(PACKAGE, "generated_ocpp16_elsewhere").__name__
    for file in PACKAGE.glob("*.py"):
        module = importlib.import_module(f"{name}.{file.stem}")
        assert module.__file__ == str(file)


def test_one_name_for_one_package(package: ModuleType, tmp_path: Path) -> None:
    assert load_package(PACKAGE, package.__name__) is package
    (tmp_path / "__init__.py").touch()
    with pytest.raises(ValueError, match="is already"):
        load_package(tmp_path, package.__name__)
    with pytest.raises(FileNotFoundError):
        load_package(tmp_path / "missing", "generated_missing")


def class_names(module: str) -> list[str]:
    named = (module_and_class(heading["title"]) for heading in REFERENCE)
    return [name for where, name in named if where == module]


def by_class(*module_names: str) -> pytest.MarkDecorator:
    cases = [(module, name) for module in module_names for name in class_names(module)]
    ids = [f"{module}.{name}" for module, name in cases]
    return pytest.mark.parametrize(("module", "name"), cases, ids=ids)


by_structure = by_class("call", "call_result", "datatypes")
by_enum = pytest.mark.parametrize("name", class_names("enums"))


def fields_of(facts: Facts, module: str, name: str) -> list[Field]:
    return find(facts, f"`{module}.{name}`").get("fields", [])


def python_type(modules: dict[str, ModuleType], field: Field) -> Any:
    plain: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
    element = field.get("element")
    link = element.get("link") if element is not None else field.get("link")
    if link is not None:
        single = getattr(modules[link["kind"]], link["name"])
    else:
        single = plain[element["type"] if element is not None else field["type"]]
    return single if element is None else GenericAlias(list, (single,))


@pytest.mark.parametrize("module", ["call", "call_result", "datatypes", "enums"])
def test_classes_and_their_order(
    modules: dict[str, ModuleType], facts: Facts, module: str
) -> None:
    """Messages stand in the order of the actions, the others in the reference's."""
    defined = [
        name
        for name, value in vars(modules[module]).items()
        if isinstance(value, type)
        and value.__module__ == modules[module].__name__
        and not name.startswith("_")
    ]
    if module in ("call", "call_result"):
        assert defined == [f"{action}Payload" for action in actions(facts)]
    else:
        assert defined == class_names(module)


@pytest.mark.parametrize(
    ("module", "content"),
    [
        ("call", "Requests"),
        ("call_result", "Responses"),
        ("datatypes", "Structured data in messages"),
        ("enums", "Enumerations"),
    ],
)
def test_module_docstring(
    modules: dict[str, ModuleType], module: str, content: str
) -> None:
    assert modules[module].__doc__ == f"{content} of OCPP 1.6."


@by_structure
def test_fields(
    modules: dict[str, ModuleType], facts: Facts, module: str, name: str
) -> None:
    cls = getattr(modules[module], name)
    fields = fields_of(facts, module, name)
    generated = dataclasses.fields(cls)
    assert [field.name for field in generated] == [field["name"] for field in fields]
    hints = typing.get_type_hints(cls)
    for got, field in zip(generated, fields, strict=True):
        wanted = python_type(modules, field)
        wanted = wanted if field["required"] else wanted | None
        assert hints[got.name] == wanted, got.name
        assert got.default is (dataclasses.MISSING if field["required"] else None)
        assert got.default_factory is dataclasses.MISSING, got.name


@by_structure
def test_constructor(
    modules: dict[str, ModuleType], facts: Facts, module: str, name: str
) -> None:
    cls = getattr(modules[module], name)
    fields = fields_of(facts, module, name)
    parameters = inspect.signature(cls).parameters
    assert list(parameters) == [field["name"] for field in fields]
    for field in fields:
        parameter = parameters[field["name"]]
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert parameter.default is (parameter.empty if field["required"] else None)
    values = [object() for _ in fields]  # the constructor checks and converts nothing
    payload = cls(*values)
    assert [getattr(payload, field["name"]) for field in fields] == values
    assert "__slots__" in vars(cls)
    assert not hasattr(payload, "__dict__")


@by_class("call", "call_result")
def test_action(modules: dict[str, ModuleType], module: str, name: str) -> None:
    action: object = getattr(modules[module], name).ACTION
    assert action == name.removesuffix("Payload")


@by_enum
def test_enum(modules: dict[str, ModuleType], facts: Facts, name: str) -> None:
    cls = getattr(modules["enums"], name)
    members = members_of(facts, name)
    base = {"str": enum.StrEnum, "int": enum.IntEnum}[members[0]["type"]]
    assert issubclass(cls, base)
    # __members__ rather than the class itself: that leaves out aliases.
    assert [(key, member.value) for key, member in cls.__members__.items()] == [
        (member["name"], member["value"]) for member in members
    ]
    for member in members:
        got = getattr(cls, member["name"])
        assert type(got) is cls
        assert type(got.value) is type(member["value"])


@pytest.mark.parametrize(
    ("table", "module"), [("REQUESTS", "call"), ("RESPONSES", "call_result")]
)
def test_classes_by_action(
    package: ModuleType,
    modules: dict[str, ModuleType],
    facts: Facts,
    table: str,
    module: str,
) -> None:
    found = getattr(package, table)
    assert list(found) == actions(facts)
    for action in found:
        assert found[action] is getattr(modules[module], f"{action}Payload")


# Docstrings


class DocumentedField(NamedTuple):
    name: str
    type: str
    required: bool
    facts: list[str]  # the fixed sentences


class Docstring(NamedTuple):
    summary: str
    fields: list[DocumentedField]


# The reference knows no wire names; the official schemas have one that the rule doesn't give.
WIRE_NAMES = {("call_result.GetLogPayload", "file_name"): "filename"}

FACT_SENTENCE = re.compile(
    r"At most \d+ characters\.|ISO 8601 date-time\.|URI\."
    r"|Each element: at most \d+ characters\.|Name on the wire: \w+\."
)
# A limit or format put into the free text would escape the comparison.
FACT_IN_FREE_TEXT = re.compile(
    r"\b(?:at most|at least|(?:max|min)(?:imum)?|multiple of)\b.*\d"
    r"|\d+ characters|\bISO 8601\b|\bon the wire\b|\beach element\b",
    re.IGNORECASE,
)


def parse_docstring(text: str) -> Docstring:
    """Take a class docstring apart; ValueError for anything unexpected."""
    if any(len(line) > 88 for line in text.splitlines()):
        raise ValueError("line of more than 88 columns")
    summary, *paragraphs = re.split(r"\n\n+", inspect.cleandoc(text))
    if not paragraphs or len(paragraphs) > 2 or "\n" in summary:
        raise ValueError(f"not a summary, a description and fields: {text!r}")
    heading, *lines = paragraphs.pop().split("\n")
    for free in paragraphs:
        if heading_like := re.search(r"^(?:\s|Attributes:|No fields)", free, re.M):
            raise ValueError(f"not a description: {heading_like.string!r}")
    if heading == "No fields." and not lines:
        return Docstring(summary, [])
    if heading != "Attributes:" or not lines:
        raise ValueError(f"neither fields nor 'No fields.': {heading!r}")
    return Docstring(summary, [parse_attribute(line) for line in join_wrapped(lines)])


def join_wrapped(lines: list[str]) -> list[str]:
    joined: list[str] = []
    for line in lines:
        match = re.fullmatch(r"( {4}| {8})(\S.*)", line)
        if match is None or (not joined and len(match[1]) == 8):
            raise ValueError(f"wrong indent: {line!r}")
        if len(match[1]) == 4:
            joined.append(match[2])
        else:
            joined[-1] += " " + match[2]
    return joined


def parse_attribute(line: str) -> DocumentedField:
    match = re.fullmatch(r"(\w+) \(([\w.\[\]]+)\): (Required|Optional)\.( .+)?", line)
    if match is None:
        raise ValueError(f"not a field: {line!r}")
    name, type_text, presence, rest = match.groups()
    sentences = re.split(r"(?<=[.!?]) ", rest.strip()) if rest else []
    facts: list[str] = []
    while sentences and FACT_SENTENCE.fullmatch(sentences[-1]):
        facts.insert(0, sentences.pop())
    free = " ".join(sentences)
    if free and not free.endswith("."):
        raise ValueError(f"description without an end: {line!r}")
    if FACT_IN_FREE_TEXT.search(free) or any(map(FACT_SENTENCE.fullmatch, sentences)):
        raise ValueError(f"fact before or in the description: {line!r}")
    return DocumentedField(name, type_text, presence == "Required", facts)


def documented(field: Field, module: str, name: str) -> DocumentedField:
    """What a docstring of the class has to say of the field."""
    element = field.get("element", {})
    link = element.get("link") or field.get("link")
    type_text = element.get("type") or field["type"]
    if link is not None:
        own = link["kind"] == module
        type_text = link["name"] if own else f"{link['kind']}.{link['name']}"
    facts = []
    if "max_length" in field:
        facts.append(f"At most {field['max_length']} characters.")
    if "format" in field:
        sentences = {"date-time": "ISO 8601 date-time.", "uri": "URI."}
        facts.append(sentences[field["format"]])
    if "max_length" in element:
        facts.append(f"Each element: at most {element['max_length']} characters.")
    if wire := WIRE_NAMES.get((f"{module}.{name}", field["name"])):
        facts.append(f"Name on the wire: {wire}.")
    return DocumentedField(
        field["name"],
        f"list[{type_text}]" if "element" in field else type_text,
        field["required"],
        facts,
    )


def summary_line(facts: Facts, module: str, name: str) -> str:
    if module == "datatypes":
        return f"{name} structured data."
    title = f"`{module}.{name}`"
    section = next(up for up, heading in parents(facts) if heading["title"] == title)
    senders = {"Server": "server", "Client": "client", "A": "server or the client"}
    sender = senders[str(section).partition(" ")[0]]
    message = {"call": "request", "call_result": "response"}[module]
    return f"{name.removesuffix('Payload')} {message}, sent by the {sender}."


@by_structure
def test_docstring(
    modules: dict[str, ModuleType], facts: Facts, module: str, name: str
) -> None:
    parsed = parse_docstring(getattr(modules[module], name).__doc__)
    assert parsed.summary == summary_line(facts, module, name)
    fields = fields_of(facts, module, name)
    assert parsed.fields == [documented(field, module, name) for field in fields]


@by_enum
def test_enum_docstring(modules: dict[str, ModuleType], name: str) -> None:
    summary, *description = inspect.cleandoc(
        vars(modules["enums"])[name].__dict__["__doc__"]  # not an inherited one
    ).split("\n\n")
    assert summary == f"Values of {name}."
    assert len(description) < 2


DOCSTRING = """Reset request, sent by the server.

    Restart the charge point, at once or
    when it is idle.

    Attributes:
        kind (enums.ResetType): Required.
        keys (list[str]): Optional. Keys, e.g. of a group.
            Each element: at most 50 characters. Name on the wire: Key.
    """


def test_docstring_parser() -> None:
    assert parse_docstring(DOCSTRING) == Docstring(
        "Reset request, sent by the server.",
        [
            DocumentedField("kind", "enums.ResetType", True, []),
            DocumentedField(
                "keys",
                "list[str]",
                False,
                ["Each element: at most 50 characters.", "Name on the wire: Key."],
            ),
        ],
    )
    assert parse_docstring("X structured data.\n\n    No fields.\n    ").fields == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("Required.", "Needed.", "not a field"),
        ("(list[str])", "list[str]", "not a field"),
        ("Required.", "Required. At most 20 characters", "without an end"),
        ("Keys, e.g. of a group.", "At most 20 characters. Keys.", "fact before"),
        ("Keys, e.g. of a group.", "Keys of 20 characters.", "fact before"),
        ("Keys, e.g. of a group.", "Each element: .", "fact before"),
        ("Keys, e.g. of a group.", f"Keys{' and more' * 9}.", "88 columns"),
        ("    kind", "  kind", "wrong indent"),
        ("    kind", "        kind", "wrong indent"),
        ("    Attributes:", "    Fields:", "neither fields"),
        ("\n\n    Attributes:", "\n    Attributes:", "neither fields"),
        ("or\n    when it is idle.", "or.\n\n    When idle.", "not a summary"),
        ("when it is idle.", "No fields.", "not a description"),
    ],
)
def test_docstring_parser_refuses(before: str, after: str, message: str) -> None:
    assert before in DOCSTRING
    with pytest.raises(ValueError, match=message):
        parse_docstring(DOCSTRING.replace(before, after, 1))


# The documents


def test_english_document(facts: Facts, english: Facts) -> None:
    found = differences(facts, english)
    assert not found, "\n" + "\n".join(map(str, found))


def test_every_heading_of_the_english_document_has_its_own_anchor(
    english: Facts,
) -> None:
    anchors = Counter(heading["anchor"] for heading in english)
    assert [anchor for anchor, count in anchors.items() if count > 1] == []
    assert None not in anchors
    for heading in english:
        module, name = module_and_class(heading["title"])
        if module in ("call", "call_result"):
            action = name.removesuffix("Payload").lower()
            assert heading["anchor"] == f"{module}-{action}"


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def link_targets(path: Path) -> list[str]:
    text = without_code(path.read_text(encoding="utf-8"))
    targets = re.findall(r'\]\(([^)\s]*)(?: "[^"]*")?\)', text)
    assert len(targets) == text.count("]("), "a link not understood"
    return [urllib.parse.unquote(target) for target in targets]


by_document = pytest.mark.parametrize("path", [ENGLISH, CHINESE], ids=["en", "zh"])


@by_document
def test_links_in_the_page_lead_to_one_anchor(path: Path) -> None:
    text = without_code(path.read_text(encoding="utf-8"))
    anchors = Counter(re.findall(r'<\w+ (?:id|name)="([^"]*)">', text))
    links = {target[1:] for target in link_targets(path) if target.startswith("#")}
    assert links
    assert {link: anchors[link] for link in links if anchors[link] != 1} == {}


@by_document
def test_links_to_files_lead_to_files(path: Path) -> None:
    files = [
        target
        for target in link_targets(path)
        if not target.startswith("#") and "://" not in target
    ]
    other = CHINESE if path == ENGLISH else ENGLISH
    assert f"../{other.parent.name}/{other.name}" in files
    assert [file for file in files if not (path.parent / file).is_file()] == []


class Section(NamedTuple):
    level: int
    title: str
    anchor: str
    labels: list[str]  # bold lines
    table: list[list[str]]  # column titles first; empty without a table
    bullets: list[str]

    @property
    def named(self) -> str:
        """The class that the heading names, if any."""
        return ".".join(module_and_class(self.title)).strip(".")


def sections(path: Path) -> list[Section]:
    """Headings, tables and bullets in any language, without a look into the cells."""
    text = re.sub(
        r"<!--.*?-->",
        "",
        without_code(path.read_text(encoding="utf-8")),
        flags=re.DOTALL,
    )
    found: list[Section] = []
    anchor = ""
    for line in text.split("\n"):
        if match := re.search('<(?:a|span) id="([^"]*)">', line):
            anchor = match[1]
        if match := re.match("(#+) (.*)", line):
            title = re.sub("<[^>]*>", "", match[2])
            found.append(Section(len(match[1]), title, anchor, [], [], []))
        elif line.startswith("**"):
            found[-1].labels.append(line)
        elif line.startswith("|") and not re.fullmatch(r"[|:-]+", line):
            found[-1].table.append(line[1:-1].split("|"))
        elif line.startswith("- ") and found:
            found[-1].bullets.append(line)
    return found


class CellFacts(NamedTuple):
    """What a description says in any language."""

    empty: bool
    links: list[tuple[str, ...]]  # text, address, name in the title
    code: list[str]
    numbers: list[str]
    uri: bool


LINK = re.compile(r'\[`([^`]*)`\]\((#[^)\s]*) "(\w*) [^"]*"\)')


def cell_facts(cell: str) -> CellFacts:
    rest = LINK.sub("", cell)
    return CellFacts(
        empty=not cell.strip(),
        links=LINK.findall(cell),
        code=re.findall("`([^`]*)`", rest),
        numbers=re.findall(r"\d+", rest),
        uri="uri" in rest.lower(),
    )


def row_facts(row: list[str]) -> list[object]:
    required = {"Yes": True, "是": True, "No": False, "否": False}
    name, label, description, presence = row
    return [name, label, cell_facts(description), required.get(presence, presence)]


@pytest.fixture(scope="module")
def chinese_pairs() -> list[tuple[Section, Section]]:
    english, chinese = sections(ENGLISH), sections(CHINESE)
    assert [(s.level, s.named, s.anchor, len(s.table)) for s in chinese] == [
        (s.level, s.named, s.anchor, len(s.table)) for s in english
    ]
    return list(zip(english, chinese, strict=True))


def test_chinese_tables_have_the_same_facts(
    chinese_pairs: list[tuple[Section, Section]],
) -> None:
    for english, chinese in chinese_pairs:
        rows = english.table[1:], chinese.table[1:]
        if english.named.startswith("enums."):
            assert rows[1] == rows[0], english.named
        else:
            for wanted, got in zip(*rows, strict=True):
                assert row_facts(got) == row_facts(wanted), english.named


def test_chinese_document_marks_the_same_messages_as_empty(
    chinese_pairs: list[tuple[Section, Section]],
) -> None:
    empty = [c for _, c in chinese_pairs if c.named and not c.table]
    others = [c for _, c in chinese_pairs if c.table]
    marks = set.intersection(*(set(section.bullets) for section in empty))
    assert len(marks) == 1
    assert not any(marks & set(section.bullets) for section in others)


def test_chinese_document_is_in_chinese(
    chinese_pairs: list[tuple[Section, Section]],
) -> None:
    for english, chinese in chinese_pairs:
        if chinese.table:
            titles = chinese.table[0]
            assert len(titles) == len(english.table[0])
            assert not re.search("[A-Za-z]", "".join(titles)), titles
            assert all(titles)
        if not chinese.named:
            assert re.search("[\u4e00-\u9fff]", chinese.title), chinese.title
        for row in chinese.table[1:]:
            if len(row) == 4:
                assert row[3] in ("是", "否"), row
    assert "No Parameters" not in CHINESE.read_text(encoding="utf-8")


CHINESE_TITLES = {
    "OCPP v1.6 Version Request and Response Message Data Structure Description": (
        "OCPP v1.6 版本请求与应答消息数据结构说明"
    ),
    "Request Message Structure": "请求消息结构",
    "Server Request Message Structure": "服务端请求消息结构",
    "Client Request Message Structure": "客户端请求消息结构",
    "A Message Structure That Both The Server and The Client Can Request": (
        "服务端与客户端均可发起的请求消息结构"
    ),
    "Response Message Structure": "应答消息结构",
    "Server Response Client Request Message Structure": "服务端应答客户端请求的消息结构",
    "Client Response Server Request Message Structure": "客户端应答服务端请求的消息结构",
    "A Response Message Structure That Both The Server and The Client Can Request": (
        "服务端与客户端均可返回的应答消息结构"
    ),
    "Data Structure In Message Body": "消息体中的数据结构",
    "Enumeration Value In Message Body": "消息体中的枚举值",
}


def test_chinese_titles(chinese_pairs: list[tuple[Section, Section]]) -> None:
    titles = {e.title: c.title for e, c in chinese_pairs if not e.named}
    assert titles == CHINESE_TITLES


def test_chinese_words_always_mean_the_same(
    chinese_pairs: list[tuple[Section, Section]],
) -> None:
    """Column titles and cells, without links, names and numbers."""
    chinese_of: dict[str, set[str]] = {}
    english_of: dict[str, set[str]] = {}
    for pair in chinese_pairs:
        tables = [section.table for section in pair]
        for rows in zip(*tables, strict=True):
            for cells in zip(*rows, strict=True):
                english, chinese = map(words_of, cells)
                chinese_of.setdefault(english, set()).add(chinese)
                english_of.setdefault(chinese, set()).add(english)
    assert chinese_of
    for translations in (chinese_of, english_of):
        assert {
            word: found for word, found in translations.items() if len(found) > 1
        } == {}


def words_of(cell: str) -> str:
    """A cell with signs in place of links, code and numbers."""
    cell = re.sub(r"\[.*?\]\(\S* \"\w*", "[](", cell)
    return re.sub(r"\d+", "0", re.sub("`[^`]*`", "``", cell))


@by_document
def test_tables_of_fields_are_labelled(path: Path) -> None:
    label = {ENGLISH: "**Parameter Description:**", CHINESE: "**参数说明：**"}[path]
    for section in sections(path)[1:]:
        has_fields = section.named and not section.named.startswith("enums.")
        assert section.labels == ([label] if has_fields else []), section.title


@by_document
def test_notes_are_on_fields_and_give_wire_names(path: Path) -> None:
    before = {ENGLISH: "Name on the wire: ", CHINESE: "报文中的名称为 "}[path]
    wire_names = {}
    for section in sections(path):
        fields = [row[0] for row in section.table[1:]]
        notes = [re.match("- `([^`]*)`[:：]", bullet) for bullet in section.bullets]
        noted = [match[1] for match in notes if match]
        if section.table:
            assert len(noted) == len(section.bullets), section.title
        assert noted == [name for name in fields if name in noted], section.title
        for name, bullet in zip(noted, section.bullets, strict=False):
            if match := re.search(f"{before}`([^`]*)`", bullet):
                wire_names[section.named, name] = match[1]
    assert wire_names == WIRE_NAMES


@by_document
def test_chapters_name_the_modules(path: Path) -> None:
    prose = [section for section in sections(path) if not section.named]
    bullets = [bullet for section in prose for bullet in section.bullets]
    codes = re.findall("`([^`]*)`", "".join(bullets))
    assert [code for code in codes if "." in code] == [
        *("ocpp.v16", "ocpp.v16.call", "ocpp.v16.call_result"),
        *("ocpp.v16.datatypes", "ocpp.v16.enums"),
    ]
