"""Text of a spec as Markdown that shows it as it is."""

from __future__ import annotations

import re

# Characters that mean something to Markdown; those of `https://` and `www.` among them, since
# a bare address becomes a link in which nothing can be escaped.
_SPECIAL = re.compile(
    r"[\\`*\[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=:)/(?=/)|(?<=www)\.",
    re.IGNORECASE,
)


_BLOCK_START = re.compile(r"^(?:([0-9]+)(?=[.)])|(?=[#+=-]))")


def markdown(text: str) -> str:
    """Return text as a paragraph that Markdown shows as it is."""
    escaped = _BLOCK_START.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text))
    # A second dollar sign may end a formula; that it can't be escaped is GitHub's rule.
    return escaped.replace("$", "<span>$</span>") if text.count("$") > 1 else escaped


def code(text: str | int) -> str:
    """Return text as a code span."""
    text = str(text)
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def cell_code(text: str | int) -> str:
    """Return text as a code span in a cell of a table, where a bar would end the cell."""
    return code(text).replace("|", r"\|")
