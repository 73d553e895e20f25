"""What an overlay does: changes of the nodes of its base, one path at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..diagnostics import Report, Span, did_you_mean, quoted
from .forms import Flag
from .grammar import KINDS, paths
from .maps import MapOf, MemberValue, Named
from .source import MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence

CHANGES = ("amend", "add", "remove")
# What an overlay says beside its changes takes the place of the same key of its base.
RESTATED = tuple(
    key
    for key, each in KINDS["spec"].keys.items()
    if not isinstance(each.form, MapOf | Named)
)
KEYS = ("extends", *RESTATED, "lint", *CHANGES)
# Keys that mean false where they are left out.
_FLAGS = {path[-1] for path, form in paths() if isinstance(form, Flag)}

# Maps whose keys name parts of the spec; `amend` changes what stands below a name. Those of
# `lint` and of words for formats name something else.
_NAME_MAPS = {
    path
    for path, form in paths()
    if isinstance(form, Named) and isinstance(form.form, MapOf | MemberValue)
}

Names = tuple[str, ...]


class Edit(NamedTuple):
    """One change that an overlay makes.

    Attributes:
        kind: `amend`, `add`, `remove`, or `restate` for a key of RESTATED.
        names: Names of the keys from the top of the spec to the place.
        span: Where the overlay says so.
        value: What is there now; None if it is removed.
        same: Whether that was there already.
    """

    kind: str
    names: Names
    span: Span
    value: Node | None
    same: bool = False


class _Map:
    """A map that can be changed; so are those in it from the time they are asked for."""

    def __init__(self, node: Mapping) -> None:
        self.span = node.span
        self.entries: dict[str, tuple[Scalar, Node | _Map]] = {
            key.text: (key, value) for key, value in node.entries
        }
        self.removed: dict[str, Scalar] = {}
        # What was the last entry, if its removal was the last change of this map.
        self.cut_off: tuple[str, Node | _Map] | None = None

    def get(self, name: str) -> Scalar | Sequence | _Map | None:
        if name not in self.entries:
            return None
        key, node = self.entries[name]
        if isinstance(node, Mapping):
            node = _Map(node)
            self.entries[name] = (key, node)
        return node

    def put(self, key: Scalar, node: Node) -> None:
        """Replace an entry in its place, or add it at the end."""
        first, _ = self.entries.get(key.text, (key, None))
        self.entries[key.text] = (first, node)
        self.removed.pop(key.text, None)
        self.cut_off = None

    def remove(self, key: Scalar) -> None:
        at_end = next(reversed(self.entries)) == key.text
        _, node = self.entries.pop(key.text)
        self.removed[key.text] = key
        self.cut_off = (key.text, node) if at_end else None

    def frozen(self) -> Mapping:
        entries = tuple((key, _frozen(value)) for key, value in self.entries.values())
        return Mapping(entries, self.span, tuple(self.removed.values()))


def _frozen(node: Node | _Map) -> Node:
    return node.frozen() if isinstance(node, _Map) else node


class Tree:
    """Makes the changes of overlays; those that can't be made go to the report."""

    def __init__(self, base: Mapping, report: Report) -> None:
        self.root = _Map(base)
        self._report = report
        self._size = 0  # of all that overlays brought
        self._changes: list[Edit] = []

    def change(self, overlay: Mapping) -> list[Edit]:
        """Make the changes of one overlay and return them."""
        self._changes = []
        for key, node in overlay.entries:
            if key.text in ("amend", "add"):
                self._change_paths(key, node)
            elif key.text == "remove":
                self._remove_paths(node)
            elif key.text == "lint":
                self._join(self.root, ("lint",), key, node)
            elif key.text in RESTATED:
                self._put("restate", self.root, (key.text,), key, node)
            elif key.text != "extends":
                self._refuse_key(key)
        return self._changes

    def _refuse_key(self, key: Scalar) -> None:
        hint = did_you_mean(key.text, KEYS)
        if key.text in self.root.entries:
            hint = "change what is in it, by paths under 'amend', 'add' or 'remove'"
        message = f"unknown key {quoted(key.text)} in an overlay"
        self._report.error(key.span, message, hint)

    def _change_paths(self, key: Scalar, node: Node) -> None:
        change = self._amend if key.text == "amend" else self._add
        if not isinstance(node, Mapping):
            hint = "write paths such as enums.Reason.values.local as its keys"
            self._report.error(node.span, f"'{key.text}' must be a map of paths", hint)
            return
        for path, value in node.entries:
            if place := self._place(path):
                change(*place, path, value)

    def _remove_paths(self, node: Node) -> None:
        if not isinstance(node, Sequence):
            hint = "write '- enums.Reason.values.local', a path in each line"
            self._report.error(node.span, "'remove' must be a list of paths", hint)
            return
        for path in node.items:
            if not isinstance(path, Scalar):
                message = "this must be a path"
                self._report.error(path.span, message, "write it as a.b.c")
            elif place := self._place(path):
                self._remove(*place, path)

    def _amend(self, owner: _Map, names: Names, path: Scalar, value: Node) -> None:
        old = owner.get(names[-1])
        if old is None:
            self._refuse_unknown(owner, names, path)
        elif not isinstance(old, _Map) or _is_name_map(names):
            self._amend_entry(owner, names, _last(names, path), value)
        elif not isinstance(value, Mapping):
            message = f"{quoted(path.text)} is a map, so a map amends it"
            self._report.error(value.span, message, "write {key: value}")
        elif not value.entries:
            self._refuse_same(old, names, path)
        else:
            for key, node in value.entries:
                self._amend_entry(old, (*names, key.text), key, node)

    def _amend_entry(self, owner: _Map, names: Names, key: Scalar, value: Node) -> None:
        old = owner.get(key.text)
        if isinstance(old, _Map) and _is_name_map(names):
            message = f"{quoted('.'.join(names))} is a map of names"
            hint = "amend, add or remove what is in it by its own path"
            self._report.error(key.span, message, hint)
        elif old is None and _is_default(key, value):
            self._refuse_same(owner, names, key)
        elif old is not None and _plain(old, dict) == _plain(value, dict):
            self._refuse_same(old, names, key)
        else:
            self._put("amend", owner, names, key, value)

    def _add(self, owner: _Map, names: Names, path: Scalar, value: Node) -> None:
        old = owner.get(names[-1])
        if old is None:
            self._put("add", owner, names, _last(names, path), value)
            return
        hint = f"amend it; see {old.span}"
        if isinstance(old, _Map) and _is_name_map(names):
            hint = "add what is new in it by its own path"
        self._report.error(path.span, f"{quoted(path.text)} is there already", hint)

    def _remove(self, owner: _Map, names: Names, path: Scalar) -> None:
        if names[-1] not in owner.entries:
            self._refuse_unknown(owner, names, path)
            return
        owner.remove(_last(names, path))
        self._changes.append(Edit("remove", names, path.span, None))

    def _join(self, owner: _Map, names: Names, key: Scalar, value: Node) -> None:
        """Add an entry; a map that is there already takes the entries of the new one."""
        old = owner.get(key.text)
        if old is None:
            self._put("add", owner, names, key, value)
        elif isinstance(old, _Map) and isinstance(value, Mapping):
            for inner, node in value.entries:
                self._join(old, (*names, inner.text), inner, node)
        else:
            message = f"{quoted('.'.join(names))} is there already"
            self._report.error(key.span, message, f"amend it; see {old.span}")

    def _put(
        self, kind: str, owner: _Map, names: Names, key: Scalar, value: Node
    ) -> None:
        size, height = _measure(value)
        self._size += size
        if self._size > MAX_NODES:
            message = f"overlays bring more than {MAX_NODES} YAML nodes"
            self._report.fatal(key.span, message, "write a spec of its own")
        if len(names) + height > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            self._report.error(key.span, message, "no spec needs that")
            return
        same = self._is_same(owner, key.text, value)
        owner.put(key, value)
        self._changes.append(Edit(kind, names, key.span, value, same))

    def _is_same(self, owner: _Map, name: str, value: Node) -> bool:
        removed, old = owner.cut_off or ("", None)
        if removed != name:
            old = owner.get(name)
        return old is not None and _plain(old, tuple) == _plain(value, tuple)

    def _place(self, path: Scalar) -> tuple[_Map, Names] | None:
        """Return the map that a path ends in, and its names; None if there is no such map."""
        names = _names(path)
        if "" in names:
            message = f"the path {quoted(path.text)} has an empty part"
            self._report.error(path.span, message, "write it as a.b.c")
            return None
        owner = self.root
        for depth, name in enumerate(names[:-1], start=1):
            inner = owner.get(name)
            if inner is None:
                self._refuse_unknown(owner, names[:depth], path)
                return None
            if not isinstance(inner, _Map):
                message = f"{quoted('.'.join(names[:depth]))} is no map"
                hint = f"nothing is below it; see {inner.span}"
                self._report.error(path.span, message, hint)
                return None
            owner = inner
        return owner, names

    def _refuse_unknown(self, owner: _Map, names: Names, path: Scalar) -> None:
        *above, name = names
        place = quoted(".".join(above)) if above else "the base spec"
        hint = did_you_mean(name, owner.entries) if owner.entries else "add it"
        if name in owner.removed:
            hint = f"{owner.removed[name].span} removes it"
        self._report.error(path.span, f"no {quoted(name)} in {place}", hint)

    def _refuse_same(self, old: Node | _Map, names: Names, key: Scalar) -> None:
        message = f"{quoted('.'.join(names))} is so already"
        self._report.error(key.span, message, f"leave it out; see {old.span}")


def _names(path: Scalar) -> Names:
    limit = 2 if path.text.startswith("lint.") else -1
    return tuple(path.text.split(".", limit))


def _last(names: Names, path: Scalar) -> Scalar:
    """Return the last name of a path as a key."""
    return Scalar(names[-1], True, path.span)


def _is_name_map(names: Names) -> bool:
    """Return whether the keys of a map at this place are names."""
    return names in _NAME_MAPS or (names[0], "*", *names[2:]) in _NAME_MAPS


def _is_default(key: Scalar, node: Node) -> bool:
    return isinstance(node, Scalar) and key.text in _FLAGS and node.text == "false"


def _plain(node: Node | _Map, entries: Callable[..., object]) -> object:
    """Return what a node says, wherever it stands; maps as `entries` of their pairs."""
    if isinstance(node, Scalar):
        return node.text, node.plain
    if isinstance(node, Sequence):
        return [_plain(item, entries) for item in node.items]
    pairs = node.entries.values() if isinstance(node, _Map) else node.entries
    return entries((key.text, _plain(value, entries)) for key, value in pairs)


def _measure(node: Node) -> tuple[int, int]:
    """Return the number of nodes and of levels of maps and lists."""
    if isinstance(node, Scalar):
        return 1, 0
    inner = (
        node.items
        if isinstance(node, Sequence)
        else [value for _, value in node.entries]
    )
    measures = [_measure(item) for item in inner]
    size = sum(size for size, _ in measures)
    return 1 + size, 1 + max((height for _, height in measures), default=0)
