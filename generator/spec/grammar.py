"""The grammar of the spec language: kinds of maps, their keys, and what each key holds.

The reader walks it once, the schema for editors is made from it. A key of its own for the
language is a row here, and what the loader does with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import naming
from .constraints import CONSTRAINTS, FORMATS
from .forms import (
    Choice,
    Default,
    Flag,
    Names,
    Package,
    Paragraph,
    Suffix,
    Text,
    TypeName,
    Version,
)
from .maps import Items, MapOf, Members, MemberValue, Named
from .reader import MAX_TEXT, Form, Key, Kind

VIOLATIONS = {
    "not_json": "Code for text that is no JSON.",
    "unknown_field": "Code for a field that the spec does not name.",
    "missing_field": "Code for a required field that is not there.",
    "wrong_count": "Code for a list with fewer items than min_items or more than max_items.",
    "wrong_type": "Code for a value of another type than the field's, null among them.",
    "wrong_value": "Code for a value of the right type that breaks a limit, a format or an enum.",
}
SENDERS = ("server", "client", "both", "unknown")


DESCRIPTION = Key(
    Paragraph(),
    f"What it is or means, for docstrings and documents. At most {MAX_TEXT} characters.",
)


def _fields(label: str) -> Named:
    return Named(
        MapOf("field"), label, entry="field {name}", problem_of=naming.field_problem
    )


# What a field and the elements of a list have in common, beside their type.
_VALUE = {
    **{
        key: Key(each.form, each.meaning, types=each.types)
        for key, each in CONSTRAINTS.items()
    },
    "items": Key(
        Items(),
        "What a list holds: a type, or a map of its type and limits.",
        types=("list",),
    ),
    "only": Key(
        Names(),
        "The members of the enum that are allowed here, all others are not."
        " Not together with except.",
        types=("enum",),
    ),
    "except": Key(
        Names(),
        "The members of the enum that are not allowed here, all others are."
        " Not together with only.",
        types=("enum",),
    ),
}
_TYPE = Key(
    TypeName(),
    "str, int, float, bool, any, list, or the name of a datatype or an enum.",
    required=True,
)

KINDS: dict[str, Kind] = {
    "spec": Kind(
        "The messages, datatypes and enums of one version of a protocol.",
        {
            "protocol": Key(
                Text(),
                "Name of the protocol, as titles and docstrings show it.",
                required=True,
                examples=("OCPP",),
            ),
            "version": Key(
                Version(),
                "Version of the protocol. Quote it, so that every reader of YAML takes 1.10"
                " for what it says.",
                required=True,
                examples=("1.6",),
            ),
            "package": Key(
                Package(),
                "Dotted name of the Python package that the generated modules form.",
                required=True,
                examples=("ocpp.v16",),
            ),
            "errors": Key(
                MapOf("errors", "errors"),
                "The protocol's error code for each kind of violation that validation can"
                " find.",
                required=True,
            ),
            "actions": Key(
                Named(
                    MapOf("action"),
                    "actions",
                    entry="action {name}",
                    problem_of=naming.identifier_problem,
                    on_wire=True,
                    hint_if_none="add one",
                ),
                "The exchanges of the protocol by name. Their order is the order everywhere.",
                required=True,
            ),
            "class_suffix": Key(
                Suffix(),
                "Ends the names of the request and response classes, after the action."
                " Nothing if left out.",
                examples=("Payload",),
            ),
            "common": Key(
                MapOf("common", "common"),
                "Fields that every request, response and datatype has after its own. The"
                " datatypes that they are made of don't have them.",
            ),
            "datatypes": Key(
                Named(
                    MapOf("datatype"),
                    "datatypes",
                    entry="datatype {name}",
                    problem_of=naming.type_problem,
                ),
                "The objects that fields can hold, by name.",
                defines="datatype",
            ),
            "enums": Key(
                Named(
                    MapOf("enum"),
                    "enums",
                    entry="enum {name}",
                    problem_of=naming.type_problem,
                ),
                "The sets of values that fields can be limited to, by name.",
                defines="enum",
            ),
            "format_words": Key(
                MapOf("format_words", "'format_words'"),
                "What documents call a format, by format and language, where their own words"
                " won't do.",
                examples=({"date-time": {"en": "UTC time"}},),
            ),
            "lint": Key(
                Named(
                    Named(
                        Text(MAX_TEXT, "the reason"),
                        "{what}",
                        pattern=r"^([A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*|\*)$",
                    ),
                    "'lint'",
                    entry="'lint' of rule {name}",
                    pattern="^[a-z-]+$",
                ),
                "Rules of lint that don't hold for parts of the spec.",
            ),
        },
    ),
    "errors": Kind(
        "The protocol's error code for each kind of violation.",
        {
            kind: Key(Text(), meaning, required=True, examples=("FormationViolation",))
            for kind, meaning in VIOLATIONS.items()
        },
    ),
    "format_words": Kind(
        "What documents call a format, by format and language.",
        {
            form: Key(
                Named(
                    Text(what=f"the words for {form}"),
                    f"the words for {form}",
                    problem_of=naming.identifier_problem,
                ),
                f"What documents call {form}, by language.",
            )
            for form in FORMATS
        },
    ),
    "common": Kind(
        "Fields of all messages and datatypes.",
        {
            "fields": Key(_fields("fields of common"), "The fields.", required=True),
            "except": Key(Names(), "Further datatypes that don't have the fields."),
        },
    ),
    "action": Kind(
        "One exchange: a request and, unless it is a one-way message, its response.",
        {
            "sender": Key(
                Choice(SENDERS),
                "Who sends the request: server, client, both if either side may, or unknown"
                " as long as nobody has found out.",
                required=True,
            ),
            "request": Key(
                _fields("fields of the {key} of {what}"),
                "The fields of the request, {} if it has none.",
                required=True,
            ),
            "response": Key(
                _fields("fields of the {key} of {what}"),
                "The fields of the response, {} if it has none. Left out for a one-way"
                " message.",
            ),
            "description": DESCRIPTION,
        },
    ),
    "datatype": Kind(
        "An object with named fields.",
        {
            "fields": Key(
                _fields("fields of {what}"),
                "The fields of the datatype.",
                required=True,
            ),
            "description": DESCRIPTION,
            "open": Key(
                Flag(),
                "true if unknown fields are kept instead of refused. false if left out.",
            ),
        },
    ),
    "enum": Kind(
        "A set of named values: either values or from.",
        {
            "values": Key(
                Members(
                    MemberValue(),
                    "values of {what}",
                    entry="value of {name}",
                    hint_if_none="write 'name: value'",
                ),
                "The members in order: name and value.",
            ),
            "from": Key(
                Choice(("actions",)),
                "Takes the names of all actions as members and values.",
            ),
            "description": DESCRIPTION,
        },
    ),
    "field": Kind(
        "Type, limits and meaning of a field.",
        {
            "type": _TYPE,
            "required": Key(
                Flag(), "true if the field must be there. false if left out."
            ),
            "wire": Key(
                Text(),
                "Name of the field in JSON, where it is not the field's name in camelCase.",
            ),
            "default": Key(
                Default(),
                "Value to assume if the field is missing, for an enum a member name."
                " Documented, never sent.",
            ),
            "description": DESCRIPTION,
            **_VALUE,
        },
    ),
    "items": Kind(
        "Type and limits of each item of a list.",
        {"type": _TYPE, **_VALUE},
        bearer="the element",
    ),
}

Path = tuple[str, ...]


def paths(kind: str = "spec", above: Path = ()) -> Iterator[tuple[Path, Form]]:
    """Yield each path of a spec and what it holds; `*` stands for any name.

    Args:
        kind: The kind of map to start with.
        above: The path of that map.
    """
    for key, each in KINDS[kind].keys.items():
        yield from _paths_from((*above, key), each.form)


def _paths_from(path: Path, form: Form) -> Iterator[tuple[Path, Form]]:
    yield path, form
    if isinstance(form, MapOf):
        yield from paths(form.kind, path)
    elif isinstance(form, Named):
        yield from _paths_from((*path, "*"), form.form)
