"""Read a message structure document into facts.

The document is Markdown in the form of the OCPP v1.6 reference: headings, one table
or a "No Parameters" mark under each payload and datatype heading, one table under
each enumeration heading. Prose is passed over. Whatever stands where facts stand and
can't be taken apart raises ValueError with its line number, so that nothing is lost
silently.

    python tests/helpers/reference_reader.py DOCUMENT.md > facts.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, NotRequired, TypedDict


class Link(TypedDict):
    kind: str  # "enums" or "datatypes"
    name: str
    anchor: str
    title: str


class Element(TypedDict):
    """The elements of a list: a plain type or a link."""

    type: NotRequired[str]
    max_length: NotRequired[int]
    link: NotRequired[Link]


class Field(TypedDict):
    name: str
    type: str  # the label in the table: str, int, float, bool, obj, list
    required: bool
    max_length: NotRequired[int]
    format: NotRequired[str]  # "date-time" or "uri"
    link: NotRequired[Link]
    element: NotRequired[Element]


class Member(TypedDict):
    name: str
    type: str
    value: str | int


class Heading(TypedDict):
    """One heading with what stands under it, up to the next heading."""

    level: int
    title: str  # Markdown without the anchor, so names keep their backticks
    anchor: str | None
    unclosed_span: NotRequired[bool]
    columns: NotRequired[list[str]]
    fields: NotRequired[list[Field]]
    members: NotRequired[list[Member]]
    no_parameters: NotRequired[bool]


TYPE_LABELS = frozenset({"str", "int", "float", "bool", "obj", "list"})
NO_PARAMETERS = "- No Parameters"

_HEADING = re.compile(r"(#{1,6}) (\S(?:.*\S)?)")
_ANCHOR_LINE = re.compile(r'<a id="([^"\s<>]+)"></a>')
_SPAN = re.compile(r'<span id="([^"\s<>]+)">([^<>]+)<(/?)span>')
_NAMED = re.compile(r"`(call|call_result|datatypes|enums)\.[A-Za-z_]\w*`")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VALUE = re.compile(r"`([^`]+)`")

_LINK = (
    r"\[`(?P<name>[A-Za-z_]\w*)`\]"
    r'\(#(?P<anchor>(?P<kind>enums|datatypes)-[a-z0-9_]+) "(?P<title>[^"]+)"\)'
)
_LINKED = re.compile(_LINK)
_LINKED_LIST = re.compile(rf"List element is {_LINK}")
_PLAIN_LIST = re.compile(
    r"List element `(?P<type>str|int|float|bool)`"
    r"(?:, Maximum length of a single string: (?P<length>[1-9][0-9]*))?"
)
_MAX_LENGTH = re.compile(r"The maximum length: ([1-9][0-9]*)")
_FORMATS = {"UTC time (YYYY-MM-DDTHH:mm:SS.000000)": "date-time", "uri": "uri"}

# Markdown that would carry a heading, an anchor or a table past this reader.
_SETEXT_RULE = re.compile(r"=+|-+")
_BARE_RULE = re.compile(r"[ :|-]*(?:-[ :]*\||\|[ :]*-)[ :|-]*")
_NESTED = re.compile(r"(?:[>*+-]|\d+[.)])[>*+\-\s]*(?:\||#{1,6} )")
_MARKUP = re.compile(r"</?(?:span|a|h[1-6]|table|thead|tbody|tr|th|td)\b", re.I)
_CODE_SPAN = re.compile(r"`[^`]*`")
_ALMOST_NO_PARAMETERS = re.compile(r"[-*+]?\s*no\s+parameters?\W*", re.I)


class _Line(NamedTuple):
    number: int
    text: str


def read_document(text: str) -> list[Heading]:
    """The document's headings in order, each with its facts."""
    return _Reader(text).read()


def _refuse(number: int, message: str) -> NoReturn:
    raise ValueError(f"line {number}: {message}")


class _Reader:
    def __init__(self, text: str) -> None:
        # Not splitlines(): it also splits at characters that may stand in a cell.
        self.lines = [_Line(i, t) for i, t in enumerate(text.split("\n"), start=1)]
        self.position = 0
        self.headings: list[Heading] = []
        self.heading_line = 0
        self.named: set[str] = set()
        self.anchor: tuple[int, str] | None = None  # waits for its heading
        self.after_text = False  # the line before is a paragraph's

    def read(self) -> list[Heading]:
        while self.position < len(self.lines):
            line = self.lines[self.position]
            self.position += 1
            self.after_text = self.read_line(line, line.text.strip())
        self.finish_heading()
        self.require_no_anchor()
        return self.headings

    def read_line(self, line: _Line, stripped: str) -> bool:
        """Whether a rule below this line would make it a heading."""
        if stripped == "":
            return False
        if stripped.startswith("#"):
            self.read_heading(line)
            return False
        self.require_no_anchor()
        if stripped.startswith("|"):
            self.read_table(line)
        elif stripped.startswith("<!--"):
            self.skip_comment(line, stripped)
        elif stripped.startswith(("```", "~~~")):
            self.skip_code(line, stripped)
        elif match := _ANCHOR_LINE.fullmatch(stripped):
            self.anchor = line.number, match[1]
        elif line.text == NO_PARAMETERS:
            self.read_no_parameters(line)
        else:
            self.check_prose(line, stripped)
            return True
        return False

    def require_no_anchor(self) -> None:
        if self.anchor is not None:
            _refuse(self.anchor[0], "anchor without a heading after it")

    # Headings

    def read_heading(self, line: _Line) -> None:
        self.finish_heading()
        match = _HEADING.fullmatch(line.text)
        if match is None:
            _refuse(line.number, f"malformed heading: {line.text!r}")
        heading = Heading(level=len(match[1]), title=match[2], anchor=None)
        if span := _SPAN.fullmatch(match[2]):
            heading["title"] = span[2]
            heading["anchor"] = span[1]
            if not span[3]:
                heading["unclosed_span"] = True
        title = heading["title"]
        if re.search("[<>]", title) or title != title.strip():
            _refuse(line.number, f"malformed markup in a heading: {line.text!r}")
        if self.anchor is not None:
            if heading["anchor"] is not None:
                _refuse(line.number, "heading with two anchors")
            heading["anchor"] = self.anchor[1]
            self.anchor = None
        if _NAMED.fullmatch(title):
            if title in self.named:
                _refuse(line.number, f"second heading {title}")
            self.named.add(title)
        self.headings.append(heading)
        self.heading_line = line.number

    def finish_heading(self) -> None:
        if not self.headings:
            return
        heading = self.headings[-1]
        facts = {"fields", "members", "no_parameters"}
        if self.kind(heading) is not None and not facts & heading.keys():
            _refuse(self.heading_line, f"no table under {heading['title']}")

    @staticmethod
    def kind(heading: Heading) -> str | None:
        match = _NAMED.fullmatch(heading["title"])
        return match[1] if match else None

    def open_heading(self, number: int, what: str) -> tuple[Heading, str]:
        """The heading that a table or mark belongs to, and its kind."""
        if not self.headings:
            _refuse(number, f"{what} before the first heading")
        heading = self.headings[-1]
        kind = self.kind(heading)
        if kind is None:
            _refuse(number, f"{what} under {heading['title']!r}, which names nothing")
        if "columns" in heading or "no_parameters" in heading:
            _refuse(number, f"second table or mark under {heading['title']}")
        return heading, kind

    def read_no_parameters(self, line: _Line) -> None:
        heading, kind = self.open_heading(line.number, "'No Parameters'")
        if kind == "enums":
            _refuse(line.number, "'No Parameters' under an enumeration")
        heading["no_parameters"] = True

    # Tables

    def read_table(self, first: _Line) -> None:
        heading, kind = self.open_heading(first.number, "table")
        header, rule, *rows = self.table_lines(first)
        columns = self.cells(header, 3 if kind == "enums" else 4)
        if any(title == "" or title != title.strip() for title in columns):
            _refuse(header.number, f"malformed column titles: {header.text!r}")
        if any(cell != ":---" for cell in self.cells(rule, len(columns))):
            _refuse(rule.number, f"malformed rule line: {rule.text!r}")
        heading["columns"] = columns
        names: set[str] = set()
        for row in rows:
            cells = self.cells(row, len(columns))
            if not _IDENTIFIER.fullmatch(cells[0]):
                _refuse(row.number, f"not a name: {cells[0]!r}")
            if cells[0] in names:
                _refuse(row.number, f"second row {cells[0]!r}")
            names.add(cells[0])
            if kind == "enums":
                heading.setdefault("members", []).append(_member(row.number, cells))
            else:
                heading.setdefault("fields", []).append(_field(row.number, cells))

    def table_lines(self, first: _Line) -> list[_Line]:
        start = self.position - 1
        while self.position < len(self.lines):
            line = self.lines[self.position]
            if line.text == "":
                break
            if not line.text.startswith("|"):
                # Markdown takes such a line as one more row.
                _refuse(line.number, f"no blank line after a table: {line.text!r}")
            self.position += 1
        lines = self.lines[start : self.position]
        if len(lines) < 3:
            _refuse(first.number, "table without rows")
        return lines

    @staticmethod
    def cells(line: _Line, count: int) -> list[str]:
        text = line.text
        if not (len(text) > 1 and text.startswith("|") and text.endswith("|")):
            _refuse(line.number, f"table row not between bars: {text!r}")
        if "\\" in text:
            _refuse(line.number, f"escape in a table row: {text!r}")
        cells = text[1:-1].split("|")
        if len(cells) != count:
            _refuse(line.number, f"{len(cells)} cells instead of {count}: {text!r}")
        return cells

    # What is passed over

    def skip_comment(self, line: _Line, stripped: str) -> None:
        rest = stripped[len("<!--") :]
        while "-->" not in rest:
            if self.position == len(self.lines):
                _refuse(line.number, "comment without an end")
            rest = self.lines[self.position].text
            self.position += 1
        if rest.partition("-->")[2].strip():
            _refuse(self.lines[self.position - 1].number, "text after a comment")

    def skip_code(self, line: _Line, stripped: str) -> None:
        fence = stripped[:3]
        while self.position < len(self.lines):
            self.position += 1
            if self.lines[self.position - 1].text.strip() == fence:
                return
        _refuse(line.number, "code block without an end")

    def check_prose(self, line: _Line, stripped: str) -> None:
        if self.after_text and _SETEXT_RULE.fullmatch(stripped):
            _refuse(line.number, "underlined heading")
        if _BARE_RULE.fullmatch(stripped):
            _refuse(line.number, "table without outer bars")
        if _NESTED.match(stripped):
            _refuse(line.number, "table or heading inside a list or quotation")
        if _MARKUP.search(_CODE_SPAN.sub("", stripped)):
            _refuse(line.number, f"markup outside a heading: {stripped!r}")
        if _ALMOST_NO_PARAMETERS.fullmatch(stripped):
            _refuse(line.number, f"not exactly {NO_PARAMETERS!r}: {line.text!r}")


def _field(number: int, cells: list[str]) -> Field:
    name, label, description, required = cells
    if label not in TYPE_LABELS:
        _refuse(number, f"unknown type {label!r}")
    if required not in ("Yes", "No"):
        _refuse(number, f"neither Yes nor No: {required!r}")
    field = Field(name=name, type=label, required=required == "Yes")
    if description == "":
        pass
    elif match := _MAX_LENGTH.fullmatch(description):
        field["max_length"] = int(match[1])
    elif description in _FORMATS:
        field["format"] = _FORMATS[description]
    elif match := _LINKED.fullmatch(description):
        field["link"] = _link(match)
    elif match := _LINKED_LIST.fullmatch(description):
        field["element"] = Element(link=_link(match))
    elif match := _PLAIN_LIST.fullmatch(description):
        field["element"] = Element(type=match["type"])
        if match["length"]:
            field["element"]["max_length"] = int(match["length"])
    else:
        _refuse(number, f"description not understood: {description!r}")
    return field


def _link(match: re.Match[str]) -> Link:
    return Link(
        kind=match["kind"],
        name=match["name"],
        anchor=match["anchor"],
        title=match["title"],
    )


def _member(number: int, cells: list[str]) -> Member:
    name, label, value = cells
    match = _VALUE.fullmatch(value)
    if match is None:
        _refuse(number, f"value not understood: {value!r}")
    if label == "str":
        return Member(name=name, type=label, value=match[1])
    if label == "int" and re.fullmatch("0|-?[1-9][0-9]*", match[1]):
        return Member(name=name, type=label, value=int(match[1]))
    _refuse(number, f"not a value of type {label!r}: {value!r}")


def to_json(headings: list[Heading]) -> str:
    """JSON with one heading, field or member per line, to read well in a diff."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    blocks = []
    for heading in headings:
        facts: dict[str, Any] = dict(heading)
        for key in ("fields", "members"):
            if key in facts:
                rows = ",\n".join(f"  {line(row)}" for row in facts.pop(key))
                blocks.append(f"{line(facts)[:-1]}, {line(key)}: [\n{rows}\n]}}")
                break
        else:
            blocks.append(line(facts))
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: reference_reader.py DOCUMENT.md", file=sys.stderr)
        return 2
    try:
        headings = read_document(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    # Not the console's encoding: the facts are a file of the project.
    sys.stdout.buffer.write(to_json(headings).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
