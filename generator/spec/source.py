"""YAML text to nodes that know their place.

PyYAML's event stream is composed here rather than by `yaml.compose`, because this is where
duplicate keys, tags, recursive anchors and anchors that explode are refused. Scalars stay
text: `On`, `1.6` and `no` mean what they say.
"""

from __future__ import annotations

import errno
import hashlib
import re
import stat
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml

from ..diagnostics import Report, Span, fail, quoted

MAX_BYTES = 8 * 1024 * 1024
MAX_NODES = 250_000  # aliases counted as often as they stand
MAX_DEPTH = 24  # through aliases too

# Control characters, line ends that only some programs see, and marks that hide or turn text.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)

# What to do about the YAML parser's most frequent complaints.
_SYNTAX_HINTS = {
    "mapping values are not allowed": "quote text that has ': ' in it, or mend the indentation",
    "expected key": "mend the indentation, or the line above",
    "expected ':'": "write 'key: value'",
    "expected ',' or": "quote text that has ': ' or a bracket in it, or add what is missing",
    "cannot start any token": "quote the text; indent with spaces, not tabs",
    "unexpected end of stream": "close the quote",
}
_LINE_END = re.compile("\r\n|\r|\n")

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
    """Keys and their nodes, in the order of the file; every key stands once.

    Attributes:
        entries: The keys and their nodes.
        span: Its place.
        removed: Keys that an overlay removed, each with the place that says so.
    """

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    removed: tuple[Scalar, ...] = ()


Node = Scalar | Sequence | Mapping


class Source(NamedTuple):
    """A spec file as it was read.

    Attributes:
        file: The file as the user named it.
        name: Its name without folders, as generated files cite it.
        text: Its content.
        sha256: Hex digest of its bytes.
        beside: Reads the file of a name relative to this one; None for files on disk.
        base: What an overlay changes that doesn't say so itself; None for other specs.
    """

    file: str
    name: str
    text: str
    sha256: str
    beside: Callable[[str], Source] | None = None
    base: Source | None = None

    def put_on(self, base: Source) -> Source:
        """Return this overlay as one that changes a spec without saying so itself."""
        return self._replace(base=base)


def read_source(path: Path) -> Source:
    """Read a spec file.

    Args:
        path: The file; UTF-8, at most MAX_BYTES bytes.

    Raises:
        DiagnosticError: It can't be read, is too large or isn't UTF-8.
    """
    file = path.as_posix()
    try:
        data = read_bytes(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(
            Span(file), f"cannot read the spec: {reason}", "name a spec file"
        ) from error
    return source_of(file, data)


def read_bytes(path: Path) -> bytes:
    """Return the first MAX_BYTES + 1 bytes of a plain file.

    Raises:
        OSError: It can't be read, or is no plain file: a pipe could make us wait for ever.
        ValueError: It is no path.
    """
    if "\0" in str(path):  # what the system says of it differs from release to release
        raise ValueError("embedded null byte")
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        words = "Is a directory" if stat.S_ISDIR(mode) else "Not a plain file"
        raise OSError(number, words, str(path))
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def read_beside(source: Source, name: str) -> Source:
    """Read the spec file that another one names.

    Args:
        source: The file that names it.
        name: Its path, relative to that file.

    Raises:
        DiagnosticError: It can't be read, is too large or isn't UTF-8.
    """
    if source.beside:
        return source.beside(name)
    return read_source(Path(source.file).parent / name)


def source_of(file: str, data: bytes) -> Source:
    """Return the content of a spec file as its source.

    Args:
        file: What to call the file.
        data: Its bytes; those beyond MAX_BYTES may be missing.

    Raises:
        DiagnosticError: It is too large or isn't UTF-8.
    """
    if len(data) > MAX_BYTES:
        message = f"the spec is larger than {MAX_BYTES} bytes"
        raise fail(Span(file), message, "name a spec file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        raise fail(
            _Places(file, before).at(len(before)),
            "the spec is not UTF-8 text",
            "save it as UTF-8",
        ) from error
    # Line ends don't count as a change of the spec: a checkout may have translated them.
    digest = hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
    return Source(file, file.rpartition("/")[2], text, digest)


def parse(source: Source, report: Report) -> Node:
    """Return the root node of a spec file.

    Args:
        source: The spec file.
        report: Takes unprintable characters, tags and duplicate keys; reading goes on.

    Raises:
        DiagnosticError: The text is no YAML, or nests or expands beyond the limits.
    """
    text = _printable(source, report)
    try:
        return _Composer(source.file, text, report).document()
    except yaml.MarkedYAMLError as error:
        report.fatal(*_syntax_error(source.file, error))


def _printable(source: Source, report: Report) -> str:
    """Report unprintable characters and return the text without them.

    They are reported here, in comments too, because a reader of the spec can't see what they
    do, and because YAML takes some for line ends, which would put all later places out.
    """
    text = source.text
    places = _Places(source.file, text)
    for match in UNPRINTABLE.finditer(text):
        message, hint = unprintable(match)
        if match.group() == "\0":
            hint = "save the spec as UTF-8 text"
            report.fatal(places.at(match.start()), message, hint)
        report.error(places.at(match.start()), message, hint)
    return UNPRINTABLE.sub("", text)


def unprintable(match: re.Match[str]) -> tuple[str, str]:
    """Return message and hint for a match of UNPRINTABLE."""
    return f"the character U+{ord(match.group()):04X} can't be printed", "remove it"


def _syntax_error(file: str, error: yaml.MarkedYAMLError) -> tuple[Span, str, str]:
    """Return place, message and hint for what the YAML parser says."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    problem = error.problem or error.context or "not valid"
    hint = next(
        (hint for part, hint in _SYNTAX_HINTS.items() if part in problem),
        "mend the indentation, quotes and brackets",
    )
    if error.context and error.context_mark and error.context_mark.line + 1 != line:
        problem += f" {error.context} that starts in line {error.context_mark.line + 1}"
    return Span(file, line, column), f"YAML syntax: {problem}", hint


class _Places:
    """Offsets in a text as lines and columns."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def at(self, offset: int) -> Span:
        line = bisect_right(self._starts, offset)
        return Span(self._file, line, offset - self._starts[line - 1] + 1)


class _Composer:
    """Turns the parser's events into nodes, one document of them."""

    def __init__(self, file: str, text: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        # Node, size and height of each anchor; None while it isn't complete.
        self._anchors: dict[str, tuple[Node, int, int] | None] = {}
        self._size = 0
        self._depth = 0
        self._deepest = 0

    def document(self) -> Node:
        next(self._events)  # stream start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            message = "the spec is empty"
            self._report.fatal(
                Span(self._file, 1, 1), message, "start with 'protocol: ...'"
            )
        root = self._node(next(self._events))
        next(self._events)  # document end
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            message = "a second YAML document starts here"
            self._fail(after, message, "use one file for each spec")
        return root

    def _node(self, event: Any) -> Node:
        self._grow(event, 1, 0)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None and event.tag != "!":
            tag = quoted(event.tag.replace("tag:yaml.org,2002:", "!!"))
            hint = "remove it: values are read as they are written"
            self._report.error(self._span(event), f"YAML tag {tag}", hint)
        if event.anchor is None:
            return self._content(event)
        self._anchors[event.anchor] = None
        size, deepest, self._deepest = self._size, self._deepest, self._depth
        node = self._content(event)
        height = self._deepest - self._depth
        self._anchors[event.anchor] = (node, self._size - size + 1, height)
        self._deepest = max(deepest, self._deepest)
        return node

    def _content(self, event: Any) -> Node:
        span = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, not event.style, span)
        self._grow(event, 0, 1)
        self._depth += 1
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
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event)
            value = self._node(next(self._events))
            if not isinstance(key, Scalar):
                hint = "write 'key: value', and quote text that starts with { or ["
                self._report.error(key.span, "a key must be a name", hint)
            elif key.text == "<<" and key.plain:
                hint = "write its keys out, or use an alias for a whole map"
                self._report.error(key.span, "merge keys are not supported", hint)
            elif key.text in entries:
                first, other = entries[key.text]
                message = f"duplicate key {quoted(key.text)}"
                hint = f"it stands in line {first.span.line} already"
                self._report.error(key.span, message, hint)
                if self._depth == 1:
                    entries[key.text] = (first, _joined(other, value))
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), span)

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            message = f"no anchor {quoted(event.anchor)} before this alias"
            self._fail(
                event, message, f"mark a value with &{quoted(event.anchor)[1:-1]} above"
            )
        anchored = self._anchors[event.anchor]
        if anchored is None:
            message = f"anchor {quoted(event.anchor)} contains itself"
            self._fail(event, message, "write the value out")
        node, size, height = anchored
        self._grow(event, size, height)
        return node

    def _grow(self, event: Any, size: int, height: int) -> None:
        """Count nodes, and levels below the present one."""
        self._size += size
        self._deepest = max(self._deepest, self._depth + height)
        if self._size > MAX_NODES:
            message = f"the spec expands to more than {MAX_NODES} YAML nodes"
            self._fail(event, message, "use fewer aliases, or split it")
        if self._deepest > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            self._fail(
                event, message, "no spec needs that; mend the brackets or aliases"
            )

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self._file, mark.line + 1, mark.column + 1)

    def _fail(self, event: Any, message: str, hint: str) -> NoReturn:
        self._report.fatal(self._span(event), message, hint)


def _joined(first: Node, second: Node) -> Node:
    """Return two parts of a spec as one, lest the names that the second defines seem unknown."""
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return first
    known = {key.text for key, _ in first.entries}
    more = (entry for entry in second.entries if entry[0].text not in known)
    return Mapping((*first.entries, *more), first.span)
