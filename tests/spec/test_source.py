"""A spec file as bytes and as YAML: what is read, and what is said of what can't be."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest
import yaml
from specs import (
    BASE,
    CASES,
    SMALL,
    Case,
    changed,
    findings,
    load_text,
    read_cases,
    source_of,
    write_spec,
)

from generator.diagnostics import (
    MAX_FINDINGS,
    Diagnostic,
    DiagnosticError,
    Report,
    Span,
    did_you_mean,
    nearest,
    quoted,
)
from generator.spec import source
from generator.spec.load import load
from generator.spec.source import Mapping, Node, Sequence, parse, read_source

EVERY_CASE = [case for file in sorted(CASES.glob("*.txt")) for case in read_cases(file)]


def nodes_of(text: str) -> Node:
    report = Report()
    root = parse(source_of(text), report)
    report.raise_errors()
    return root


def plain(node: Node) -> object:
    """A node as plain data; scalars without quotes as their text, others as a tuple of it."""
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text if node.plain else (node.text,)


def read_error(path: Path) -> str:
    with pytest.raises(DiagnosticError) as caught:
        read_source(path)
    (finding,) = caught.value.diagnostics
    assert finding.hint
    return str(finding)


def said(found: list[Diagnostic]) -> list[tuple[str, str]]:
    return sorted((finding.message, finding.hint) for finding in found)


# Texts that are wrong


@pytest.mark.parametrize(
    "case", read_cases(CASES / "yaml.txt"), ids=lambda case: case.title
)
def test_yaml_is_read_or_refused_with_this_text(case: Case) -> None:
    if not yaml.__with_libyaml__ and "YAML syntax" in str(case.lines):
        pytest.skip("only libyaml says it in these words")
    assert [str(finding) for finding in findings(case.text)] == list(case.lines)


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.title)
def test_every_error_has_a_place_a_hint_and_one_printable_line(case: Case) -> None:
    found = findings(case.text)
    assert found == sorted(found)
    for finding in found:
        assert finding.span.line > 0
        assert finding.span.column > 0
        assert finding.hint
        assert str(finding).isprintable()
        assert len(str(finding)) < 400


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.title)
def test_the_parser_without_libyaml_gives_the_same(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    if len(case.text) > 100_000 or "\t" in case.text:
        pytest.skip("takes seconds without libyaml, or it is stricter about tabs")
    expected = findings(case.text)
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    found = findings(case.text)
    if "YAML syntax" in str(expected):  # said in other words
        assert "YAML syntax" in str(found)
        assert all(finding.span.line and finding.span.column for finding in found)
    else:
        # What is empty is somewhere else to it, so places don't count.
        assert said(found) == said(expected)


# Texts that are fine


@pytest.mark.parametrize(
    "text",
    [
        *("Off", "No", "on", "n", "True", "~", "null", "="),
        *(
            "1.6",
            "1.10",
            "1e3",
            "0x10",
            "010",
            "1_000",
            ".inf",
            "2024-01-01",
            "12:30:45",
        ),
        *("é", "中文", "😀"),
    ],
)
def test_scalar_is_its_own_text(text: str) -> None:
    assert plain(nodes_of(f"a: {text}")) == {"a": text}
    assert plain(nodes_of(f"{text}: a")) == {text: "a"}
    assert plain(nodes_of(f"a: '{text}'")) == {"a": (text,)}


def test_printable_characters_are_never_called_unprintable() -> None:
    # The reader takes printable text as it is, without looking closer.
    characters = map(chr, range(sys.maxunicode + 1))
    assert not source.UNPRINTABLE.search("".join(filter(str.isprintable, characters)))


def test_block_scalars_and_folded_lines_are_text() -> None:
    text = "a: |\n  one\n  two\nb: >\n  one\n  two\nc: one\n  two\nd:\n"
    assert plain(nodes_of(text)) == {
        "a": ("one\ntwo\n",),
        "b": ("one two\n",),
        "c": "one two",
        "d": "",
    }


def test_node_stands_where_it_begins() -> None:
    root = nodes_of("é: [1,\n   {b: 'x'}]\n")
    assert isinstance(root, Mapping)
    ((key, items),) = root.entries
    assert isinstance(items, Sequence)
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    places: list[Node] = [key, items, items.items[0], inner, inner.entries[0][1]]
    assert [str(node.span) for node in places] == [
        "spec.yaml:1:1",
        "spec.yaml:1:4",
        "spec.yaml:1:5",
        "spec.yaml:2:4",
        "spec.yaml:2:8",
    ]


def test_alias_is_the_node_of_its_anchor() -> None:
    root = nodes_of("a: &x {b: c}\nd: *x\ne: &x [f]\ng: *x\n")
    assert isinstance(root, Mapping)
    values = [value for _, value in root.entries]
    assert values[1] is values[0]
    assert values[3] is values[2]  # the last anchor of that name counts


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(line_end: str) -> None:
    text = SMALL.replace("\n", line_end)
    assert load_text(text)._replace(sha256="") == load_text(SMALL)._replace(sha256="")
    wrong = changed(SMALL, ("type: Place", "type: Plaice"))
    assert findings(wrong.replace("\n", line_end)) == findings(wrong)


def test_byte_order_mark_changes_no_place(tmp_path: Path) -> None:
    file = write_spec(tmp_path, changed(SMALL, ("Weather", "Wea\u200bther")))
    expected = str(findings(file.read_text("utf-8"))[0]).replace(
        "spec.yaml", file.as_posix()
    )
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    with pytest.raises(DiagnosticError) as caught:
        load(read_source(file))
    assert str(caught.value) == expected


def test_text_of_other_scripts_is_fine() -> None:
    text = "température 中文 עברית العربية नमस्ते 👩\u200d🚀"
    spec = load_text(
        changed(SMALL, ("{type: int}", f"{{type: int, description: {text}}}"))
    )
    assert spec.datatypes[1].fields[0].description == text


def test_aliases_count_as_often_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[&a [x, x, x], *a, *a]"  # 1 + 4 + 2 aliases of 4 and themselves
    monkeypatch.setattr(source, "MAX_NODES", 15)
    nodes_of(text)
    monkeypatch.setattr(source, "MAX_NODES", 14)
    with pytest.raises(
        DiagnosticError, match=r"1:20: error: .* more than 14 YAML nodes"
    ):
        nodes_of(text)


def test_nesting_is_refused_one_level_below_the_limit() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + "]" * depth

    nodes_of(nested(source.MAX_DEPTH))
    with pytest.raises(DiagnosticError, match="nested more than 24 levels deep"):
        nodes_of(nested(source.MAX_DEPTH + 1))


def test_anchored_nodes_are_as_deep_as_what_they_hold() -> None:
    # Each anchor holds the one before, so the composer itself never goes deep.
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 5000))]
    with pytest.raises(DiagnosticError, match="24:12: error: nested more than 24"):
        nodes_of("\n".join(lines))


# Files


def test_source_knows_its_names_and_digest(tmp_path: Path) -> None:
    file = write_spec(tmp_path)
    read = read_source(file)
    assert (read.file, read.name) == (file.as_posix(), "spec.yaml")
    assert read.text == BASE
    assert read.sha256 == hashlib.sha256(BASE.encode()).hexdigest()
    file.write_bytes(BASE.replace("\n", "\r\n").encode())
    assert read_source(file).sha256 == read.sha256


def test_file_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    assert read_error(file) == (
        f"{file}: error: cannot read the spec: No such file or directory, name a spec file"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="says it in other words")
def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    assert read_error(tmp_path) == (
        f"{tmp_path}: error: cannot read the spec: Is a directory, name a spec file"
    )


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all"
)
def test_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = write_spec(tmp_path)
    file.chmod(0)
    assert "cannot read the spec: Permission denied" in read_error(file)


def test_file_name_with_control_characters_is_shown_escaped() -> None:
    assert read_error(Path("a\0b\x1b[31m\n\u202e\udcff.yaml")) == (
        r"a\x00b\x1b[31m\n\u202e\udcff.yaml: error: cannot read the spec:"
        " embedded null byte, name a spec file"
    )


def test_file_name_of_another_script_is_shown_as_it_is() -> None:
    assert read_error(Path("规范 é.yaml")).startswith("规范 é.yaml: error: ")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"\xff", "1:1"),
        (b"a: \xc3\xa9\xc3\xa9 \xe9\n", "1:7"),
        (b"\xef\xbb\xbfa: 1\r\nb: 2\rc:\n  \xc3", "4:3"),
        (b"a: 1\n\xed\xa0\x80", "2:1"),  # half of a pair of UTF-16
        (b"a: \xf5\x80\x80\x80", "1:4"),
        (SMALL.encode("utf-16"), "1:1"),
        (SMALL.encode("latin-1").replace(b"Fog", b"Fog\xdf"), "28:15"),
    ],
)
def test_file_that_is_not_utf_8(data: bytes, place: str, tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(data)
    assert read_error(file) == (
        f"{file}:{place}: error: the spec is not UTF-8 text, save it as UTF-8"
    )


def test_utf_16_without_a_mark_is_refused_at_its_first_nul(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(SMALL.encode("utf-16-le"))
    with pytest.raises(DiagnosticError) as caught:
        load(read_source(file))
    assert str(caught.value) == (
        f"{file}:1:2: error: the character U+0000 can't be printed,"
        " save the spec as UTF-8 text"
    )


def test_file_larger_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_spec(tmp_path)
    monkeypatch.setattr(source, "MAX_BYTES", len(BASE.encode()))
    read_source(file)
    monkeypatch.setattr(source, "MAX_BYTES", len(BASE.encode()) - 1)
    assert f"the spec is larger than {source.MAX_BYTES} bytes" in read_error(file)


def test_endless_file_is_refused() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is none here")
    assert "cannot read the spec: Not a plain file" in read_error(Path("/dev/zero"))


def test_pipe_is_refused_before_anybody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "spec.yaml")
    assert "Not a plain file" in read_error(tmp_path / "spec.yaml")


# Diagnostics


def test_span_leaves_out_what_it_does_not_know() -> None:
    assert str(Span("a.yaml", 3, 7)) == "a.yaml:3:7"
    assert str(Span("a.yaml", 3)) == "a.yaml:3"
    assert str(Span("a.yaml")) == "a.yaml"


def test_error_tells_each_finding_once_in_the_order_of_places() -> None:
    first, second, third = (
        Diagnostic(Span("a.yaml", line, column), "wrong")
        for line, column in ((2, 1), (9, 5), (10, 1))
    )
    error = DiagnosticError([third, second, first, second])
    assert error.diagnostics == (first, second, third)
    assert str(error) == "\n".join(map(str, error.diagnostics))


def test_report_stops_at_its_limit() -> None:
    report = Report()
    for line in range(1, MAX_FINDINGS):
        report.error(Span("a.yaml", line), "wrong")
    with pytest.raises(DiagnosticError) as caught:
        report.error(Span("a.yaml", MAX_FINDINGS), "wrong")
    assert len(caught.value.diagnostics) == MAX_FINDINGS


def test_fatal_error_comes_with_those_before_it() -> None:
    report = Report()
    report.error(Span("a.yaml", 1), "wrong")
    with pytest.raises(DiagnosticError) as caught:
        report.fatal(Span("a.yaml", 2), "very wrong")
    assert [finding.span.line for finding in caught.value.diagnostics] == [1, 2]


def test_report_without_findings_raises_nothing() -> None:
    Report().raise_errors()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "'plain'"),
        ("it's", '"it\'s"'),
        ("a\nb\x1b\u202e\udcff", r"'a\nb\x1b\u202e\udcff'"),
        ("\N{CYRILLIC CAPITAL LETTER ES}ore", r"'\u0421ore'"),  # not a Latin C
        ("x" * 1000, f"'{'x' * 60}...'"),
    ],
)
def test_quoted_text_is_safe_and_short(text: str, shown: str) -> None:
    assert quoted(text) == shown


@pytest.mark.parametrize(
    ("word", "close"),
    [
        ("IdTaginfo", "IdTagInfo"),
        ("IDTAGINFO", "IdTagInfo"),
        ("maxLength", "max_length"),
        ("x" * 1_000_000, ""),
        ("", ""),
    ],
)
def test_nearest_word_is_found_whatever_its_case(word: str, close: str) -> None:
    assert nearest(word, ["IdTagInfo", "max_length", "min_items"]) == close


def test_hint_names_the_nearest_word_or_the_first_few() -> None:
    words = [f"word_{number:02}" for number in range(14)]
    assert did_you_mean("word_1O", words[10:]) == "did you mean 'word_13'?"
    assert did_you_mean("else", words[:2]) == "expected one of: word_00, word_01"
    assert did_you_mean("else", words[:1]) == "expected 'word_00'"
    assert did_you_mean("else", words).endswith(", word_11 and 2 more")
    assert did_you_mean("else", ["a\x1b", "b"]) == r"expected one of: a\x1b, b"
