"""Functions that make parsed JSON, or JSON text, of an object of each class.

In them `o` is the object, `v` one of its values, `d` the JSON object that it becomes, and `t`
the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from ...emit.layout import python_string
from ...emit.pycode import PyCode
from ...spec.model import Field
from .codec import Codec, Structure
from .values import ENCODE, WRITE, Forms, check, converted


def encode(code: PyCode, codec: Codec, structure: Structure) -> str:
    """Write the function that makes parsed JSON of an object of a class; return its name."""
    name = f"encode_{structure.function}"
    with _function(code, structure, name, "dict[str, Any]"):
        code.line("d: dict[str, Any] = {}")
        for field in structure.fields:
            with _value(code, field, ENCODE):
                made = converted(field.value, ENCODE, codec)
                code.line(f"d[{python_string(field.wire)}] = {made}")
        if structure.open:
            code.line(f"d.update(as_extra(o.extra, known_{structure.function}))")
        code.line("return d")
    return name


def write(code: PyCode, codec: Codec, structure: Structure) -> str:
    """Write the function that makes JSON text of an object of a class; return its name."""
    name = f"write_{structure.function}"
    with _function(code, structure, name, "str"):
        if not structure.required:
            code.line('t = ""')
        for number, field in enumerate(structure.fields):
            with _value(code, field, WRITE):
                _text(code, codec, field, first=not number and field.required)
        if structure.open:
            with code.block(f"if as_extra(o.extra, known_{structure.function}):"):
                code.line('t += f",{dumps(o.extra)[1:-1]}"')
        code.line('return t + "}"' if structure.required else 'return f"{{{t[1:]}}}"')
    return name


@contextmanager
def _function(
    code: PyCode, structure: Structure, name: str, result: str
) -> Iterator[None]:
    code.blank(2)
    with code.block(f"def {name}(o: Any) -> {result}:"):
        with code.block(f"if not isinstance(o, {structure.path}):"):
            code.line("raise TypeError")
        if structure.fields:
            code.line("v: Any")
        yield


@contextmanager
def _value(code: PyCode, field: Field, forms: Forms) -> Iterator[None]:
    """Write the lines that take and check a value; what is added within makes use of it."""
    code.line(f"v = o.{field.name}")
    if field.required:
        check(code, field.value, forms)
        yield
    else:
        with code.block("if v is not None:"):
            check(code, field.value, forms)
            yield


def _text(code: PyCode, codec: Codec, field: Field, first: bool) -> None:
    """Write the lines that add a field to the text, or begin it."""
    text = converted(field.value, WRITE, codec)
    if field.value.items:
        code.line(f"v = {text}")
        text = "v"
    elif field.value.type in ("int", "float"):  # numbers format themselves
        text = "v" if field.value.type == "int" else "v!s"
    key = json.dumps(field.wire).replace("{", "{{").replace("}", "}}")
    start, before = ("t =", "{{") if first else ("t +=", ",")
    code.unbroken(f"{start} f{python_string(f'{before}{key}:{{{text}}}')}")
