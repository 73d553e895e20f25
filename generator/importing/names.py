"""Names for code: of fields, members and types, from what the schemas call them.

Names follow from the wire names alone, so one field has the same name in every version of a
protocol, and a message more or less changes no other name unless the two collide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count
from typing import NamedTuple

from ..spec import naming
from .shapes import ObjectShape, Pool, Ref, is_vague, refs_of

# Longer ones are cut, so that a number fits behind them.
_LONGEST = naming.MAX_NAME - 10

_SEPARATED = re.compile(r"[A-Za-z0-9]+")
# `kWh`, `soC`, `eMAID` and `RoCoF` are words for all their capitals.
_ONE_WORD = re.compile(r".{1,3}|[a-z][A-Z]+|([A-Z][a-z])+[A-Z]")
_WORDS = re.compile(
    r"""
      [A-Z][0-9][A-Z]+(?![a-z])[0-9]*            # V2X, V2G20
    | [A-Z][a-z][A-Z](?=[A-Z][a-z]|[^A-Za-z]|$)  # SoC of bulkSoC, not the ByE of StoppedByEV
    | [A-Z]{2,}v[0-9]+                           # IKEv2
    | [A-Z]{2,}s(?![a-z])                        # EMAIDs
    | [A-Z]+(?![a-z])[0-9]*                      # URL, EV of EVDisconnected, SHA256
    | [A-Za-z][a-z0-9]*                          # Request, iso15118, Level1
    | [0-9]+(?:[A-Z]+(?![a-z])|[a-z0-9]*)        # 16A, 3to1
    """,
    re.VERBOSE,
)
_PLAIN_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]")
_SUFFIXES = ("EnumType", "Type")

Owner = str | Ref
"""An action, for the fields of its messages, or an object."""


def words(text: str) -> list[str]:
    """Return the words of a name; acronyms stay whole, and what is no ASCII is lost."""
    found: list[str] = []
    for part in _SEPARATED.findall(_ascii(text)):
        found += [part] if _ONE_WORD.fullmatch(part) else _WORDS.findall(part)
    return found


def snake(text: str) -> str:
    """Return a name in snake case; empty if nothing is left of it."""
    return _started("_".join(words(text)).lower())


def _plain_snake(text: str) -> str:
    """Return a name in snake case that keeps each capital apart: `so_c` for `soC`."""
    return _started("_".join(_PLAIN_WORDS.findall(_ascii(text))).lower())


def pascal(text: str) -> str:
    """Return a name with each word capitalised; empty if nothing is left of it."""
    name = "".join(word[:1].upper() + word[1:] for word in words(text))
    return f"T{name}"[:_LONGEST] if name[:1].isdigit() else name[:_LONGEST]


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _started(name: str) -> str:
    """Return a name that starts with a letter and isn't too long."""
    return f"n{name}"[:_LONGEST] if name[:1].isdigit() else name[:_LONGEST]


def field_names(wires: Sequence[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the name of each field of an object.

    Args:
        wires: Their wire names.
        taken: Names that they can't have.
    """
    # Names that the rule turns back to the wire name are the best ones, so they come first.
    ordered = sorted(wires, key=lambda wire: naming.wire_name(snake(wire)) != wire)
    return _unique(ordered, naming.field_problem, "field", set(taken))


def member_names(values: Sequence[str | int]) -> dict[str | int, str]:
    """Return the name of each member of an enum."""
    base = type(values[0])

    def problem_of(name: str) -> str:
        return naming.member_problem(name, base)

    # A minus sign is the only other thing that tells whole numbers apart.
    texts = [
        str(value).replace("-", "minus") if base is int else value for value in values
    ]
    names = _unique([str(text) for text in texts], problem_of, "value", set())
    return {value: names[str(text)] for value, text in zip(values, texts, strict=True)}


def _unique(
    texts: Sequence[str],
    problem_of: Callable[[str], str],
    fallback: str,
    taken: set[str],
) -> dict[str, str]:
    names: dict[str, str] = {}
    for text in texts:
        first = snake(text)
        numbered = (f"{first or fallback}_{number}" for number in count(2))
        candidates = chain((first, _plain_snake(text)), numbered)
        fitting = (_fitting(name, problem_of) for name in candidates if name)
        names[text] = next(name for name in fitting if name and name not in taken)
        taken.add(names[text])
    return names


def _fitting(name: str, problem_of: Callable[[str], str]) -> str:
    """Return a name that will do, with an underscore if need be; empty if none will."""
    return next((fit for fit in (name, f"{name}_") if not problem_of(fit)), "")


class MessageShape(NamedTuple):
    """A request or response as the schemas have it."""

    action: str
    kind: str
    shape: ObjectShape


class _Key(NamedTuple):
    """What gets a name: a type, or one enum of several with the same values.

    [Accepted, Rejected] as the `status` of two messages is two enums: that they are equal is
    an accident. `place` tells them apart: whose field it is, and its wire name. It is None
    where a type is one wherever it stands.
    """

    ref: Ref
    place: tuple[Owner, str] | None


class _Use(NamedTuple):
    """One place that a type stands in."""

    action: str
    owner: Owner
    wire: str
    listed: bool


class TypeNames:
    """Names of types.

    - A type that the schemas give a name has it: as it is, or without `EnumType` or `Type` at
      its end if the family of schemas wants that.
    - Others are named after the field that they stand in most often, `IdTagInfo` for
      `idTagInfo`; after the shorter name if two are as frequent; in the singular in a list.
    - Fields such as `status` say nothing on their own, so theirs are named after their object
      too: `ClearCacheStatus`, `FirmwareStatus` in FirmwareStatusNotification.
    - Where that gives two types one name, the first keeps it, those with a name in the schemas
      before others. The next has the action before its name, then a number behind it.
    """

    def __init__(
        self, messages: Iterable[MessageShape], pool: Pool, *, strip_suffixes: bool
    ) -> None:
        """Name all types that messages use.

        Args:
            messages: In the order that decides who comes first.
            pool: The types.
            strip_suffixes: Whether type names lose `EnumType` or `Type`.
        """
        self._pool = pool
        self._strip_suffixes = strip_suffixes
        self._uses: dict[_Key, list[_Use]] = {}
        self._names: dict[_Key, str] = {}
        self._named: dict[str, Ref] = {}
        for message in messages:
            self._find(message.action, message.action, message.shape)
        for key in sorted(self._uses, key=lambda key: not key.ref.declared):
            self._names[key] = self._name(key)

    def name(self, ref: Ref, owner: Owner, wire: str) -> str:
        """Return the name of the type of a field."""
        return self._names[self._key(ref, owner, wire)]

    @property
    def types(self) -> list[tuple[str, Ref]]:
        """Every type by its name, in alphabetical order."""
        return sorted(self._named.items(), key=lambda item: (item[0].lower(), item[0]))

    def _key(self, ref: Ref, owner: Owner, wire: str) -> _Key:
        is_object = isinstance(self._pool.shape(ref), ObjectShape)
        one = ref.declared or is_object or not is_vague(wire)
        return _Key(ref, None if one else (owner, wire))

    def _find(self, action: str, owner: Owner, shape: ObjectShape) -> None:
        """Note the uses of types; each type after the object that it stands in."""
        for part, ref in refs_of(shape.properties):
            uses = self._uses.setdefault(self._key(ref, owner, part.wire), [])
            uses.append(_Use(action, owner, part.wire, part.shape.items is not None))
            inner = self._pool.shape(ref)
            if len(uses) == 1 and isinstance(inner, ObjectShape):
                self._find(action, ref, inner)

    def _name(self, key: _Key) -> str:
        for candidate in self._candidates(key):
            name = _fitting(candidate, naming.type_problem)
            ref = self._named.setdefault(name, key.ref) if name else None
            if ref and ref.structure == key.ref.structure:
                return name
        raise AssertionError("numbers don't end")

    def _candidates(self, key: _Key) -> Iterator[str]:
        uses = self._uses[key]
        declared = key.ref.declared
        if declared:
            kept = not naming.identifier_problem(declared) and declared[0].isupper()
            given = declared if kept else pascal(declared)
            names = [given]
            if self._strip_suffixes:
                names.insert(0, _stem(given))
        elif telling := [use for use in uses if not is_vague(use.wire)]:
            names = [_most_frequent(telling)]
        else:
            names = list(self._after_owner(uses[0]))
        yield from names
        base = names[0] or "Type"
        yield pascal(uses[0].action) + base
        yield from (f"{base}{number}" for number in count(2))

    def _after_owner(self, use: _Use) -> Iterator[str]:
        """Yield names from an object and its field: FirmwareStatus, then with all of its name."""
        owner = use.owner
        name = owner if isinstance(owner, str) else self._names[_Key(owner, None)]
        field = pascal(use.wire)
        parts = words(name)
        if field in parts[1:]:
            yield "".join(parts[: parts.index(field, 1) + 1])
        yield pascal(name) + field


def _most_frequent(uses: Sequence[_Use]) -> str:
    names = Counter(
        _singular(pascal(use.wire)) if use.listed else pascal(use.wire) for use in uses
    )
    return min(names, key=lambda name: (-names[name], len(name)))


def _stem(name: str) -> str:
    """Return the name of a type without what only says that it is one."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix)
    return name


def _singular(name: str) -> str:
    """Return the name of one element of a list."""
    if name.endswith("List") and name != "List":
        return name.removesuffix("List")
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name if re.search("(ss|us|is|^s)$", name) else name.removesuffix("s")
