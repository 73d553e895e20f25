"""Overlays: a spec told as changes of another one.

    extends: ocpp16.yaml
    package: my_app.ocpp16
    amend:
      datatypes.IdTagInfo.fields.parent_id_tag: {max_length: 36}
    add:
      actions.Authorize.request.vendor_mark: {type: str, max_length: 8}
    remove:
      - enums.UnitOfMeasure.values.hertz

Changes are made to nodes, before anything is read from them. So every node keeps the place of
the file that said it, and what is wrong with the outcome is found as in any other spec.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from generator.diagnostics import DiagnosticError, Report, did_you_mean, fail, quoted
from generator.source import Mapping, Node, Scalar, Sequence, Source, parse, read_source

CHANGES = ("amend", "add", "remove")
# What an overlay says beside its changes takes the place of the same key of its base.
RESTATED = ("protocol", "version", "package", "class_suffix")
# Maps whose keys are names; `amend` changes what stands below a name.
NAMES = ("actions", "datatypes", "enums", "request", "response", "fields", "values")
# What the spec language takes for granted where a key is left out.
DEFAULTS = {"required": "false", "open": "false"}
MAX_CHAIN = 16

Edit = Callable[[Mapping, str], Mapping]


def compose(source: Source, report: Report) -> tuple[Node, str]:
    """Return the root node of a spec, with the changes of its overlays made.

    Args:
        source: The spec file, which may be an overlay.
        report: Takes changes that can't be made.

    Returns:
        The node, and a digest of all files that it came from.

    Raises:
        DiagnosticError: A file can't be read, is no YAML, or extends itself.
    """
    return _compose(source, report, ())


def _compose(
    source: Source, report: Report, chain: tuple[Path, ...]
) -> tuple[Node, str]:
    root = parse(source, report)
    extends = _get(root, "extends")
    if not isinstance(root, Mapping) or extends is None:
        return root, source.sha256
    path = Path(source.file)
    chain = (*chain, path.resolve())
    base_source = _base(extends, path, report)
    if Path(base_source.file).resolve() in chain:
        report.fatal(
            extends.span, f"{source.name} extends itself", "extend another spec"
        )
    if len(chain) > MAX_CHAIN:
        report.fatal(
            extends.span, f"more than {MAX_CHAIN} overlays", "merge some of them"
        )
    base, digest = _compose(base_source, report, chain)
    if not isinstance(base, Mapping):
        report.fatal(extends.span, f"{base_source.name} is no spec", "extend a spec")
    digest = hashlib.sha256(f"{digest} {source.sha256}".encode()).hexdigest()
    return _Overlay(report).applied(root, base), digest


def _base(extends: Node, overlay: Path, report: Report) -> Source:
    if not isinstance(extends, Scalar) or not extends.text.strip():
        report.fatal(
            extends.span, "'extends' must name a spec file", "write 'extends: x.yaml'"
        )
    try:
        return read_source(overlay.parent / extends.text.strip())
    except DiagnosticError as error:
        problem = error.diagnostics[0]
        file = quoted(extends.text)
        raise fail(
            extends.span,
            f"cannot extend {file}: {problem.message}",
            "name a file relative to this one",
        ) from error


class _Overlay:
    """Makes the changes of one overlay; those that can't be made go to the report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def applied(self, overlay: Mapping, base: Mapping) -> Mapping:
        for key, node in overlay.entries:
            if key.text == "amend":
                base = self._each(key, node, base, self._amended)
            elif key.text == "add":
                base = self._each(key, node, base, self._added)
            elif key.text == "remove":
                base = self._removed(node, base)
            elif key.text in RESTATED:
                base = _with(base, key, node)
            elif key.text != "extends":
                known = ("extends", *RESTATED, *CHANGES)
                message = f"unknown key {quoted(key.text)} in an overlay"
                self._report.error(key.span, message, did_you_mean(key.text, known))
        return base

    def _each(
        self,
        key: Scalar,
        node: Node,
        base: Mapping,
        change: Callable[[Scalar, Node, Mapping], Mapping],
    ) -> Mapping:
        if not isinstance(node, Mapping):
            hint = "write paths such as enums.Reason.values.local as its keys"
            self._report.error(node.span, f"'{key.text}' must be a map of paths", hint)
            return base
        for path, value in node.entries:
            base = change(path, value, base)
        return base

    def _amended(self, path: Scalar, value: Node, base: Mapping) -> Mapping:
        old = self._find(path, path.text.split("."), base)
        if old is None:
            return base
        if isinstance(old, Mapping) and path.text.rpartition(".")[2] in NAMES:
            hint = "give the path of one of them"
            self._report.error(
                path.span, f"{quoted(path.text)} is a map of names", hint
            )
            return base
        new = self._merged(old, value) if isinstance(old, Mapping) else value
        if _same(old, new):
            hint = f"remove it; see {old.span}"
            self._report.error(path.span, f"{quoted(path.text)} is so already", hint)
        return _replaced(base, path.text.split("."), new)

    def _merged(self, old: Mapping, value: Node) -> Node:
        if not isinstance(value, Mapping):
            self._report.error(value.span, "this must be a map, as it amends one")
            return old
        merged = old
        for key, node in value.entries:
            before = _get(old, key.text)
            if isinstance(before, Mapping) and key.text in NAMES:
                hint = "amend, add or remove what is below it by its own path"
                self._report.error(
                    key.span, f"{quoted(key.text)} is a map of names", hint
                )
            elif _same(before, node) or (before is None and _is_default(key, node)):
                message = f"{quoted(key.text)} is so already"
                self._report.error(key.span, message, "remove it")
            else:
                merged = _with(merged, key, node)
        return merged if value.entries else old

    def _added(self, path: Scalar, value: Node, base: Mapping) -> Mapping:
        *parents, name = path.text.split(".")
        place = self._find(path, parents, base)
        if place is None:
            return base
        if not isinstance(place, Mapping):
            message = f"{quoted('.'.join(parents))} is no map to add to"
            self._report.error(path.span, message, "give another path")
            return base
        if (before := _get(place, name)) is not None:
            message = f"{quoted(path.text)} is there already"
            self._report.error(path.span, message, f"amend it; see {before.span}")
            return base
        return _replaced(
            base, parents, _with(place, Scalar(name, True, path.span), value)
        )

    def _removed(self, node: Node, base: Mapping) -> Mapping:
        if not isinstance(node, Sequence):
            hint = "write '- enums.Reason.values.local', a path in each line"
            self._report.error(node.span, "'remove' must be a list of paths", hint)
            return base
        for path in node.items:
            if not isinstance(path, Scalar):
                self._report.error(
                    path.span, "this must be a path", "write it as a.b.c"
                )
            elif self._find(path, path.text.split("."), base) is not None:
                *parents, name = path.text.split(".")
                place = self._find(path, parents, base)
                assert isinstance(place, Mapping)
                kept = tuple(entry for entry in place.entries if entry[0].text != name)
                base = _replaced(base, parents, Mapping(kept, place.span))
        return base

    def _find(self, path: Scalar, names: list[str], base: Mapping) -> Node | None:
        """Return the node at a path; report it and return None if there is none."""
        node: Node = base
        for depth, name in enumerate(names):
            inner = _get(node, name)
            if inner is None:
                place = quoted(".".join(names[:depth])) if depth else "the base spec"
                known = (
                    [key.text for key, _ in node.entries]
                    if isinstance(node, Mapping)
                    else []
                )
                hint = (
                    did_you_mean(name, known)
                    if known
                    else f"{place} has nothing below it"
                )
                self._report.error(path.span, f"no {quoted(name)} in {place}", hint)
                return None
            node = inner
        return node


def _get(node: Node, name: str) -> Node | None:
    if isinstance(node, Mapping):
        return next((value for key, value in node.entries if key.text == name), None)
    return None


def _with(mapping: Mapping, key: Scalar, value: Node) -> Mapping:
    """Return a map with one entry replaced in its place, or added at the end."""
    entries = tuple(
        (old_key, value if old_key.text == key.text else old_value)
        for old_key, old_value in mapping.entries
    )
    if _get(mapping, key.text) is None:
        entries = (*entries, (key, value))
    return Mapping(entries, mapping.span)


def _replaced(node: Node, names: list[str], new: Node) -> Mapping:
    """Return a tree with the node at a path replaced; the path is known to be there."""
    if not names:
        assert isinstance(new, Mapping)
        return new
    assert isinstance(node, Mapping)
    inner = _get(node, names[0])
    assert inner is not None
    replaced = new if len(names) == 1 else _replaced(inner, names[1:], new)
    return _with(node, Scalar(names[0], True, inner.span), replaced)


def _same(old: Node | None, new: Node) -> bool:
    """Return whether two nodes say the same, wherever they stand."""
    if old is None:
        return False
    return list(_words(old)) == list(_words(new))


def _words(node: Node) -> Iterator[object]:
    if isinstance(node, Scalar):
        yield node.text, node.plain
    elif isinstance(node, Sequence):
        yield "["
        for item in node.items:
            yield from _words(item)
        yield "]"
    else:
        yield "{"
        for key, value in node.entries:
            yield key.text
            yield from _words(value)
        yield "}"


def _is_default(key: Scalar, node: Node) -> bool:
    return isinstance(node, Scalar) and DEFAULTS.get(key.text) == node.text
