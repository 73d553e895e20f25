"""Target `docs`: one Markdown document for each spec and language.

A job that names an earlier version gets a page of changes beside each; see `changes`.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from fractions import Fraction
from functools import partial

from ...emit.jinja import environment, render
from ...spec.model import Action, Field, Message, Spec, Value
from ...spec.numbers import highest, lowest, step
from .. import PLAIN, Artifact, Options

# Title of the document in its file name, by language.
TITLES = {
    "en": "Request_and_Response_Message_Data_Structure_Description",
    "zh": "请求与应答消息数据结构说明",
}

# Characters that mean something to Markdown; those of `https://` and `www.` among them, since
# a bare address becomes a link in which nothing can be escaped.
_SPECIAL = re.compile(
    r"[\\`*\[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=:)/(?=/)|(?<=www)\.",
    re.IGNORECASE,
)
_BLOCK_START = re.compile(r"^(?:([0-9]+)(?=[.)])|(?=[#+=-]))")
_SENTENCE_END = tuple(".!?…。！？")  # noqa: RUF001

_SAMPLES = {"date-time": "2026-01-31T12:00:00Z", "uri": "https://example.com"}


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the document in each language; each links to the other."""
    unknown = {action.name for action in spec.actions if action.sender == "unknown"}
    env = environment(options.templates)
    env.filters.update(
        cell_code=cell_code,
        code=code,
        enums_needed=enums_needed,
        label=label,
        literal=literal,
        markdown=markdown,
        sent_by=partial(sent_by, unknown=unknown),
        sentence=sentence,
    )
    files = names(spec)
    pages: dict[str, Artifact] = {}
    if options.older:
        from . import changes

        pages = changes.pages(spec, options.older, env)
    for language, file in files.items():
        text = render(
            env,
            f"docs/{language}.md.jinja",
            spec=spec,
            example=example(spec),
            renamed=renamed(spec),
            one_way=[action.name for action in spec.actions if not action.response],
            ids=all_ids(spec),
            links={other: f"../{other}/{name}" for other, name in files.items()},
            older=options.older.spec if options.older else None,
            changes=posixpath.basename(pages[language].path) if pages else "",
        )
        yield Artifact(f"docs/{language}/{file}", text)
    yield from pages.values()


def names(spec: Spec) -> dict[str, str]:
    """Return the file name of the document in each language."""
    version = short_name(spec)
    return {language: f"{title}_{version}.md" for language, title in TITLES.items()}


def short_name(spec: Spec) -> str:
    """Return what to call a spec in file names: the last part of its package."""
    return spec.package.rpartition(".")[2].upper()


def markdown(text: str) -> str:
    """Return text as a paragraph that Markdown shows as it is."""
    escaped = _BLOCK_START.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text))
    # A second dollar sign may end a formula; that it can't be escaped is GitHub's rule.
    return escaped.replace("$", "<span>$</span>") if text.count("$") > 1 else escaped


def sentence(text: str) -> str:
    """Return text with a full stop, unless it ends as a sentence does."""
    return text if text.endswith(_SENTENCE_END) else f"{text}."


def code(text: str | int) -> str:
    """Return text as a code span."""
    text = str(text)
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def cell_code(text: str | int) -> str:
    """Return text as a code span in a cell of a table, where a bar would end the cell."""
    return code(text).replace("|", r"\|")


def all_ids(spec: Spec) -> dict[str, dict[str, str]]:
    """Return the ids of headings by module and name."""
    actions = [action.name for action in spec.actions]
    return {
        "call": ids("call", actions),
        "call_result": ids("call_result", actions),
        "datatypes": ids("datatypes", (datatype.name for datatype in spec.datatypes)),
        "enums": ids("enums", (enum.name for enum in spec.enums)),
    }


def ids(kind: str, names: Iterable[str]) -> dict[str, str]:
    """Return an id for each name, in lower case as those of headings on GitHub are."""
    seen: Counter[str] = Counter()
    found = {}
    for name in names:
        seen[name.lower()] += 1
        number = seen[name.lower()]
        found[name] = f"{kind}-{name.lower()}" + (f"-{number}" if number > 1 else "")
    return found


def label(value: Value) -> str:
    """Return the short name of a type in the tables."""
    if value.datatype:
        return "obj"
    return value.enum.base if value.enum else value.type


def sent_by(
    messages: tuple[Message, ...], sender: str, unknown: Container[str] = ()
) -> list[Message]:
    """Return the messages that one side sends.

    Args:
        messages: Some messages.
        sender: The side; or `both`, or `unknown`.
        unknown: Actions whose sender the spec doesn't know.
    """
    return [
        message
        for message in messages
        if sender == ("unknown" if message.action in unknown else message.sender)
    ]


def renamed(spec: Spec) -> Field | None:
    """Return the first field whose wire name differs by the rule, to show it with."""
    messages = (*spec.requests, *spec.responses)
    fields = [field for message in messages for field in message.fields]
    return next((f for f in fields if f.wire_by_rule and f.wire != f.name), None)


def example(spec: Spec) -> Action | None:
    """Return the action to show the classes with, if one is short to construct.

    Rather one with a response than without, rather one with fields than without; the first
    of these.
    """
    short = [
        action
        for action in spec.actions
        if all(literal(field.value) for field in _required(action))
    ]
    return max(
        short,
        key=lambda action: (action.response is not None, bool(_required(action))),
        default=None,
    )


def enums_needed(action: Action) -> list[str]:
    """Return the names of the enums without which its messages can't be constructed."""
    enums = (field.value.enum for field in _required(action))
    return list(dict.fromkeys(enum.name for enum in enums if enum))


def _required(action: Action) -> list[Field]:
    """Return the fields without which its messages can't be constructed."""
    messages = filter(None, (action.request, action.response))
    return [field for message in messages for field in message.fields if field.required]


def literal(value: Value) -> str:
    """Return Python code for some value that is allowed; empty if that isn't short to say."""
    if value.enum:
        return f"{value.enum.name}.{value.members[0].name}"
    if value.type == "str":
        form, most = value.limit("format"), value.limit("max_length")
        sample = _SAMPLES.get(form or "", "...")
        if most is None or len(sample) <= most:
            return f'"{sample}"'
        return "" if form else f'"{sample[:most]}"'
    if value.type in ("int", "float"):
        return _number(value)
    return "True" if value.type == "bool" else ""


def _number(value: Value) -> str:
    """Return the allowed number nearest to 1, or one beside it; empty if there is none."""
    low, high, by = lowest(value), highest(value), step(value)
    number = Fraction(1)
    if low is not None:
        number = max(number, low)
    if high is not None:
        number = min(number, high)
    if by is not None:
        up, down = math.ceil(number / by) * by, math.floor(number / by) * by
        number = up if high is None or up <= high else down
        if low is not None and number < low:
            return ""
    return str(int(number) if number.denominator == 1 else float(number))
