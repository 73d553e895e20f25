"""The reader of reference documents: what it takes apart and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import reference_reader
from reference_reader import Heading, read_document, to_json

pytestmark = pytest.mark.once

FIELD_COLUMNS = ["Parameter", "Type", "Description", "Required"]
ENUM_COLUMNS = ["Enumeration Value", "Data Type", "Corresponding Value"]

DOCUMENT = """\
<!-- made by a
     generator -->
# Title of `ocpp.v16`

[中文](../zh/x.md) | English

- A bullet.

```python
# no heading
|no|table|
```

## <span id="requests">Requests</span>

#### `call.GetLogPayload`

**Parameter Description:**

|Parameter|Type|Description|Required|
|:---|:---|:---|:---|
|log_type|str|[`Log`](#enums-log "Log Enumeration Value")|Yes|
|retries|int||No|

#### `call.ClearCachePayload`

**Parameter Description:**

- No Parameters

### <span id="enums-log">`enums.Log`</span>

|Enumeration Value|Data Type|Corresponding Value|
|:---|:---|:---|
|diagnostics_log|str|`DiagnosticsLog`|
|security_log|str|`SecurityLog`|
"""

FACTS: list[Heading] = [
    {"level": 1, "title": "Title of `ocpp.v16`", "anchor": None},
    {"level": 2, "title": "Requests", "anchor": "requests"},
    {
        "level": 4,
        "title": "`call.GetLogPayload`",
        "anchor": None,
        "columns": FIELD_COLUMNS,
        "fields": [
            {
                "name": "log_type",
                "type": "str",
                "required": True,
                "link": {
                    "kind": "enums",
                    "name": "Log",
                    "anchor": "enums-log",
                    "title": "Log Enumeration Value",
                },
            },
            {"name": "retries", "type": "int", "required": False},
        ],
    },
    {
        "level": 4,
        "title": "`call.ClearCachePayload`",
        "anchor": None,
        "no_parameters": True,
    },
    {
        "level": 3,
        "title": "`enums.Log`",
        "anchor": "enums-log",
        "columns": ENUM_COLUMNS,
        "members": [
            {"name": "diagnostics_log", "type": "str", "value": "DiagnosticsLog"},
            {"name": "security_log", "type": "str", "value": "SecurityLog"},
        ],
    },
]


def payload(*rows: str) -> str:
    """A document with one payload, whose table starts at line 3."""
    header = ["|Parameter|Type|Description|Required|", "|:---|:---|:---|:---|"]
    return "\n".join(["#### `call.XPayload`", "", *header, *rows, ""])


def enumeration(*rows: str) -> str:
    header = ["|Enumeration Value|Data Type|Corresponding Value|", "|:---|:---|:---|"]
    return "\n".join(["### `enums.X`", "", *header, *rows, ""])


def test_document() -> None:
    assert read_document(DOCUMENT) == FACTS


def test_json_has_one_row_per_line() -> None:
    text = to_json(FACTS)
    assert json.loads(text) == FACTS
    assert '\n  {"name": "retries", "type": "int", "required": false}\n' in text


def test_command(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "document.md"
    path.write_text(DOCUMENT, encoding="utf-8")
    assert reference_reader.main([str(path)]) == 0
    assert json.loads(capfdbinary.readouterr().out) == FACTS
    path.write_text("#Title\n", encoding="utf-8")
    assert reference_reader.main([str(path)]) == 1
    assert b"document.md: line 1: malformed heading" in capfdbinary.readouterr().err
    assert reference_reader.main([]) == 2


LINK = {
    "kind": "datatypes",
    "name": "KeyValue",
    "anchor": "datatypes-keyvalue",
    "title": "KeyValue Structured Data",
}


@pytest.mark.parametrize(
    ("label", "description", "facts"),
    [
        ("float", "", {}),
        ("str", "The maximum length: 10000", {"max_length": 10000}),
        ("str", "uri", {"format": "uri"}),
        (
            "str",
            "UTC time (YYYY-MM-DDTHH:mm:SS.000000)",
            {"format": "date-time"},
        ),
        (
            "obj",
            '[`KeyValue`](#datatypes-keyvalue "KeyValue Structured Data")',
            {"link": LINK},
        ),
        (
            "list",
            "List element is "
            '[`KeyValue`](#datatypes-keyvalue "KeyValue Structured Data")',
            {"element": {"link": LINK}},
        ),
        (
            "list",
            "List element `str`, Maximum length of a single string: 50",
            {"element": {"type": "str", "max_length": 50}},
        ),
        ("list", "List element `int`", {"element": {"type": "int"}}),
    ],
)
def test_description(label: str, description: str, facts: dict[str, object]) -> None:
    [heading] = read_document(payload(f"|x|{label}|{description}|Yes|"))
    assert heading["fields"] == [{"name": "x", "type": label, "required": True} | facts]


def test_values_of_an_enumeration_of_integers_are_integers() -> None:
    [heading] = read_document(enumeration("|ci_string_20|int|`20`|"))
    assert heading["members"] == [{"name": "ci_string_20", "type": "int", "value": 20}]


def test_column_titles_are_data() -> None:
    text = payload("|x|int||Yes|").replace("|Parameter|Type|", "|Name|Kind|")
    [heading] = read_document(text)
    assert heading["columns"] == ["Name", "Kind", "Description", "Required"]


def test_unclosed_span_is_data() -> None:
    [heading] = read_document('## <span id="a">Title<span>\n')
    assert heading == {
        "level": 2,
        "title": "Title",
        "anchor": "a",
        "unclosed_span": True,
    }


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_anchor_line_belongs_to_the_heading_after_it(gap: str) -> None:
    headings = read_document(f'# A\n\n<a id="b"></a>{gap}## B\n')
    assert [heading["anchor"] for heading in headings] == [None, "b"]


TABLE = "|x|int||Yes|"

REFUSED = {
    # Cells
    "unknown description": (payload(TABLE, "|y|str|At most 20|No|"), 6, "description"),
    "almost a description": (
        payload("|x|str|The maximum length: 20 |No|"),
        5,
        "description",
    ),
    "leading zero": (payload("|x|str|The maximum length: 020|No|"), 5, "description"),
    "link without a title": (payload("|x|str|[`X`](#enums-x)|No|"), 5, "description"),
    "link to elsewhere": (
        payload('|x|str|[`X`](other.md#enums-x "X Enumeration Value")|No|'),
        5,
        "description",
    ),
    "unknown type": (payload("|x|string||No|"), 5, "unknown type"),
    "unknown required": (payload("|x|int||yes|"), 5, "neither Yes nor No"),
    "name that isn't one": (payload("|x y|int||Yes|"), 5, "not a name"),
    "name twice": (payload(TABLE, TABLE), 6, "second row"),
    "value without code marks": (enumeration("|x|str|X|"), 5, "value"),
    "value of another type": (enumeration("|x|int|`X`|"), 5, "not a value"),
    "unknown data type": (enumeration("|x|float|`1`|"), 5, "not a value"),
    # Tables
    "too few cells": (payload("|x|int|Yes|"), 5, "3 cells instead of 4"),
    "too many cells": (enumeration("|x|str|`X`|more|"), 5, "4 cells instead of 3"),
    "too few column titles": (
        payload(TABLE).replace("|Description", ""),
        3,
        "3 cells instead of 4",
    ),
    "no closing bar": (payload("|x|int||Yes"), 5, "not between bars"),
    "indented row": (payload(TABLE, "  |y|int||Yes|"), 6, "no blank line after"),
    "indented table": (payload(TABLE).replace("|Param", "  |Param"), 3, "not between"),
    "escaped bar": (payload(r"|x|int|\||Yes|"), 5, "escape"),
    "rule of another kind": (payload(TABLE).replace(":---|", "---:|"), 4, "rule"),
    "no rule": (payload(TABLE).replace(":---", "Yes"), 4, "rule"),
    "no column title": (payload(TABLE).replace("Required", ""), 3, "column titles"),
    "no rows": (payload(), 3, "without rows"),
    "text as a row": (payload(TABLE, "and more"), 6, "no blank line after a table"),
    "table before headings": ("|a|b|c|\n|:---|:---|:---|\n|d|e|f|\n", 1, "before the"),
    "table under prose": ("# T\n\n|a|b|c|\n|:---|:---|:---|\n", 3, "names nothing"),
    "second table": (payload(TABLE, "", TABLE), 7, "second table"),
    "table and mark": (payload(TABLE, "", "- No Parameters"), 7, "second table"),
    "mark and table": (
        payload(TABLE).replace("\n\n", "\n\n- No Parameters\n\n"),
        5,
        "second table",
    ),
    "table without outer bars": ("# T\n\na | b\n--- | ---\n1 | 2\n", 4, "outer bars"),
    "table in a list": ("# T\n\n- |a|b|\n", 3, "inside a list"),
    # Marks and headings without facts
    "payload without facts": ("#### `call.XPayload`\n\nText.\n\n# B\n", 1, "no table"),
    "last one without facts": ("# A\n\n### `enums.X`\n", 3, "no table"),
    "mark of an enumeration": ("### `enums.X`\n\n- No Parameters\n", 3, "enumeration"),
    "mark under prose": ("# T\n\n- No Parameters\n", 3, "names nothing"),
    "almost the mark": ("### `call.X`\n\n- No parameters.\n", 3, "not exactly"),
    "indented mark": ("### `call.X`\n\n  - No Parameters\n", 3, "not exactly"),
    # Headings
    "heading without a space": ("##Title\n", 1, "malformed heading"),
    "indented heading": (" ## Title\n", 1, "malformed heading"),
    "heading with a tail": ("## Title \n", 1, "malformed heading"),
    "underlined heading": ("Title\n-----\n", 2, "underlined"),
    "heading in a quotation": ("> ## Title\n", 1, "inside a list or quotation"),
    "HTML heading": ("<h2>Title</h2>\n", 1, "markup"),
    "second heading of a name": (payload(TABLE) + "\n# `call.XPayload`\n", 7, "second"),
    # Spans and anchors
    "span without an end": ('## <span id="a">Title\n', 1, "malformed markup"),
    "span without an id": ("## <span>Title</span>\n", 1, "malformed markup"),
    "span around a part": ('## <span id="a">A</span> B\n', 1, "malformed markup"),
    "span in a span": (
        '## <span id="a"><span id="b">A</span></span>\n',
        1,
        "malformed markup",
    ),
    "span in prose": ('Text <span id="a">a</span>.\n', 1, "markup outside"),
    "malformed anchor line": ('<a id="a">\n\n# A\n', 1, "markup outside"),
    "anchor before text": ('<a id="a"></a>\n\nText.\n', 1, "anchor without"),
    "anchor at the end": ('# A\n\n<a id="a"></a>\n', 3, "anchor without"),
    "two anchor lines": ('<a id="a"></a>\n<a id="b"></a>\n# A\n', 1, "anchor without"),
    "two anchors": ('<a id="a"></a>\n# <span id="b">B</span>\n', 2, "two anchors"),
    # What is passed over
    "code without an end": ("# A\n\n```\n# B\n", 3, "code block without"),
    "comment without an end": ("# A\n\n<!-- B\n", 3, "comment without"),
    "text after a comment": ("<!-- A\n--> B\n", 2, "text after a comment"),
}


@pytest.mark.parametrize(
    ("text", "line", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_refuses(text: str, line: int, message: str) -> None:
    with pytest.raises(ValueError, match=rf"^line {line}: .*{message}"):
        read_document(text)


@pytest.mark.parametrize(
    "text",
    [
        "Text about `<span>` and `a|b`.\n",
        "- #124 is no heading\n",
        "Text.\n\n---\n\nMore text.\n",
        "<!-- | a | -->\n",
        "~~~\n```\n# A\n~~~\n",
    ],
)
def test_passes_over_prose(text: str) -> None:
    assert read_document(text) == []
