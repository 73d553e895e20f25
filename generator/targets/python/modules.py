"""The modules of the codec; each is loaded when a message needs it.

For each module of classes, and for `enums`, there is one that decodes, one that encodes and
one that writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...emit.header import do_not_edit
from ...emit.layout import python_string
from ...emit.pycode import PyCode
from ...spec.model import Spec
from .codec import MODULES, Codec, Structure, Table
from .decode import decode, makers
from .encode import encode, write


class Verb(NamedTuple):
    """What functions do.

    Attributes:
        name: What their names begin with.
        function: Writes the one for a class; returns the expression for it.
        table: What the names of tables of enums begin with.
        about: What they do, for docstrings.
        of_members: What makes such a table of one of members by value.
    """

    name: str
    function: Callable[[PyCode, Codec, Structure], str]
    table: str
    about: str
    of_members: str = ""


DECODE = Verb("decode", decode, "members", "Parsed JSON to objects")
VERBS = (
    DECODE,
    Verb("encode", encode, "values", "Objects to parsed JSON", "by_member"),
    Verb("write", write, "texts", "Objects to JSON text", "json_texts"),
)

_CLASSES = {"datatypes": "datatypes", "call": "requests", "call_result": "responses"}

# What functions use of the modules that are the same for every spec.
_VALUES = {
    "INFINITY",
    "as_any",
    "as_bool",
    "as_date_time",
    "as_extra",
    "as_float",
    "as_int",
    "as_list",
    "as_sent_date_time",
    "as_str",
    "as_uri",
    "dumps",
    "is_multiple",
    "match_scheme",
}
_SHARED = {
    "for_one",
    "is_date_time",
    "json_list",
    "maker",
    "quote",
    "texts_bool",
}


def modules(spec: Spec, codec: Codec) -> Iterator[tuple[str, str]]:
    """Yield the name of each module, and its text."""
    for verb in VERBS:
        yield f"{verb.name}_enums", _enums(spec, codec, verb)
        for module in MODULES:
            yield f"{verb.name}_{module}", _functions(spec, codec, verb, module)


def _functions(spec: Spec, codec: Codec, verb: Verb, module: str) -> str:
    """Return a module with the functions for the classes of another."""
    structures = [each for each in codec.structures if each.module == module]
    body = PyCode()
    if verb is DECODE and structures:
        body.blank()
        makers(body, structures)
    for structure in structures:
        if structure.open:
            _known_fields(body, structure)
    functions = [verb.function(body, codec, each) for each in structures]
    body.blank(2 if structures else 1)
    with body.brackets("FUNCTIONS: list[tuple[type, Callable[..., Any]]] = ["):
        for structure, function in zip(structures, functions, strict=True):
            body.line(f"({structure.path}, {function}),")

    code = _beginning(spec, f"{verb.about}: the functions for {_CLASSES[module]}.")
    code.line("from collections.abc import Callable")
    code.line("from typing import Any")
    used = set(re.findall(r"\w+", body.text()))
    if structures:
        code.blank()
    for source, names in sorted(_sources(codec, verb, module)):
        code.imports(source, used & names)
    code.add(body)
    return code.text()


def _sources(codec: Codec, verb: Verb, module: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the modules that functions may import from, and which names."""
    yield "..", {module}
    yield ".._values", _VALUES
    if module != "datatypes":
        datatypes = [each for each in codec.structures if each.module == "datatypes"]
        names = {f"{verb.name}_{each.function}" for each in datatypes}
        yield f".{verb.name}_datatypes", names
    tables = {f"{verb.table}_{table.name}" for table in codec.tables}
    yield f".{verb.name}_enums", tables
    yield ".shared", _SHARED


def _known_fields(code: PyCode, structure: Structure) -> None:
    """Write the names on the wire of an open datatype's fields."""
    code.blank()
    name = f"known_{structure.function}"
    if not structure.fields:
        code.line(f"{name}: set[str] = set()")
        return
    with code.brackets(f"{name} = {{"):
        for field in structure.fields:
            code.line(f"{python_string(field.wire)},")


def _enums(spec: Spec, codec: Codec, verb: Verb) -> str:
    """Return a module of tables: members by value, or what becomes of members."""
    about = f"{verb.about}: the members of enums that fields allow."
    code = _beginning(spec, about)
    if not codec.tables:
        return code.text()
    if not verb.of_members:
        code.imports("..", {"enums"})
        code.blank()
        for table in codec.tables:
            _members(code, table)
        return code.text()
    code.imports(".", {"decode_enums"})
    code.imports(".shared", {verb.of_members})
    code.blank()
    for table in codec.tables:
        members = f"decode_enums.members_{table.name}"
        code.line(f"{verb.table}_{table.name} = {verb.of_members}({members})")
    return code.text()


def _members(code: PyCode, table: Table) -> None:
    name = f"members_{table.name}"
    enum = f"enums.{table.enum.name}"
    if not table.members:
        code.line(f"{name} = {{member.value: member for member in {enum}}}")
        return
    with code.brackets(f"{name} = {{"):
        code.line("member.value: member")
        with code.brackets("for member in ["):
            for member in table.members:
                code.line(f"{enum}.{member.name},")


def _beginning(spec: Spec, about: str) -> PyCode:
    """Return a module as it begins."""
    code = PyCode()
    code.line(f"# {do_not_edit(spec.source)}")
    code.line(f'"""{about}"""')
    code.blank()
    code.line("from __future__ import annotations")
    code.blank()
    return code
