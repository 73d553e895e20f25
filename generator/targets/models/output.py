"""What datamodel-code-generator returned, as statements that a template can set."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...emit.layout import python_string

# The module of a package that holds types of ours; the tool imports it by this plain name.
OWN_TYPES = "_types"


class Statement(NamedTuple):
    """A class or an assignment of a module.

    Attributes:
        name: What it defines.
        names: Names of the fields or members, in their order.
        head: The line that begins a class; the whole of an assignment.
        body: The lines below the head.
        is_class: Whether it is a class.
    """

    name: str
    names: tuple[str, ...]
    head: str
    body: tuple[str, ...]
    is_class: bool


class Module(NamedTuple):
    """A module without its docstrings.

    Attributes:
        imported: Names that it imports, beside modules.
        imports: Lines that import them, with blank lines between groups.
        statements: The rest.
    """

    imported: frozenset[str]
    imports: tuple[str, ...]
    statements: tuple[Statement, ...]


NO_CLASSES = Module(frozenset(), (), ())


def read_module(text: str) -> Module:
    """Return the text of a module in its parts.

    Raises:
        SyntaxError: It isn't Python.
        ValueError: It has statements of other kinds.
    """
    lines = text.split("\n")
    imported: dict[str, dict[str, str]] = {}  # names here and there, by module
    statements = []
    used: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            source = f".{OWN_TYPES}" if source == OWN_TYPES else source
            names = imported.setdefault(source, {})
            names.update((each.asname or each.name, each.name) for each in node.names)
            continue
        if isinstance(node, ast.ClassDef):
            node.body = [each for each in node.body if _is_part(each)]
            statements.append(_class(node, lines))
        elif _target(node):
            statements.append(_assignment(node, lines))
        else:
            raise ValueError(f"unexpected statement {_source(node, lines)}")
        used |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    kept = {
        source: {name: there for name, there in names.items() if name in used}
        for source, names in imported.items()
    }
    return Module(
        frozenset(name for source in kept if source != "." for name in kept[source]),
        tuple(_import_lines(kept)),
        tuple(statements),
    )


def described(text: str, descriptions: Mapping[str, Mapping[str, str]]) -> str:
    """Return the text of a module of pydantic's with what its fields mean.

    Args:
        text: The module.
        descriptions: By class and name of the field.
    """
    if not any(descriptions.values()):
        return text
    lines = [line.encode() for line in text.split("\n")]
    fields = [
        (each, descriptions.get(node.name, {}).get(_target(each)))
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.AnnAssign)
    ]
    # From the end, so that places before stay what they are.
    for field, words in reversed(fields):
        if words:
            _describe(field.annotation, words, lines)
    head, rest = "from __future__ import annotations\n", b"\n".join(lines).decode()
    imports = "from typing import Annotated\nfrom pydantic import Field\n"
    return f"{head}{imports}{rest.replace(head, '', 1)}"


def _describe(annotation: ast.expr, words: str, lines: list[bytes]) -> None:
    """Add a description to the annotation of a field, in the lines of its module."""
    description = f"description={python_string(words)}"
    last = annotation
    if isinstance(annotation, ast.Subscript) and isinstance(
        annotation.slice, ast.Tuple
    ):
        last = annotation.slice.elts[-1]
    is_field = isinstance(last, ast.Call) and ast.unparse(last.func) == "Field"
    place = last if is_field else annotation
    row, column = (place.end_lineno or 1) - 1, place.end_col_offset or 0
    if is_field:
        at, added = column - 1, f", {description}"
    else:
        at, added = column, f", Field({description})]"
    lines[row] = lines[row][:at] + added.encode() + lines[row][at:]
    if not is_field:
        row, column = place.lineno - 1, place.col_offset
        lines[row] = lines[row][:column] + b"Annotated[" + lines[row][column:]


def _is_part(node: ast.stmt) -> bool:
    """Return whether a statement of a class is a field or a member of an enum.

    What configures a model of pydantic isn't: it has a base class of ours for that.
    """
    is_call = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    return bool(_target(node)) and not is_call


def _target(node: ast.stmt) -> str:
    """Return the name that a statement assigns to; empty if it doesn't."""
    target = getattr(node, "target", None) or getattr(node, "targets", [None])[0]
    return target.id if isinstance(target, ast.Name) else ""


def _class(node: ast.ClassDef, lines: list[str]) -> Statement:
    bases = [*map(ast.unparse, node.bases)]
    bases += [f"{each.arg}={ast.unparse(each.value)}" for each in node.keywords]
    return Statement(
        node.name,
        tuple(_target(each) for each in node.body),
        f"class {node.name}({', '.join(bases)}):",
        tuple(_source(each, lines) for each in node.body),
        is_class=True,
    )


def _assignment(node: ast.stmt, lines: list[str]) -> Statement:
    """Return an assignment; the fields are the keys if it makes a TypedDict."""
    names = [
        str(key.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant)
    ]
    head = _source(node, lines)
    return Statement(_target(node), tuple(names), head, (), is_class=False)


def _source(node: ast.stmt, lines: list[str]) -> str:
    """Return the text of a statement; it shares its lines with no other."""
    return "\n".join(lines[node.lineno - 1 : node.end_lineno]).strip()


def _import_lines(imported: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield import statements as isort would: standard library, others, ours."""
    sources = sorted(
        (_group(source), source) for source in imported if imported[source]
    )
    for (group, source), before in zip(sources, [None, *sources], strict=False):
        if before and before[0] != group:
            yield ""
        names = (
            name if name == there else f"{there} as {name}"
            for name, there in sorted(imported[source].items(), key=_import_order)
        )
        yield f"from {source} import {', '.join(names)}"


def _group(source: str) -> int:
    if source.startswith("."):
        return 3
    return 1 if source.partition(".")[0] in sys.stdlib_module_names else 2


def _import_order(names: tuple[str, str]) -> tuple[bool, bool, str]:
    """Return what puts constants first, then classes, then the rest."""
    _, there = names
    return (not there.isupper(), not there[0].isupper(), there)
