"""Models of other libraries: what the targets `pydantic`, `msgspec` and `typeddict` share.

datamodel-code-generator turns the bundle of JSON Schemas into classes. Docstrings, imports
and layout are made here, as they are for target `python`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import Environment

from ...diagnostics import Report, quoted
from ...emit.jinja import environment, render_python
from ...emit.layout import (
    docstring,
    formatted,
    laid_out,
    python_string,
)
from ...spec.model import Datatype, Enum, Field, Member, Message, Spec
from .. import Artifact, Options, schema
from ..python import annotation, attribute
from .input import Feed, Flavour, generate, require_tool
from .output import NO_CLASSES, OWN_TYPES, Module, Statement

Owner = Message | Datatype | Enum
Owners = Mapping[str, Owner]  # by module and name of the class

TITLES = {
    "enums": "Enumerations",
    "datatypes": "Structured data in messages",
    "call": "Requests",
    "call_result": "Responses",
}


def artifacts(spec: Spec, options: Options, flavour: Flavour) -> Iterator[Artifact]:
    """Yield the modules of the spec's package, and its `py.typed` mark.

    Raises:
        DiagnosticError: datamodel-code-generator isn't installed, or makes no models of the
            spec that have the spec's names.
    """
    require_tool(spec.source, flavour)
    definitions = schema.bundle(spec)["$defs"]
    feed = Feed(definitions, flavour)
    owners = _owners(spec)
    more = flavour.options(definitions) | {"aliases": _aliases(owners)}
    if flavour.by_wire:
        more["aliases"] = None
        owners = {name: _by_wire(owner) for name, owner in owners.items()}
    _refuse_fields(owners, flavour)
    made = generate(spec.source, feed, flavour, more)
    modules = {name: made.get(name, NO_CLASSES) for name in TITLES}
    _refuse_other_names(owners, modules, flavour)

    folder = spec.package.replace(".", "/")
    env = _environment(options)
    for name, template, context in _files(modules, owners, feed, flavour):
        text = render_python(env, template, spec=spec, flavour=flavour, **context)
        yield Artifact(f"{folder}/{name}.py", formatted(text))
    yield Artifact(f"{folder}/py.typed", "")


def _owners(spec: Spec) -> Owners:
    """Return everything that becomes a class, in the order of the classes."""
    messages = spec.messages
    types: list[Datatype | Enum] = [*_needed_first(spec.datatypes), *spec.enums]
    return {
        **{schema.message_class(message, spec): message for message in messages},
        **{schema.type_class(ref): ref for ref in types},
    }


def _needed_first(
    datatypes: Iterable[Datatype], found: dict[str, Datatype] | None = None
) -> Iterable[Datatype]:
    """Return datatypes in their order, but after those that their fields need."""
    found = {} if found is None else found
    for datatype in datatypes:
        if datatype.name not in found:
            needed = (field.value.innermost.datatype for field in datatype.fields)
            _needed_first(filter(None, needed), found)
            found[datatype.name] = datatype
    return found.values()


def _by_wire(owner: Owner) -> Owner:
    """Return a message or datatype whose fields are called as on the wire."""
    if isinstance(owner, Enum):
        return owner
    return owner._replace(
        fields=tuple(
            field._replace(name=field.wire, wire_by_rule=True) for field in owner.fields
        )
    )


def _aliases(owners: Owners) -> dict[str, str]:
    """Return names in code by class and name on the wire, where the two differ."""
    return {
        f"{name}.{field.wire}": field.name
        for name, owner in owners.items()
        if not isinstance(owner, Enum)
        for field in owner.fields
        if field.wire != field.name
    }


def _refuse_fields(owners: Owners, flavour: Flavour) -> None:
    """Raise an error for each field that the library can't have."""
    report = Report()
    for owner in owners.values():
        for field in () if isinstance(owner, Enum) else owner.fields:
            if problem := flavour.problem_of(field):
                message = (
                    f"{flavour.target} models can't have a field {quoted(field.name)}"
                )
                report.error(field.span, f"{message}: {problem}", "use another name")
    report.raise_errors()


def _refuse_other_names(
    owners: Owners, modules: Mapping[str, Module], flavour: Flavour
) -> None:
    """Raise an error for each name of the spec that the tool has changed.

    It does so where the library has the name already. An attribute that hides a name that
    its module imports is an error as well.
    """
    report = Report()
    for path, owner in owners.items():
        module_name, _, name = path.partition(".")
        module = modules[module_name]
        found = [each for each in module.statements if each.name == name]
        if not found:
            message = f"{flavour.target} models can't have a class {quoted(name)}"
            report.error(owner.span, message, "use another name")
            continue
        hidden = frozenset() if flavour.by_wire else module.imported
        for part in _parts(owner, flavour):
            if part.name not in found[0].names or part.name in hidden:
                message = (
                    f"{flavour.target} models can't have a field {quoted(part.name)}"
                )
                report.error(part.span, message, f"write '{part.name}_'")
    report.raise_errors()


def _parts(owner: Owner, flavour: Flavour) -> tuple[Field, ...] | tuple[Member, ...]:
    """Return what has a name in a class."""
    if isinstance(owner, Enum):
        return () if flavour.by_wire else owner.members
    return owner.fields


def _environment(options: Options) -> Environment:
    env = environment(options.templates)
    env.filters.update(
        annotation=annotation,
        attribute=attribute,
        dedent=textwrap.dedent,
        docstring=docstring,
        laid_out=laid_out,
        python_string=python_string,
    )
    return env


def _files(
    modules: Mapping[str, Module], owners: Owners, feed: Feed, flavour: Flavour
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the name of each module, its template, and what that gets."""
    for name, module in modules.items():
        context = {
            "title": TITLES[name],
            "imports": module.imports,
            "statements": _with_owners(name, module, owners),
        }
        yield name, "models/module.py.jinja", context
    yield "__init__", "models/__init__.py.jinja", {}
    if flavour.constraint:
        template = f"{flavour.target}/{OWN_TYPES}.py.jinja"
        yield OWN_TYPES, template, {"elements": feed.elements}


def _with_owners(
    name: str, module: Module, owners: Owners
) -> list[tuple[Statement, Owner | None]]:
    """Return the statements of a module and what they are for; what helps them comes last."""
    statements = {f"{name}.{each.name}": each for each in module.statements}
    ours = [
        (statements.pop(path), owners[path]) for path in owners if path in statements
    ]
    return [*ours, *((each, None) for each in statements.values())]
