"""Target `micropython`: modules for devices with little memory, and stubs beside them.

They offer what the classes of target `python` do, in what MicroPython 1.12 can run: a class
holds its fields in one text, an enum its values. `_payload.py` tells what such a text means.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from ..emit.jinja import environment, render_python
from ..emit.layout import LINE_LENGTH, docstring, formatted
from ..spec.constraints import CONSTRAINTS, shown
from ..spec.model import Enum, Field, Spec, Value
from . import PLAIN, Artifact, Options
from .python import annotation, attribute, names_used

MODULES = (
    *("enums", "datatypes", "call", "call_result", "errors"),
    *("_payload", "_values", "_json"),
)
FILES = (
    "__init__.py",
    *(f"{name}.{kind}" for name in MODULES for kind in ("py", "pyi")),
)

# What stands before a limit in tables, where a format takes the place of the type.
SIGNS = {
    key: {"least": ">=", "most": "<=", "": "/"}[constraint.bound]
    for key, constraint in CONSTRAINTS.items()
    if key != "format"
}

# What a format is called in tables, where a type of the spec may be called `uri`.
_FORMATS = {"date-time": "date-time", "uri": "absolute-uri"}


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the modules of the spec's package and their stubs."""
    env = environment(options.templates)
    env.filters.update(
        attribute=attribute,
        attribute_line=attribute_line,
        docstring=docstring,
        enum_assigned=enum_assigned,
        escaped=escaped,
        fields_entry=fields_entry,
        names_used=names_used,
    )
    folder = f"micropython/{spec.package.replace('.', '/')}"
    for file in FILES:
        text = render_python(env, f"micropython/{file}.jinja", spec=spec)
        text = formatted(text, is_stub=file.endswith(".pyi"))
        yield Artifact(f"{folder}/{file}", text)


def fields_entry(name: str, fields: Iterable[Field], is_open: bool = False) -> str:
    """Return the entry of a class in the table of its module."""
    words = [*map(_field_word, fields), *(["*"] if is_open else [])]
    return "\n ".join(_wrapped(f"{name}({' '.join(words)})"))


def enum_assigned(enum: Enum) -> str:
    """Return the assignment of the table of an enum, or of an IntEnum with one."""
    names = Counter(_letters(member.name) for member in enum.members)
    words = []
    for member in enum.members:
        word = escaped(member.value)
        letters = _letters(member.name)
        if names[letters] > 1 or letters != _letters(word):
            word = f"{member.name}={word}"
        words.append(word)
    start, end = ("", "") if enum.base == "str" else ("IntEnum(", ")")
    line = f'{enum.name} = {start}" {" ".join(words)} "{end}'
    # Brackets don't help a single word that is too long.
    is_too_long = len(words) == 1 and len(words[0]) > LINE_LENGTH - len('    "  "')
    if len(line) <= LINE_LENGTH or is_too_long:
        return line
    lines = [f" {each}" for each in _wrapped(" ".join(words))]
    lines[-1] += " "
    inner = "\n".join(f'    "{each}"' for each in lines)
    return f"{enum.name} = {start or '('}\n{inner}\n)"


def attribute_line(field: Field, prefix: bool = True) -> str:
    """Return the line of a stub that declares an attribute or parameter."""
    ending = "" if field.required else " | None"
    return f"    {field.name}: {annotation(field.value, prefix)}{ending}"


# Words of tables


def _field_word(field: Field) -> str:
    mark = "" if field.required else "?"
    wire = "" if field.wire_by_rule else f"={escaped(field.wire)}"
    return f"{field.name}{mark}{wire}:{_type_word(field.value)}"


def _type_word(value: Value) -> str:
    if value.ref:
        members = value.members if value.is_subset else ()
        return "|".join((value.type, *(escaped(member.value) for member in members)))
    if value.items:
        word = f"[{_type_word(value.items)}]"
    else:
        word = _FORMATS.get(value.limit("format") or "", value.type)
    signs = {key: SIGNS[key] for key in value.limits if key != "format"}
    return word + "".join(f"{signs[key]}{shown(value.limit(key))}" for key in signs)


def escaped(text: str | int) -> str:
    """Return text as a word of a table: ASCII, and none of the signs there."""
    return quote(str(text), safe="")


def _letters(text: str) -> str:
    return text.replace("_", "").replace("-", "").replace(".", "").lower()


def _wrapped(table: str) -> list[str]:
    """Return a table in lines that leave room for indentation, quotes and blanks."""
    return textwrap.wrap(
        table,
        LINE_LENGTH - len('    "  "'),
        break_long_words=False,
        break_on_hyphens=False,
    )
