"""Random specs, every one of them valid: what is made of them is right all the same."""

# ruff: noqa: RUF001

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import GenericAlias, ModuleType
from typing import Any, NamedTuple, get_type_hints

import black
import pytest
from generated_modules import load_package, module_names
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from rendered import Document, Text, foreign_html, render_all, write_all
from specs import BASE, changed, load_text

from generator.spec import naming
from generator.spec.grammar import VIOLATIONS
from generator.spec.source import UNPRINTABLE

EXAMPLES = int(os.environ.get("RANDOM_SPECS", "30"))

# A spec as plain data: what a YAML parser would return.
Data = Any


class Plain(str):
    """A scalar that stands in the spec without quotes."""

    __slots__ = ()


def flow(data: Data) -> str:
    """Data as YAML, in brackets and quotes, so that any text can stand in it."""
    if isinstance(data, dict):
        return f"{{{', '.join(f'{flow(key)}: {flow(data[key])}' for key in data)}}}"
    if isinstance(data, list):
        return f"[{', '.join(map(flow, data))}]"
    return data if isinstance(data, Plain) else json.dumps(data, ensure_ascii=False)


# Names and texts

HOSTILE = [
    *re.findall(
        r"\S+",
        r"""
        " ' \ \n \N{DASH} \x00 %s {} {0} {{ {{1}} {%raw%} {# #} ${x} $x$ | \| ` `` ~~~ > @
        </script> <!-- --> <b> &amp; [x](y) ![ ] * _ __ = --- https://x.org www. true 1 1.0
        中文 é 😀 👩‍💻 ÿ ß İ ： é
        """,
    ),
    *('"""', "'''", "# ", "- ", "1. ", "1) ", "> ", "+ ", "    ", ": ", " #", " \\ "),
]

characters = st.characters(
    exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"],
).filter(lambda character: not UNPRINTABLE.match(character))


def texts(limit: int, pieces: int = 3, extra: tuple[str, ...] = ()) -> Any:
    piece = st.sampled_from((*HOSTILE, *extra)) | st.text(characters, max_size=9)
    joined = st.lists(piece, min_size=1, max_size=pieces).map("".join)
    return joined.map(lambda text: text[:limit].strip()).filter(bool)


descriptions = st.none() | texts(
    600, 20, (" ", "\n", "\t", "A few words. ", "word " * 30)
)

# Names that the generated modules use somewhere; those that a spec can't have are left out.
USED = re.findall(
    r"\w+",
    """
    self cls type id object dict tuple set super property print len isinstance data unknown
    d o v t x n i e1 new json quote loads dumps match case Structure Payload Rule Field Wrong
    NamedTuple Callable Literal Self StrEnum IntEnum Enum TYPE_CHECKING FUNCTIONS FIELDS OPEN enum
    REQUESTS RESPONSES name value title auto fields field datatype structure Any annotations
    ValidationError dataclass
    """,
)


def names(problem: Callable[[str], str]) -> Any:
    """Names that a part of the spec can have."""
    return st.one_of(
        st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,7}", fullmatch=True),
        st.from_regex(r"[a-z]{2,9}(_[a-z]{1,5}){0,3}", fullmatch=True),
        st.from_regex(r"[A-Za-z][A-Za-z0-9_]{50,99}", fullmatch=True),
        st.sampled_from(USED),
    ).filter(lambda name: not problem(name))


def unique(items: Any, least: int, most: int) -> Any:
    return st.lists(items, min_size=least, max_size=most, unique=True)


# Values: the keys of a field that say what it may be


@st.composite
def values(
    draw: st.DrawFn, enums: dict[str, list[str]], datatypes: list[str], depth: int = 0
) -> Data:
    kinds = ["str", "int", "float", "bool", "any", *enums, *datatypes]
    kind = draw(st.sampled_from(kinds + ["list"] * (2 if depth < 3 else 0)))
    value: dict[str, Data] = {"type": kind}
    if kind == "str":
        value |= draw(optional(format=formats))
        least = st.integers(1, 9).map(Plain)
        value |= draw(optional(min_length=least, max_length=counts(9)))
    elif kind in ("int", "float"):
        value |= draw(numbers(kind))
    elif kind == "list":
        items = draw(values(enums, datatypes, depth + 1))
        value["items"] = (
            items["type"] if len(items) == 1 and draw(st.booleans()) else items
        )
        value |= draw(between("min_items", "max_items", counts(0)))
    elif len(enums.get(kind, ())) > 1 and draw(st.booleans()):
        members = enums[kind]
        some = unique(st.sampled_from(members), 1, len(members) - 1)
        value[draw(st.sampled_from(["only", "except"]))] = draw(some)
    return value


formats = st.sampled_from(["date-time", "uri"])


def counts(least: int) -> Any:
    number = st.integers(least, 9) | st.integers(least, 2**31 - 1)
    return number.map(Plain)


def optional(**keys: Any) -> Any:
    return st.fixed_dictionaries({}, optional=keys)


def between(low: str, high: str, number: Any) -> Any:
    def in_order(limits: dict[str, str]) -> dict[str, str]:
        if len(limits) < 2 or Decimal(limits[low]) <= Decimal(limits[high]):
            return limits
        return {low: limits[high], high: limits[low]}

    return optional(**{low: number, high: number}).map(in_order)


def numbers(kind: str) -> Any:
    def scaled(number: int, places: int) -> Plain:
        return Plain(f"{Decimal(number).scaleb(-places):f}")

    whole = st.integers(-20, 20) | st.integers(-(10**14), 10**14)
    places = st.just(0) if kind == "int" else st.integers(0, 8)
    number = st.builds(scaled, whole, places)
    steps = st.builds(scaled, st.integers(1, 500), places)
    return st.builds(
        lambda limits, step: limits | step,
        between("minimum", "maximum", number),
        optional(multiple_of=steps),
    )


@st.composite
def defaults(draw: st.DrawFn, value: Data, enums: dict[str, list[str]]) -> str | None:
    kind = value["type"]
    if kind == "str":
        text: str = draw(texts(100))
        text = text[: int(value.get("max_length", 100))].strip()
        is_long = len(text) >= int(value.get("min_length", 0))
        return text if text and is_long else None
    if kind == "bool":
        return Plain(draw(st.sampled_from(["true", "false"])))
    if kind in ("int", "float"):
        number = value.get("minimum", value.get("maximum", "0"))
        between = Decimal(number) % Decimal(value.get("multiple_of", "0.00000001"))
        return None if between else Plain(number)
    if kind in enums:
        excluded = value.get("except", [])
        allowed = value.get("only", [m for m in enums[kind] if m not in excluded])
        return str(draw(st.sampled_from(allowed)))
    return None


class Known(NamedTuple):
    """What fields can refer to, and the names and wire names that they can't have."""

    enums: dict[str, list[str]]  # with their members
    datatypes: list[str]
    taken: set[str]
    wires: set[str]


@st.composite
def field_maps(draw: st.DrawFn, known: Known) -> Data:
    fields: dict[str, Data] = {}
    wires = set(known.wires)
    for name in draw(unique(names(naming.field_problem), 0, 4)):
        wire = draw(st.none() | texts(100))
        if name in known.taken or (wire or naming.wire_name(name)) in wires:
            continue
        wires.add(wire or naming.wire_name(name))
        value = draw(values(known.enums, known.datatypes))
        required = draw(st.booleans())
        default = draw(defaults(value, known.enums) if not required else st.none())
        keys = {
            "required": Plain("true") if required else None,
            "wire": wire,
            "default": default,
            "description": draw(descriptions),
        }
        fields[name] = value | present(keys)
    return fields


@st.composite
def datatype_maps(draw: st.DrawFn, names: list[str], known: Known) -> Data:
    """Some datatypes; each can be made of those before it, and `known` has them then."""
    made: dict[str, Data] = {}
    for name in names:
        flags = st.sampled_from([Plain("true"), Plain("false")])
        made[name] = present(
            {
                "fields": draw(field_maps(known)),
                "open": draw(st.none() | flags),
                "description": draw(descriptions),
            }
        )
        known.datatypes.append(name)
    return made


def wire_of(field: tuple[str, Data]) -> str:
    name, keys = field
    return str(keys.get("wire", naming.wire_name(name)))


def present(keys: dict[str, Data]) -> dict[str, Data]:
    return {key: keys[key] for key in keys if keys[key] is not None}


# Whole specs


senders = st.sampled_from(["server", "client", "both", "unknown"])


@st.composite
def specs(draw: st.DrawFn) -> Data:
    suffix = draw(st.sampled_from(["", "Payload", "_", "X9"]))
    actions = draw(unique(names(lambda name: _action_problem(name, suffix)), 1, 3))
    types = draw(unique(names(naming.type_problem), 0, 5))
    split = draw(st.integers(0, len(types)))
    enums = {name: draw(enum_maps(actions)) for name in types[:split]}
    members = {name: list(enums[name].get("values", actions)) for name in enums}
    known = Known(members, [], set(types), set())
    # Datatypes that have no common fields come first, since these can be made of them.
    inner = draw(st.integers(split, len(types)))
    datatypes = draw(datatype_maps(types[split:inner], known))
    common: Data = draw(st.just({}) | field_maps(known))
    known.taken.update(common)
    known.wires.update(map(wire_of, common.items()))
    datatypes |= draw(datatype_maps(types[inner:], known))
    message = field_maps(known)
    spec = {
        "protocol": draw(texts(100)),
        "version": draw(st.sampled_from(["1", "1.6", "2.0.1", "3-rc_1"])),
        "package": draw(st.sampled_from(["one", "some.v2", "a.b.c_d"])),
        "class_suffix": suffix if suffix or draw(st.booleans()) else None,
        "errors": {violation: draw(texts(100)) for violation in VIOLATIONS},
        "actions": {
            name: present(
                {
                    "sender": draw(senders),
                    "description": draw(descriptions),
                    "request": draw(message),
                    "response": draw(st.none() | message),
                }
            )
            for name in actions
        },
        "common": (
            present({"fields": common, "except": types[split:inner] or None})
            if common
            else None
        ),
        "datatypes": dict(draw(st.permutations(list(datatypes.items())))) or None,
        "enums": enums or None,
    }
    return present(spec)


def _action_problem(name: str, suffix: str) -> str:
    return naming.identifier_problem(name) or naming.type_problem(name + suffix)


@st.composite
def enum_maps(draw: st.DrawFn, actions: list[str]) -> Data:
    made: dict[str, Data] = present({"description": draw(descriptions)})
    kind = draw(st.sampled_from(["actions", "int", "str", "str"]))
    if kind == "actions" and not any(naming.member_problem(a, str) for a in actions):
        return made | {"from": "actions"}
    base, value = (
        (int, st.integers(-3, 30) | st.integers(-(10**15) + 1, 10**15 - 1))
        if kind == "int"
        else (str, texts(100))
    )
    found = draw(unique(value, 1, 5))
    keys = draw(unique(names(lambda n: naming.member_problem(n, base)), 5, 5))
    return made | {
        "values": {
            key: Plain(one) if base is int else one
            for key, one in zip(keys, found, strict=False)
        }
    }


# What has to hold


@pytest.mark.once
@given(specs())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # shrinking takes minutes; the note below has the spec
    suppress_health_check=list(HealthCheck),
)
def test_random_spec(data: Data) -> None:
    text = flow(data)
    note(text)
    made = render_all(load_text(text))
    assert render_all(load_text(text)) == made
    for path, content in made.items():
        if path.endswith((".py", ".pyi")):
            assert formatted(content, path.endswith("i")) == content
        elif path.endswith(".json"):
            json.loads(content)
        elif path.endswith(".md"):
            check_bars(content)
            check_document(Document(content), data)
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder), made)
        path = data["package"].split(".")
        with imported(Path(folder, *path)) as modules:
            check_modules(modules, data)
        with imported(Path(folder, "micropython", *path)) as modules:
            check_vectors(modules, data, json.loads(made[f"vectors/{path[-1]}.json"]))


@functools.cache  # some modules are the same for every spec
def formatted(code: str, is_stub: bool) -> str:
    return black.format_str(code, mode=black.Mode(is_pyi=is_stub))


@contextlib.contextmanager
def imported(folder: Path) -> Iterator[dict[str, ModuleType]]:
    """Every module of a package, by name; forgotten afterwards."""
    name = "random_spec"
    try:
        load_package(folder, name)
        yield {
            module: importlib.import_module(f"{name}.{module}")
            for module in module_names(folder)
        }
    finally:
        for key in [key for key in sys.modules if key.partition(".")[0] == name]:
            del sys.modules[key]


def test_enum_with_the_name_of_a_variable_in_the_code(tmp_path: Path) -> None:
    """Names that random specs hardly hit on: `Outcome_subset1` and the like."""
    endings = ("subset", "subset1", "subset2", "1", "only", "values", "members")
    enums = "".join(
        f"  Outcome_{ending}: {{values: {{stored: of {ending}}}}}\n"
        for ending in endings
    )
    fields = "".join(
        f"      outcome_{ending}: {{type: Outcome_{ending}}}\n" for ending in endings
    )
    text = changed(
        BASE,
        ("\n  Outcome:\n", f"\n{enums}\n  Outcome:\n"),
        ("      triggers: {type", f"{fields}      triggers: {{type"),
    )
    write_all(tmp_path, render_all(load_text(text)))
    with imported(tmp_path / "lockers" / "v2") as modules:
        cls = modules["call"].ReserveMessage
        data = {"grid": [], "priority": 0, "allowed": ["Stored"]}
        for ending in endings:
            data[naming.wire_name(f"outcome_{ending}")] = f"of {ending}"
        assert cls.from_dict(data).to_dict() == data


# The messages and datatypes of a spec: module, class name without and with suffix, fields.


class Structure(NamedTuple):
    module: str
    name: str
    fields: Data
    description: str
    open: bool

    @property
    def title(self) -> str:
        return f"{self.module}.{self.name}"


def structures(data: Data) -> Iterator[Structure]:
    common = data.get("common", {})
    last = common.get("fields", {})
    for action, entry in data["actions"].items():
        name = action + data.get("class_suffix", "")
        for module, kind in (("call", "request"), ("call_result", "response")):
            if kind in entry:
                fields = entry[kind] | last
                yield Structure(module, name, fields, described(entry), False)
    for name, entry in data.get("datatypes", {}).items():
        fields = entry["fields"] | ({} if name in common.get("except", ()) else last)
        is_open = entry.get("open") == "true"
        yield Structure("datatypes", name, fields, described(entry), is_open)


def described(entry: Data) -> str:
    """The description as one paragraph."""
    return " ".join(entry.get("description", "").split())


def in_order(fields: Data) -> list[tuple[str, Data]]:
    return sorted(fields.items(), key=lambda item: "required" not in item[1])


def members_of(data: Data, name: str) -> dict[str, str | int]:
    """The members of an enum with their values."""
    if "from" in data["enums"][name]:
        return {action: action for action in data["actions"]}
    return {
        key: int(value) if isinstance(value, Plain) else value
        for key, value in data["enums"][name]["values"].items()
    }


# Modules


def check_modules(modules: dict[str, ModuleType], data: Data) -> None:
    suffix = data.get("class_suffix", "")
    for table, module, kind in (
        ("REQUESTS", "call", "request"),
        ("RESPONSES", "call_result", "response"),
    ):
        classes = getattr(modules["__init__"], table)
        assert list(classes) == [
            a for a in data["actions"] if kind in data["actions"][a]
        ]
        for action, cls in classes.items():
            assert cls is getattr(modules[module], action + suffix)
            assert vars(cls)["ACTION"] == action
    for structure in structures(data):
        check_class(
            getattr(modules[structure.module], structure.name), structure, modules
        )
    for name in data.get("enums", {}):
        cls = getattr(modules["enums"], name)
        members = members_of(data, name)
        assert [(member.name, member.value) for member in cls] == list(members.items())
        assert {type(member.value) for member in cls} == set(
            map(type, members.values())
        )
        assert described(data["enums"][name]) in paragraph(cls.__doc__)


def check_vectors(
    modules: dict[str, ModuleType], data: Data, vectors: dict[str, Any]
) -> None:
    """Assert the verdict of modules for devices on each vector; CPython runs them too."""
    for vector in vectors["vectors"]:
        module = modules["call" if vector["kind"] == "request" else "call_result"]
        cls = getattr(module, vector["action"] + data.get("class_suffix", ""))
        text = vector["text"] if "text" in vector else json.dumps(vector["message"])
        if vector["valid"]:
            made = cls.from_json(text)
            assert made.to_dict() == json.loads(made.to_json()) == vector["message"]
        else:
            with pytest.raises(modules["errors"].ValidationError) as caught:
                cls.from_json(text)
            error: Any = caught.value
            assert (error.code, error.path) == (vector["code"], vector["path"])


def check_class(cls: Any, structure: Structure, modules: dict[str, ModuleType]) -> None:
    fields = in_order(structure.fields)
    wanted = {}
    for name, keys in fields:
        hint = annotation(keys, modules)
        wanted[name] = hint if "required" in keys else hint | None
    if structure.open:
        wanted["extra"] = dict[str, Any]
    assert list(get_type_hints(cls).items()) == list(wanted.items())
    doc = paragraph(cls.__doc__)
    assert structure.description in doc
    made = cls(*range(len(fields)))
    for number, (name, keys) in enumerate(fields):
        assert getattr(made, name) == number
        assert described(keys) in doc
    if not any("required" in keys for _, keys in fields):
        assert all(getattr(cls(), name) is None for name, _ in fields)


def annotation(keys: Data, modules: dict[str, ModuleType]) -> Any:
    if isinstance(keys, str):
        keys = {"type": keys}
    plain = {"str": str, "int": int, "float": float, "bool": bool, "any": Any}
    if keys["type"] == "list":
        return GenericAlias(list, (annotation(keys["items"], modules),))
    if keys["type"] in plain:
        return plain[keys["type"]]
    datatype = getattr(modules["datatypes"], keys["type"], None)
    return datatype or getattr(modules["enums"], keys["type"])


def paragraph(doc: str) -> str:
    return " ".join(doc.split())


# Documents


def check_document(document: Document, data: Data) -> None:
    assert list(foreign_html(document)) == []
    counts = Counter(document.ids)
    assert max(counts.values()) == 1
    in_page = [link[1:] for link in document.links if link.startswith("#")]
    assert [name for name in in_page if name not in counts] == []
    assert len(document.links) == len(in_page) + 1  # to the other language
    assert document.sections[0].title.startswith(
        f"{data['protocol']} v{data['version']}"
    )
    for structure in structures(data):
        section = document.section(structure.title)
        assert [row[0].plain for row in section.rows] == [
            name for name, _ in in_order(structure.fields)
        ]
        shown = [text.plain for text in section.paragraphs]
        assert not structure.description or structure.description in shown
        notes = {bullet.code[0]: bullet for bullet in section.bullets if bullet.code}
        for name, keys in structure.fields.items():
            check_row(section.row(name), keys)
            check_note(notes.get(name), name, keys)
    for name, entry in data.get("enums", {}).items():
        section = document.section(f"enums.{name}")
        assert [(row[0].plain, row[2].plain) for row in section.rows] == [
            (key, str(value)) for key, value in members_of(data, name).items()
        ]
        assert described(entry) in ["", *(text.plain for text in section.paragraphs)]


def check_row(row: list[Text], keys: Data) -> None:
    """A row of a table has every fact that isn't prose."""
    assert len(row) == 4
    assert row[3].plain in (("Yes", "是") if "required" in keys else ("No", "否"))
    numbers = re.findall(r"-?[0-9]+(?:\.[0-9]+)?", row[2].plain)
    numbers = list(map(Decimal, numbers))
    depth: Data = keys
    while isinstance(depth, dict):
        for key, limit in depth.items():
            if key in LIMITS:
                assert Decimal(limit) in numbers
        assert set(depth.get("only", ())) <= set(row[2].code)
        assert not set(depth.get("except", ())) & set(row[2].code[1:])
        depth = depth.get("items")


LIMITS = {
    *(
        "min_length",
        "max_length",
        "minimum",
        "maximum",
        "multiple_of",
        "min_items",
        "max_items",
    ),
}


def check_note(note: Text | None, name: str, keys: Data) -> None:
    """The bullet under a table has description, default and wire name."""
    wire = wire_of((name, keys))
    facts = [keys["default"]] if "default" in keys else []
    facts += [wire] if wire != naming.wire_name(name) else []
    if not facts and not described(keys):
        assert note is None
        return
    assert note is not None
    assert note.code == [name, *facts]
    assert described(keys) in note.plain


def check_bars(text: str) -> None:
    """Rows have as many cells as their table has columns, split as GitHub splits them."""
    columns = 0
    for line in text.split("\n"):
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1 if line.startswith("|") else 0
        assert cells == columns or 0 in (cells, columns)
        columns = cells
