"""Functions that make an object of each class from parsed JSON.

In them `d` is a JSON object, `o` the object of ours that it becomes, `v` a value on its way
from one to the other, and `left` the number of fields that haven't been looked at yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...emit.layout import python_string
from ...emit.pycode import PyCode
from ...spec.model import Field
from .codec import Codec, Structure
from .values import DECODE, check, converted, needs_check

# So many optional fields are passed over at once where no field is left.
GROUP = 6


def makers(code: PyCode, structures: Iterable[Structure]) -> None:
    """Write what makes an empty object of each class."""
    for structure in structures:
        code.line(f"new_{structure.function} = maker({structure.path})")


def decode(code: PyCode, codec: Codec, structure: Structure) -> str:
    """Write the function that makes an object of a class, or a list of them if there are any.

    A loop within the function takes less time than a call for each element.

    Returns:
        The expression for the function that makes one object.
    """
    name = f"decode_{structure.function}"
    new = f"new: Any = new_{structure.function}"
    code.blank(2)
    if not structure.listed:
        with code.block(f"def {name}(d: Any, {new}) -> Any:"):
            _object(code, codec, structure)
            code.line("return o")
        return name
    with code.block(f"def {name}(items: Any, {new}) -> Any:"):
        code.line("made = []")
        with code.block("for d in items:"):
            _object(code, codec, structure)
            code.line("made.append(o)")
        code.line("return made")
    return f"for_one({name})"


def _object(code: PyCode, codec: Codec, structure: Structure) -> None:
    """Write the lines that make `o`."""
    required, optional = structure.required, structure.optional
    counted = optional and not structure.open
    if not required and not counted:
        with code.block("if not isinstance(d, dict):"):
            code.line("raise TypeError")
    code.line("o = new()")
    for field in required:
        _take(code, codec, field)
    if structure.open:
        for field in optional:
            _look_for(code, codec, field)
        code.line(f"known = known_{structure.function}")
        others = "{key: d[key] for key in d if key not in known}"
        code.line(f"o.extra = as_extra({others}, known)")
    elif counted:
        _optional(code, codec, optional, len(required))
    else:
        with code.block(f"if len(d) != {len(required)}:"):
            code.line("raise ValueError")


def _optional(code: PyCode, codec: Codec, fields: list[Field], before: int) -> None:
    """Write the lines that look for optional fields, as long as some fields are left.

    Args:
        code: Where to.
        codec: Knows the tables of enums.
        fields: The fields.
        before: How many have been taken.
    """
    if before:
        code.line(f"left = len(d) - {before}")
    else:
        code.line("left = len(d)")
        with code.block("if not left and not isinstance(d, dict):"):
            code.line("raise TypeError")
    *others, last = fields
    for start in range(0, len(others), GROUP):
        _group(code, codec, others[start : start + GROUP])
    with code.block("if left:"):
        _take(code, codec, last)
        with code.block("if left != 1:"):
            code.line("raise ValueError")
    with code.block("else:"):
        code.line(f"o.{last.name} = None")


def _group(code: PyCode, codec: Codec, fields: list[Field]) -> None:
    """Write the lines that look for fields, and take back those that aren't there."""
    with code.block("if left:"):
        code.line(f"left -= {len(fields)}")
        for field in fields:
            _look_for(code, codec, field, counted=True)
    with code.block("else:"):
        for field in fields:
            code.line(f"o.{field.name} = None")


def _look_for(code: PyCode, codec: Codec, field: Field, counted: bool = False) -> None:
    """Write the lines that take a field if it is there."""
    wire = python_string(field.wire)
    if counted and field.value.type != "any":  # else it may be null
        code.line(f"v = d.get({wire})")
        with code.block("if v is not None:"):
            _keep(code, codec, field)
    else:
        with code.block(f"if {wire} in d:"):
            _take(code, codec, field)
    with code.block("else:"):
        code.line(f"o.{field.name} = None")
        if counted:
            code.line("left += 1")


def _take(code: PyCode, codec: Codec, field: Field) -> None:
    """Write the lines that take a field that is there."""
    place = f"d[{python_string(field.wire)}]"
    if needs_check(field.value):
        code.line(f"v = {place}")
        place = "v"
    _keep(code, codec, field, place)


def _keep(code: PyCode, codec: Codec, field: Field, source: str = "v") -> None:
    """Write the lines that check a value, and put what becomes of it where it belongs."""
    value = field.value
    check(code, value, DECODE)
    if value.datatype and value.type in codec.listed:
        code.line(f"(o.{field.name},) = decode_data_{value.type}([{source}])")
    else:
        made = converted(value, DECODE, codec, source)
        code.line(f"o.{field.name} = {made}")
