"""The writer of Python code lays out what it is given as black would."""

from __future__ import annotations

import black
import pytest

from generator.emit.pycode import PyCode

pytestmark = pytest.mark.once

LONG = "a_name_that_leaves_little_room_on_a_line"


def as_black_leaves_it(code: PyCode) -> bool:
    return black.format_str(code.text(), mode=black.Mode()) == code.text()


def test_blocks_are_indented_by_where_they_stand() -> None:
    code = PyCode()
    with code.block("def f(x: int) -> int:"):
        with code.block("if x:"):
            code.line("x += 1")
        code.line("return x")
    assert code.text() == (
        "def f(x: int) -> int:\n    if x:\n        x += 1\n    return x\n"
    )


@pytest.mark.parametrize(
    "header",
    [
        f"def {LONG}{LONG}(x: int) -> int:",
        f"def {LONG}{LONG}(x: int, y: int) -> int:",
        f"def {LONG}(first: dict[str, int]) -> dict[str, int | {LONG}]:",
        f"def {LONG}(x: int, y: int = {LONG}) -> dict[str, int]:",
        f"def {LONG}(x: int, y: int = {LONG}, z: int = {LONG}) -> int:",
    ],
)
def test_function_whose_line_is_too_long_is_broken(header: str) -> None:
    assert_broken(header, "pass", depth=0)


@pytest.mark.parametrize(
    "header",
    [
        f"if {LONG} or {LONG} or {LONG}:",
        f"if type(x) is not str or {LONG}(x) or len(x) > 20 or len(x) < 2:",
        f'if type(x) is not str or {LONG}(x, " or (") or len(x) > 20:',
        f"for x in {LONG}({LONG}):",
    ],
)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_header_that_is_too_long_is_broken(header: str, depth: int) -> None:
    assert_broken(header, "pass", depth=depth)


@pytest.mark.parametrize(
    "statement",
    [
        f'x.{LONG} = {LONG}[d["key"]]',
        f"x.{LONG} = {LONG}(1, 2)",
        f'x = {LONG}("brackets in text: ])", "and more, of them: ([", x.y)',
        f"(x.{LONG},) = decode([{LONG}])",
        f"v = [{LONG}(x, maximum=100000) for x in {LONG}]",
    ],
)
def test_statement_that_is_too_long_is_broken(statement: str) -> None:
    assert_broken("if x:", statement, depth=2)


def assert_broken(*lines: str, depth: int) -> None:
    code = PyCode()
    write_deep(code, depth, *lines)
    length = max(map(len, code.text().splitlines()))
    assert length <= 88 < 4 * depth + max(len(line) for line in lines) + 4
    assert as_black_leaves_it(code)


def write_deep(code: PyCode, depth: int, *lines: str) -> None:
    """Write lines so many blocks deep, the first of them a header."""
    if depth:
        with code.block("if x:"):
            write_deep(code, depth - 1, *lines)
        return
    with code.block(lines[0]):
        for line in lines[1:]:
            code.line(line)


@pytest.mark.parametrize("count", [0, 1, 3, 30])
def test_imports_and_brackets_take_as_many_lines_as_they_need(count: int) -> None:
    names = {f"name_{number:02}" for number in range(count)}
    code = PyCode()
    code.line("import os")
    code.imports("os.path", names)
    code.blank()
    with code.brackets("ALL = ["):
        for name in sorted(names):
            code.line(f"{name},")
    assert as_black_leaves_it(code)
    assert (code.text().count("from os.path") == 1) == bool(count)
