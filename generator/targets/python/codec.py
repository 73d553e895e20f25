"""What stands in the codec of a spec: its classes, and tables of the members of enums."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ...spec.model import Datatype, Enum, Field, Member, Message, Spec, Value

# The modules of classes that have fields.
MODULES = ("datatypes", "call", "call_result")


class Structure(NamedTuple):
    """A class with fields: a datatype, a request or a response.

    Attributes:
        module: Its module, one of MODULES.
        path: Its module and name.
        function: What the names of its functions end with.
        fields: Its fields.
        open: Whether it keeps fields that the spec doesn't know.
        listed: Whether there are lists of it.
    """

    module: str
    path: str
    function: str
    fields: tuple[Field, ...]
    open: bool = False
    listed: bool = False

    @property
    def required(self) -> list[Field]:
        """The fields that must be there."""
        return [field for field in self.fields if field.required]

    @property
    def optional(self) -> list[Field]:
        """The fields that may be left out."""
        return [field for field in self.fields if not field.required]


class Table(NamedTuple):
    """The members of an enum that some fields allow.

    Attributes:
        name: What the names of its variables end with.
        enum: The enum.
        members: The members, if they aren't all of them.
    """

    name: str
    enum: Enum
    members: tuple[Member, ...]


class Codec:
    """The classes of one spec, and the tables that their fields need.

    Attributes:
        structures: The classes, datatypes first.
        listed: The names of the datatypes that are elements of lists.
    """

    def __init__(self, spec: Spec) -> None:
        """Find the classes and the tables."""
        self.listed = _listed_datatypes(spec)
        self.structures = [
            *(
                Structure(
                    "datatypes",
                    f"datatypes.{each.name}",
                    f"data_{each.name}",
                    each.fields,
                    each.open,
                    each.name in self.listed,
                )
                for each in spec.datatypes
            ),
            *(_structure("call", message, spec) for message in spec.requests),
            *(_structure("call_result", message, spec) for message in spec.responses),
        ]
        self._enum_names = {enum.name for enum in spec.enums}
        self._tables: dict[tuple[str, ...], Table] = {}
        self._subsets: Counter[str] = Counter()
        for structure in self.structures:
            for field in structure.fields:
                self._add_table(field.value.innermost)

    @property
    def tables(self) -> list[Table]:
        """The tables of enum members, by name."""
        return sorted(self._tables.values(), key=lambda table: table.name)

    def table(self, value: Value) -> str:
        """Return the name of the table that a value of an enum is looked up in."""
        return self._tables[_table_key(value)].name

    def _add_table(self, value: Value) -> None:
        if value.enum is None or _table_key(value) in self._tables:
            return
        name = value.enum.name
        members: tuple[Member, ...] = ()
        if value.is_subset:
            self._subsets[name] += 1
            name, members = f"{name}_subset{self._subsets[name]}", value.members
            while name in self._enum_names:  # an enum may be called like a subset
                name += "_"
        self._tables[_table_key(value)] = Table(name, value.enum, members)


def _structure(module: str, message: Message, spec: Spec) -> Structure:
    name = message.action
    path = f"{module}.{name}{spec.class_suffix}"
    return Structure(module, path, f"{message.kind}_{name}", message.fields)


def _listed_datatypes(spec: Spec) -> set[str]:
    """Return the names of the datatypes that are elements of lists."""
    holders: list[Datatype | Message] = [
        *spec.datatypes,
        *spec.requests,
        *spec.responses,
    ]
    return {
        field.value.innermost.type
        for holder in holders
        for field in holder.fields
        if field.value.items and field.value.innermost.datatype
    }


def _table_key(value: Value) -> tuple[str, ...]:
    return (value.type, *(member.name for member in value.members))
