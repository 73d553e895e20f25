"""Python text as black leaves it: strings, docstrings, lines that fit."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache

LINE_LENGTH = 88


def formatted(text: str, is_stub: bool = False) -> str:
    """Return a module, or a stub of one, as black leaves it.

    Templates emit what black would; only lines that are too long need black itself, which
    takes longer than all the rest. Bytes are counted since black gives wide characters two
    columns.
    """
    if all(len(line.encode()) <= LINE_LENGTH for line in text.splitlines()):
        return text
    return _blackened(text, is_stub)


@lru_cache(4096)  # many fields stand in many classes
def laid_out(statement: str, indent: int = 0) -> str:
    """Return a statement of any form as black leaves it, alone or in the body of a class.

    Args:
        statement: One statement, or the line that begins a class, with the quotes that
            `repr` gives. If it fits on one line, it is on one.
        indent: Columns that it is to be indented: none, or those of a body.
    """
    margin = " " * indent
    line = margin + statement
    if (
        "\n" not in line
        and len(line.encode()) <= LINE_LENGTH
        and not _QUOTING & {*line}
    ):
        return line.replace("'", '"')
    if indent:
        return _blackened(f"class _:\n{line}").partition("\n")[2].rstrip("\n")
    if statement.endswith(":"):
        return _blackened(f"{statement} pass").removesuffix("\n    pass\n")
    return _blackened(statement).rstrip("\n")


# Where one of these stands, other quotes could be the better ones.
_QUOTING = {'"', "\\"}


def _blackened(text: str, is_stub: bool = False) -> str:
    import black

    mode = black.Mode(line_length=LINE_LENGTH, is_pyi=is_stub)
    return black.format_str(text, mode=mode)


def fit(statement: str, indent: int = 0) -> str:
    """Return a statement on one line, or with its last brackets opened if it is too long.

    What the brackets hold gets a line, or a line for each argument. An assignment that is
    too long before them gets parentheses instead.

    Args:
        statement: Python code on one line.
        indent: Columns that it is indented.
    """
    margin = " " * indent
    if len(margin + statement) <= LINE_LENGTH:
        return margin + statement
    start, end = _last_brackets(_without_texts(statement))
    if end < 0:
        return margin + statement
    head, body, tail = statement[:start], statement[start:end], statement[end:]
    target, equals, value = statement.partition(" = ")
    names = target.replace(".", "").isidentifier()
    if equals and names and len(margin + head) > LINE_LENGTH:
        return f"{margin}{target} = (\n{margin}    {value}\n{margin})"
    lines = [f"{margin}    {body}"]
    if len(lines[0]) > LINE_LENGTH:
        lines = [fit(part, indent + 4) for part in _parts(body)]
    return "\n".join((margin + head, *lines, margin + tail))


def _last_brackets(code: str) -> tuple[int, int]:
    """Return where the content of the last brackets starts and ends; -1 for no brackets."""
    start = end = max(map(code.rfind, ")]}"))
    depth = 1
    while depth and start > 0:
        start -= 1
        depth += (code[start] in ")]}") - (code[start] in "([{")
    return start + 1, end


def _parts(body: str) -> list[str]:
    """Return what gets a line of its own: arguments, or the parts of a comprehension."""
    arguments = split_outside_brackets(body, ", ")
    if len(arguments) > 1:
        return [f"{argument}," for argument in arguments]
    element, *loops = split_outside_brackets(body, " for ")
    return [element, *(f"for {loop}" for loop in loops)]


def split_outside_brackets(code: str, separator: str) -> list[str]:
    """Return what stands between separators that aren't in brackets or texts."""
    parts, start, depth = [], 0, 0
    plain = _without_texts(code)
    for found in re.finditer(rf"[(\[{{)\]}}]|{separator}", plain):
        depth += (found[0] in tuple("([{")) - (found[0] in tuple(")]}"))
        if found[0] == separator and not depth:
            parts.append(code[start : found.start()])
            start = found.end()
    return [*parts, code[start:]]


def _without_texts(code: str) -> str:
    """Return code of the same length, with nothing between its quotes."""
    return _TEXT.sub(lambda found: "_" * len(found[0]), code)


_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|' r"'(?:\\.|[^'\\])*'")


def docstring(text: str, indent: int = 4, hang: int = 0) -> str:
    """Return text as indented lines for a docstring that it can't end or escape from."""
    escaped = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return textwrap.fill(
        escaped,
        LINE_LENGTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def python_string(value: str | int) -> str:
    """Return a literal in the quotes that black would choose."""
    if not isinstance(value, str):
        return repr(value)
    quote = "'" if value.count('"') > value.count("'") else '"'
    escaped = re.sub(rf"[\\{quote}]", r"\\\g<0>", value)
    return f"{quote}{escaped}{quote}"
