"""Overlays: a spec told as changes of another one.

    extends: ocpp16.yaml
    package: my_app.ocpp16
    amend:
      datatypes.IdTagInfo.fields.parent_id_tag: {max_length: 36}
    add:
      actions.Authorize.request.vendor_mark: {type: str, max_length: 8}
    remove:
      - enums.UnitOfMeasure.values.hertz

Changes are made to nodes, in the order of the file and before anything is read from them. So
every node keeps the place of the file that said it, and what is wrong with the outcome is found
as in any other spec. `extends` names a file relative to the overlay, or a bundled spec (`ocpp16`);
an overlay that a job puts on a spec needs none.

`amend` gives a scalar or a list another value, and a map other entries: those that it names, as a
whole. A path has the names of the keys on the way with dots between. Below `lint` it has three
parts, as in `lint.unused-type.enums.Reason`: what lint calls a place is one key, dots and all.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import NamedTuple

from ..diagnostics import DiagnosticError, Report, Span, nearest, quoted
from .edits import CHANGES, Edit, Tree
from .locate import bundled
from .source import (
    Mapping,
    Node,
    Scalar,
    Source,
    parse,
    read_beside,
    read_source,
)

MAX_CHAIN = 16

Layer = tuple[Source, Node]

# What a spec or an overlay has somewhere, and hardly any other file.
_SPEC_KEY = re.compile(
    r"""(?:^|[{,\s])["']?(?:protocol|actions|extends|amend|add|remove|package)["']?\s*:""",
    re.MULTILINE,
)


class Composed(NamedTuple):
    """A spec with the changes of its overlays made.

    Attributes:
        root: The root node.
        sha256: Hex digest of all files that it came from.
        files: These files, the base of all first.
        changes: What the file itself changes, in its order; nothing if it is no overlay.
    """

    root: Node
    sha256: str
    files: tuple[str, ...]
    changes: tuple[Edit, ...] = ()


def compose(source: Source, report: Report) -> Composed:
    """Return the nodes of a spec, with the changes of its overlays made.

    Args:
        source: The spec file, which may be an overlay.
        report: Takes changes that can't be made.

    Raises:
        DiagnosticError: A file can't be read, is no YAML, or extends itself.
    """
    (base_source, base), *overlays = layers = _layers(source, report)[::-1]
    files = tuple(layer.file for layer, _ in layers)
    if not overlays or not isinstance(base, Mapping):
        return Composed(base, base_source.sha256, files)
    tree = Tree(base, report)
    digest = base_source.sha256
    changes: list[Edit] = []
    for overlay, root in overlays:
        assert isinstance(root, Mapping)
        changes = tree.change(root)
        digest = hashlib.sha256(f"{digest} {overlay.sha256}".encode()).hexdigest()
    return Composed(tree.root.frozen(), digest, files, tuple(changes))


def _layers(source: Source, report: Report) -> list[Layer]:
    """Return a spec, what it extends, and so on to the base of all."""
    layers = [(source, _parsed(source, report))]
    put_on = source.base
    while True:
        source, root = layers[-1]
        extends = _extends(root)
        if extends is not None:
            layers.append(_extended(extends, layers, report))
        elif put_on:
            _refuse_whole(source, root, report)
            layers.append((put_on, _parsed(put_on, report)))
            put_on = None
        else:
            _refuse_overlay(root, report)
            return layers


def _parsed(source: Source, report: Report, *, is_named: bool = False) -> Node:
    """Return the root node of a file.

    Of one that is no spec nothing is said but that: whoever makes others read a spec of theirs
    must not get to see what is in the files that it names.

    Args:
        source: The file.
        report: Takes findings.
        is_named: Whether another file names it, so that whoever runs us may not know it.
    """
    is_told = not is_named and source.name.endswith((".yaml", ".yml"))
    is_empty = not source.text.strip()
    if not (is_told or is_empty or _SPEC_KEY.search(source.text)):
        message = "this is no spec"
        hint = "a spec has the keys 'protocol' and 'actions', an overlay has 'extends'"
        report.fatal(Span(source.file, 1, 1), message, hint)
    return parse(source, report)


def _refuse_overlay(root: Node, report: Report) -> None:
    """Report an overlay where there must be a base."""
    keys = (
        {key.text: key for key, _ in root.entries} if isinstance(root, Mapping) else {}
    )
    change = next((keys[name] for name in keys if name in CHANGES), None)
    if change and "actions" not in keys:
        message = f"{quoted(change.text)} stands in an overlay that extends nothing"
        hint = "write 'extends: x.yaml', or name it as the 'overlay' of a job"
        report.fatal(change.span, message, hint)


def _extends(root: Node) -> Node | None:
    entries = root.entries if isinstance(root, Mapping) else ()
    return next((value for key, value in entries if key.text == "extends"), None)


def _extended(extends: Node, layers: list[Layer], report: Report) -> Layer:
    """Return the spec that the last layer extends."""
    if len(layers) > MAX_CHAIN:
        message = f"more than {MAX_CHAIN} overlays extend each other"
        report.fatal(extends.span, message, "merge some of them")
    source = _base(extends, layers[-1][0], report)
    _refuse_cycle([layer.file for layer, _ in layers], source.file, extends, report)
    root = _parsed(source, report, is_named=True)
    if not isinstance(root, Mapping):
        message = f"{quoted(source.name)} is no spec"
        report.fatal(extends.span, message, "extend a spec")
    return source, root


def _refuse_whole(source: Source, root: Node, report: Report) -> None:
    """Report a spec that can't be put on another one."""
    if not isinstance(root, Mapping) or any(
        k.text == "actions" for k, _ in root.entries
    ):
        message = f"{quoted(source.name)} is no overlay"
        report.fatal(root.span, message, "name it as the 'spec' of the job instead")


def _base(extends: Node, overlay: Source, report: Report) -> Source:
    name = extends.text.strip() if isinstance(extends, Scalar) else ""
    if not name:
        message = "'extends' must name a spec file"
        report.fatal(extends.span, message, "write 'extends: x.yaml'")
    try:
        return read_beside(overlay, name)
    except DiagnosticError as error:
        span, message, *_ = problem = error.diagnostics[0]
        if span.line:  # a place in that file
            report.fatal(span, message, problem.hint)
        ours = bundled()
        if name in ours:
            return read_source(ours[name])
        hint = "name a file relative to this one"
        if close := nearest(name, [*_specs_beside(overlay), *ours]):
            hint = f"did you mean {quoted(close)}?"
        report.fatal(extends.span, f"cannot extend {quoted(name)}: {message}", hint)


def _specs_beside(source: Source) -> list[str]:
    try:
        names = os.listdir(os.path.dirname(source.file) or ".")
    except (OSError, ValueError):
        return []
    return sorted(name for name in names if name.endswith((".yaml", ".yml")))


def _refuse_cycle(files: list[str], file: str, extends: Node, report: Report) -> None:
    paths = [os.path.realpath(above) for above in files]
    if (path := os.path.realpath(file)) in paths:
        loop = [*files[paths.index(path) :], file]
        shown = " -> ".join(quoted(os.path.basename(name))[1:-1] for name in loop)
        message = f"{quoted(os.path.basename(file))} extends itself: {shown}"
        report.fatal(extends.span, message, "a base must end somewhere")
