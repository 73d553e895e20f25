"""YAML text to nodes that know their place.

PyYAML's event stream is composed here rather than by `yaml.compose`, because this is where
duplicate keys, tags, recursive anchors and anchors that explode are refused. Scalars stay
text: `On`, `1.6` and `no` mean what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml

from generator.diagnostics import Report, Span, fail, quoted

MAX_BYTES = 8 * 1024 * 1024
MAX_NODES = 1_000_000  # aliases counted as often as they stand
MAX_DEPTH = 24

# libyaml parses ten times as fast; the pure parser yields the same events without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """A scalar: its text as written, and whether it stood there without quotes."""

    text: str
    plain: bool
    span: Span


class Sequence(NamedTuple):
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span


class Mapping(NamedTuple):
    """Keys and their nodes, in the order of the file; every key stands once."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span


Node = Scalar | Sequence | Mapping


class Source(NamedTuple):
    """A spec file as read from disk.

    Attributes:
        file: The file as the user named it.
        name: Its name without folders, as generated files cite it.
        text: Its content.
        sha256: Hex digest of its bytes.
    """

    file: str
    name: str
    text: str
    sha256: str


def read_source(path: Path) -> Source:
    """Read a spec file.

    Args:
        path: The file; UTF-8, at most MAX_BYTES bytes.

    Raises:
        DiagnosticError: It can't be read, is too large or isn't UTF-8.
    """
    file = path.as_posix()
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(Span(file), f"cannot read the spec: {reason}") from error
    if len(data) > MAX_BYTES:
        raise fail(Span(file), f"the spec is larger than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail(
            Span(file, line), "the spec is not UTF-8 text", "save it as UTF-8"
        ) from error
    # Line ends don't count as a change of the spec: a checkout may have translated them.
    digest = hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
    return Source(file, path.name, text, digest)


def parse(source: Source, report: Report) -> Node:
    """Return the root node of a spec file.

    Args:
        source: The spec file.
        report: Takes duplicate keys and tags, after which reading goes on.

    Raises:
        DiagnosticError: The text is no YAML, or nests or expands beyond the limits.
    """
    try:
        return _Composer(source, report).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = error.problem or error.context or "not valid"
        span = Span(source.file, line, column)
        raise fail(span, f"YAML syntax: {problem}") from error
    except yaml.reader.ReaderError as error:
        line = source.text.count("\n", 0, error.position) + 1
        raise fail(Span(source.file, line), f"YAML syntax: {error.reason}") from error


class _Composer:
    """Turns the parser's events into nodes, one document of them."""

    def __init__(self, source: Source, report: Report) -> None:
        self._file = source.file
        self._report = report
        self._events: Iterator[Any] = yaml.parse(source.text, Loader=_LOADER)
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._size = 0
        self._depth = 0

    def document(self) -> Node:
        next(self._events)  # stream start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise fail(Span(self._file), "the spec is empty")
        root = self._node(next(self._events))
        next(self._events)  # document end
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._fail(
                after,
                "a second YAML document starts here",
                "use one file for each spec",
            )
        return root

    def _node(self, event: Any) -> Node:
        self._size += 1
        if self._size > MAX_NODES:
            self._fail(event, f"the spec expands to more than {MAX_NODES} YAML nodes")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None and event.tag != "!":
            self._report.error(
                self._span(event), f"YAML tag {quoted(event.tag)}", "remove it"
            )
        if event.anchor is None:
            return self._content(event)
        self._anchors[event.anchor] = None  # not complete: an alias to it would recurse
        before = self._size
        node = self._content(event)
        self._anchors[event.anchor] = (node, self._size - before + 1)
        return node

    def _content(self, event: Any) -> Node:
        span = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, not event.style, span)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(event, f"nested more than {MAX_DEPTH} levels deep")
        node: Node
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(item))
            node = Sequence(tuple(items), span)
        else:
            node = self._mapping(span)
        self._depth -= 1
        return node

    def _mapping(self, span: Span) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        first: dict[str, Span] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event)
            value = self._node(next(self._events))
            if not isinstance(key, Scalar):
                self._report.error(key.span, "a key must be a name")
            elif key.text in first:
                message = f"duplicate key {quoted(key.text)}"
                line = first[key.text].line
                self._report.error(
                    key.span, message, f"it stands in line {line} already"
                )
            else:
                first[key.text] = key.span
                entries.append((key, value))
        return Mapping(tuple(entries), span)

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            self._fail(
                event, f"alias of an anchor that isn't there: {quoted(event.anchor)}"
            )
        anchored = self._anchors[event.anchor]
        if anchored is None:
            self._fail(event, f"anchor {quoted(event.anchor)} contains itself")
        node, size = anchored
        self._size += size
        return node

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self._file, mark.line + 1, mark.column + 1)

    def _fail(self, event: Any, message: str, hint: str = "") -> NoReturn:
        raise fail(self._span(event), message, hint)
