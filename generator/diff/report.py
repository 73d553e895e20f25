"""Changes as a report: text for terminals and editors, JSON for programs, Markdown for people.

Names come from specs, so each format has its own way to make them harmless: text quotes and
escapes them, JSON is JSON, Markdown puts them into code spans that they can't end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..diagnostics import Diagnostic, DiagnosticError, quoted
from ..spec.load import load
from ..spec.locate import find_source
from ..spec.model import Spec
from ..spec.source import Source
from . import (
    Change,
    compare,
    is_breaking,
    same_on_wire,
    verdict,
    version_step,
)
from .findings import RULES, Reach

MAX_MESSAGES = 6  # named in a sentence; JSON has them all
MAX_NAME = 60

Changes = Sequence[Change]


def diff_command(old: str, new: str, format: str = "text") -> tuple[str, bool]:
    """Return what `diff OLD NEW` prints, and whether anything breaks anybody.

    Args:
        old: The spec as it was: a file, a bundled spec's name, or `REV:path`.
        new: The spec as it is, likewise.
        format: A key of FORMATS.

    Raises:
        DiagnosticError: A spec can't be found or has errors; those of both are named.
        KeyError: There is no such format.
    """
    report = FORMATS[format]
    loaded: list[tuple[Spec, Source]] = []
    findings: list[Diagnostic] = []
    for name in (old, new):
        try:
            source = find_source(name)
            loaded.append((load(source), source))
        except DiagnosticError as error:
            findings += error.diagnostics
    if findings:
        raise DiagnosticError(findings)
    (before, _), (after, source) = loaded
    changes = compare(before, after, source.file)
    return report(changes), is_breaking(changes)


# Text


def as_text(changes: Changes) -> str:
    """Return a line for each change, as compilers and linters print them, and a summary."""
    return "".join(f"{line}\n" for line in (*map(_line, changes), *_summary(changes)))


def _line(change: Change) -> str:
    severity = "breaking" if change.breaking else "compatible"
    sentence = _sentence(change, quoted)
    return f"{change.place}: {severity}: {sentence} [{change.rule}]"


def _summary(changes: Changes) -> Iterator[str]:
    breaking = sum(change.breaking for change in changes)
    yield f"{_counted(len(changes))}, {breaking} breaking: {verdict(changes)}"
    step = version_step(changes)
    yield f"suggested version step: {step.name} ({step.reason})"


def _counted(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


# Sentences


def _sentence(change: Change, show: Callable[[str], str]) -> str:
    """Return a change in words, with whom it breaks and where, names as `show` shows them."""
    parts = [change.phrase.shown(show)]
    if change.breaking:
        parts.append(f"breaks {_joined(_broken(change))}")
    if change.messages:
        parts.append(_where(change, show))
    return "; ".join(parts)


def _broken(change: Change) -> list[str]:
    flags = {
        "old senders": change.wire_sender,
        "old receivers": change.wire_receiver,
        "Python callers": change.python,
    }
    return [who for who, breaks in flags.items() if breaks]


def _joined(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _where(change: Change, show: Callable[[str], str]) -> str:
    """Return in which messages a change shows, and who sends these."""
    first = change.messages[0]
    if len(change.messages) == 1 and change.subject.kind == first.kind:
        return f"sent by {_sender(first)}"  # the message is named already
    shown = [
        f"{show(message.action)} {message.kind} (from {_sender(message)})"
        for message in change.messages[:MAX_MESSAGES]
    ]
    more = len(change.messages) - len(shown)
    return f"in {', '.join(shown)}" + (f" and {more} more" if more else "")


def _sender(message: Reach) -> str:
    return "either side" if message.sender == "both" else f"the {message.sender}"


# JSON


def as_json(changes: Changes) -> str:
    """Return a JSON document with everything there is to know of the changes."""
    step = version_step(changes)
    report = {
        "breaking": is_breaking(changes),
        "same_on_wire": same_on_wire(changes),
        "verdict": verdict(changes),
        "version_step": {"name": step.name, "reason": step.reason},
        "changes": [_data(change) for change in changes],
    }
    return json.dumps(report, indent=2) + "\n"


def _data(change: Change) -> dict[str, Any]:
    place = change.place
    return {
        "rule": change.rule,
        "sentence": change.phrase.shown(quoted),
        "place": {"file": place.file, "line": place.line, "column": place.column},
        "breaking": change.breaking,
        "breaks": {
            "wire_sender": change.wire_sender,
            "wire_receiver": change.wire_receiver,
            "python": change.python,
        },
        "reason": RULES[change.rule],
        "area": change.area,
        "messages": [message._asdict() for message in change.messages],
    }


# Markdown


def as_markdown(changes: Changes) -> str:
    """Return sections for a changelog: what breaks, and what doesn't."""
    breaking = [change for change in changes if change.breaking]
    compatible = [change for change in changes if not change.breaking]
    step = version_step(changes)
    blocks = [
        *_section("Breaking", breaking),
        *_section("Compatible", compatible),
        f"{_capital(verdict(changes))}."
        f" Suggested version step: **{step.name}** ({step.reason}).",
    ]
    return "\n\n".join(blocks) + "\n"


def _section(title: str, changes: Changes) -> Iterator[str]:
    if changes:
        yield f"### {title}"
        yield "\n".join(f"- {_bullet(change)}" for change in changes)


def _bullet(change: Change) -> str:
    return f"{_capital(_sentence(change, code_span))}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def code_span(name: str) -> str:
    """Return a name as a code span, on one line, whatever is in it."""
    cut = name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}..."
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    # Spaces keep backticks apart from the fence; one on each side is not part of the span.
    pad = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


FORMATS: dict[str, Callable[[Changes], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
