"""What datamodel-code-generator is given: definitions, and options.

It gets no text of descriptions, no default values and no formats: only what makes a class.
All of it is stated so plainly that nothing is left to decide, for what one release decides
another may not.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Set
from importlib.metadata import version
from typing import Any, NamedTuple

from ...diagnostics import Span, fail, quoted
from ...spec.constraints import CONSTRAINTS
from ...spec.model import Field
from ...spec.numbers import digits
from ..schema import Schema
from .output import OWN_TYPES, Module, described, read_module

TOOL = "datamodel-code-generator"
# Stands before names that the tool would change, and is taken away from what it returns.
MARK = "as it is: "

Definitions = Mapping[str, Schema]

_NUMBERS = {"least": "ge", "most": "le", "": "multiple_of"}
_LENGTHS = {"least": "min_length", "most": "max_length"}
# What pydantic and msgspec call the limits of JSON Schema.
LIMITS = {
    each.keyword: (_NUMBERS if "int" in each.types else _LENGTHS)[each.bound]
    for key, each in CONSTRAINTS.items()
    if key != "format"
}

_BUILTINS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}

# All that have a say in our output, so that no release's own choice has one.
_OPTIONS: Mapping[str, Any] = {
    "input_file_type": "jsonschema",
    "output": None,
    "encoding": "utf-8",
    "allow_remote_refs": False,
    "target_python_version": "3.11",
    "target_pydantic_version": "2",
    # text
    "formatters": [],
    "custom_file_header": "# Nobody sees this header.",
    "disable_timestamp": True,
    "disable_future_imports": False,
    "enable_command_header": False,
    "enable_version_header": False,
    "use_schema_description": False,
    "use_field_description": False,
    "use_attribute_docstrings": False,
    # modules and classes
    "treat_dot_as_module": True,
    "module_split_mode": None,
    "all_exports_scope": None,
    "use_exact_imports": False,
    "use_type_checking_imports": False,
    "custom_class_name_generator": str,
    "use_title_as_name": False,
    "parent_scoped_naming": False,
    "keep_model_order": False,
    "skip_root_model": True,
    "reuse_model": False,
    "collapse_root_models": False,
    "collapse_reuse_models": False,
    "use_type_alias": False,
    "use_closed_typed_dict": False,
    "extra_fields": None,
    "keyword_only": False,
    "enable_faux_immutability": False,
    # fields
    "snake_case_field": False,
    "no_alias": False,
    "alias_generator": None,
    "allow_population_by_field_name": False,
    "field_constraints": True,
    "use_annotated": True,
    "use_standard_collections": True,
    "use_generic_container_types": False,
    "use_union_operator": True,
    "use_decimal_for_multiple_of": False,
    "use_missing_sentinel": False,
    "strict_nullable": False,
    "strip_default_none": False,
    "force_optional_for_required_fields": False,
    "apply_default_values_for_required_fields": False,
    # enums
    "use_specialized_enum": True,
    "use_subclass_enum": False,
    "enum_field_as_literal": None,
    "use_one_literal_as_default": False,
    "set_default_enum_member": False,
    "capitalise_enum_members": False,
}


class Flavour(NamedTuple):
    """What is particular to the models of one library.

    Attributes:
        target: Name of the target.
        title: What the models are for.
        base: Annotation of a class of a message.
        base_import: Statement that imports what `base` needs.
        model: What the tool calls classes of this kind.
        types: Dotted names of Python types by the format or type of a scalar in JSON Schema;
            others have builtin types.
        limits: Returns those limits of a scalar or list that the library can express.
        options: Returns further options of the tool, made of all definitions and the names of
            those in which the name of a field is another one's on the wire.
        problem_of: Returns why the library can't have a field; empty if it can.
        constraint: What makes an annotation of limits; empty if there are no types of ours.
        by_wire: Whether fields are called as on the wire.
        taken: Names that the library's classes have themselves; fields get another one.
        describes: Whether fields carry what they mean.
    """

    target: str
    title: str
    base: str
    base_import: str
    model: str
    types: Mapping[str, str]
    limits: Callable[[Schema], Schema]
    options: Callable[[Definitions, Set[str]], dict[str, Any]]
    problem_of: Callable[[Field], str]
    constraint: str = ""
    by_wire: bool = False
    taken: Set[str] = frozenset()
    describes: bool = False


def all_limits(value: Schema) -> Schema:
    """Return the limits of a scalar or list."""
    limits = {keyword: value[keyword] for keyword in LIMITS if keyword in value}
    if value.get("type") == "integer" and limits.get("multipleOf") == 1:
        del limits["multipleOf"]
    return limits


def is_closed(definition: Schema) -> bool:
    """Return whether a definition is that of an object without other fields."""
    return definition.get("additionalProperties") is False


class Feed:
    """Definitions of a bundle as the tool gets them.

    Attributes:
        definitions: The definitions.
        elements: Annotations of the scalars with limits that lists consist of, by the names
            that they have in the module of our types.
    """

    def __init__(self, definitions: Definitions, flavour: Flavour) -> None:
        """Make the definitions."""
        self.elements: dict[str, str] = {}
        self._flavour = flavour
        self.definitions = {
            name: self._definition(each) for name, each in definitions.items()
        }

    def _definition(self, definition: Schema) -> Schema:
        if "enum" in definition:
            keys = ("type", "enum", "x-enum-varnames")
            return {key: definition[key] for key in keys}
        fields = definition["properties"]
        return {
            "type": "object",
            "properties": {
                self._key(wire): self._value(fields[wire]) for wire in fields
            },
            "required": [self._key(wire) for wire in definition.get("required", [])],
        }

    def _key(self, wire: str) -> str:
        """Return a name that the tool leaves as it is: it changes those with `_` first."""
        marked = self._flavour.by_wire and wire.startswith("_")
        return f"{MARK}{wire}" if marked else wire

    def _value(self, value: Schema) -> Schema:
        if "enum" in value:
            return _literal(value["enum"])
        if "$ref" in value:
            return {"$ref": value["$ref"]}
        if "type" not in value:
            return {}
        fed = {"type": value["type"], **self._flavour.limits(value)}
        if "items" in value:
            fed["items"] = self._element(value["items"])
        elif path := self._type_path(value):
            fed["customTypePath"] = path
        return fed

    def _element(self, value: Schema) -> Schema:
        """Return what an element of a list is.

        The tool would make up a class for a scalar with limits; it gets a type of ours.
        """
        limits = self._flavour.limits(value)
        if not limits or "items" in value:
            return self._value(value)
        plain = self._type_path(value).rpartition(".")[2] or _BUILTINS[value["type"]]
        name = plain[0].upper() + plain[1:] + "".join(map(_in_name, limits.items()))
        arguments = (f"{LIMITS[key]}={limit!r}" for key, limit in limits.items())
        constraint = f"{self._flavour.constraint}({', '.join(arguments)})"
        self.elements[name] = f"Annotated[{plain}, {constraint}]"
        return {"type": value["type"], "customTypePath": f"{OWN_TYPES}.{name}"}

    def _type_path(self, value: Schema) -> str:
        return self._flavour.types.get(value.get("format") or value["type"], "")


def _literal(values: list[str | int]) -> Schema:
    """Return a definition of a subset of an enum, which has no class of its own."""
    base = "string" if isinstance(values[0], str) else "integer"
    return {"type": base, "enum": values, "x-enum-field-as-literal": True}


def _in_name(limit: tuple[str, int | float]) -> str:
    """Return a limit as a part of a name, such as `MaxLength50`."""
    keyword, number = limit
    text = digits(number).replace("-", "Minus").replace(".", "_")
    return f"{keyword[0].upper()}{keyword[1:]}{text}"


def require_tool(source: str, flavour: Flavour) -> None:
    """Raise an error if the tool isn't installed.

    Args:
        source: Name of the spec file, for the error.
        flavour: What needs it.
    """
    try:
        import datamodel_code_generator  # noqa: F401
    except ImportError as error:
        message = f"target {flavour.target} needs {TOOL}, which isn't installed"
        hint = "run: pip install 'payloom[models]'"
        raise fail(Span(source), message, hint) from error


def generate(
    source: str,
    feed: Feed,
    flavour: Flavour,
    options: dict[str, Any],
    descriptions: Mapping[str, Mapping[str, str]],
) -> dict[str, Module]:
    """Return modules by their names; those without classes may lack.

    Args:
        source: Name of the spec file, for errors.
        feed: The definitions.
        flavour: What to make of them.
        options: Options of the tool beside those that are always the same.
        descriptions: What fields mean, by module and class, and by name.

    Raises:
        DiagnosticError: The tool gives no models.
    """
    import datamodel_code_generator as tool

    schema = {"title": "bundle", "$defs": feed.definitions}
    options = {**_OPTIONS, "output_model_type": flavour.model, **options}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = tool.generate(schema, **options)
        assert isinstance(made, dict), "names with dots give modules"
        modules = {}
        for path, text in made.items():
            name = path[-1].removesuffix(".py")
            words = {
                key.removeprefix(f"{name}."): of_class
                for key, of_class in descriptions.items()
                if key.startswith(f"{name}.")
            }
            modules[name] = read_module(described(text.replace(MARK, ""), words))
        return modules
    except Exception as error:  # whatever it raises, the spec is what it can't digest
        reason = quoted(str(error) or type(error).__name__, 300)[1:-1]
        message = f"{TOOL} {version(TOOL)} makes no {flavour.target} models of this"
        raise fail(Span(source), f"{message}: {reason}") from error
