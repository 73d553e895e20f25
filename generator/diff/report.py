"""Changes as a report: text for terminals and editors, JSON for programs, Markdown for people.

Names come from specs, so each format has its own way to make them harmless: text quotes and
escapes them, JSON is JSON, Markdown puts them into code spans that they can't end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..diagnostics import (
    Diagnostic,
    DiagnosticError,
    Span,
    did_you_mean,
    fail,
    quoted,
)
from ..spec.load import load
from ..spec.model import Spec
from ..spec.source import Source
from .compare import (
    Change,
    compare,
    is_breaking,
    same_on_wire,
    verdict,
    version_step,
    victims,
)
from .findings import RULES, Reach

MAX_MESSAGES = 6  # named in a sentence; JSON has them all
MAX_NAME = 60

Changes = Sequence[Change]


def diff_specs(old: Source, new: Source, format: str = "text") -> tuple[str, set[str]]:
    """Return a report on two specs, and whom the changes can hurt: names of VICTIMS.

    Args:
        old: The spec as it was.
        new: The spec as it is.
        format: A key of FORMATS.

    Raises:
        DiagnosticError: A spec has errors; those of both are named.
        KeyError: There is no such format.
    """
    report = FORMATS[format]
    loaded: list[Spec] = []
    findings: list[Diagnostic] = []
    for source in (old, new):
        try:
            loaded.append(load(source))
        except DiagnosticError as error:
            findings += error.diagnostics
    if findings:
        raise DiagnosticError(findings)
    before, after = loaded
    changes = compare(before, after, new.file)
    return report(changes), {
        name for name, number in victims(changes).items() if number
    }


def explain(rule: str) -> str:
    """Return the argument for the verdicts of a rule.

    Raises:
        DiagnosticError: There is no such rule.
    """
    if rule not in RULES:
        raise fail(Span("diff"), f"no rule {quoted(rule)}", did_you_mean(rule, RULES))
    return f"{rule}\n{_capital(RULES[rule])}."


# Text


def as_text(changes: Changes) -> str:
    """Return a line for each change, as compilers and linters print them, and a summary."""
    return "".join(f"{line}\n" for line in (*map(_line, changes), *_summary(changes)))


def _line(change: Change) -> str:
    severity = "compatible"
    if change.breaking:
        is_at_once = change.wire_sender or change.python
        severity = "breaking" if is_at_once else "widening"
    sentence = _sentence(change, quoted)
    return f"{change.place}: {severity}: {sentence} [{change.rule}]"


def _summary(changes: Changes) -> Iterator[str]:
    yield f"{_counted(len(changes))}: {verdict(changes)}"
    hurt = [
        f"{name.replace('-', ' ', 1).replace('python', 'Python')} ({number})"
        for name, number in victims(changes).items()
        if number
    ]
    if changes:
        yield f"can hurt {_joined(hurt)}" if hurt else "hurts nobody"
    step = version_step(changes)
    yield f"suggested version step: {step.name} ({step.reason})"


def _counted(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


# Sentences


def _sentence(change: Change, show: Callable[[str], str]) -> str:
    """Return a change in words, with whom it breaks and where, names as `show` shows them."""
    parts = [change.phrase.shown(show)]
    if change.breaking:
        can = "" if change.wire_sender or change.python else "can "
        verb = "break" if can else "breaks"
        parts.append(f"{can}{verb} {_joined(_broken(change))}")
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
    step = version_step(changes)
    at_once = [each for each in changes if each.wire_sender or each.python]
    widening = [each for each in changes if each.breaking and each not in at_once]
    compatible = [each for each in changes if not each.breaking]
    blocks = [
        *_section("Breaking", at_once),
        *_section("Refused by old receivers once it is used", widening),
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


# json.dumps escapes what isn't ASCII; text and Markdown go to people.
FORMATS: dict[str, Callable[[Changes], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
