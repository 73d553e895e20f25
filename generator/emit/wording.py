"""What a value may be, in words.

Which facts there are to tell, and in which order, is decided here; the words stand in the
phrase book of a template, so that each document and language has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ..spec.constraints import shown
from ..spec.model import Value

# What a sentence can end with.
_SENTENCE_END = tuple(".!?…。！？")  # noqa: RUF001
_NO_IDS: Mapping[str, str] = MappingProxyType({})


def describe(
    value: Value, phrases: Mapping[str, str], ids: Mapping[str, str] = _NO_IDS
) -> list[str]:
    """Return a phrase for each fact of a value.

    Args:
        value: The value.
        phrases: A format string for each kind of fact; an empty one leaves the fact out. `{0}`
            is the fact, `{1}` its id. The facts of a list's elements are looked up as
            `items_...` first; without such a phrase, the plain one is set into the phrase
            `each`. Elements that are lists themselves have theirs set into `each_list`, or
            `each` without that. `member` is the form of each member of a subset, and
            `between_members` what stands between two, if these phrases are there.
        ids: Where to find datatypes and enums by their names.

    Raises:
        KeyError: The phrase book lacks a phrase.
    """
    found = [
        phrases[kind].format(fact, ids.get(fact, ""))
        for kind, fact in _facts(value, phrases)
    ]
    if value.items:
        found += _of_items(value.items, phrases, ids)
    return [phrase for phrase in found if phrase]


def _of_items(
    items: Value, phrases: Mapping[str, str], ids: Mapping[str, str]
) -> Iterator[str]:
    facts = [] if items.items else list(_facts(items, phrases))
    if not items.ref:
        facts.insert(0, ("type", items.type))
    for kind, fact in facts:
        own = phrases.get(f"items_{kind}")
        phrase = (phrases[kind] if own is None else own).format(fact, ids.get(fact, ""))
        yield phrases["each"].format(phrase) if phrase and own is None else phrase
    if items.items:
        each_list = phrases.get("each_list", phrases["each"])
        for phrase in describe(items, phrases, ids):
            yield each_list.format(phrase)


def _facts(value: Value, phrases: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if value.enum:
        yield "enum", value.enum.name
        if value.is_subset:
            member = phrases.get("member", "{0}")
            names = [member.format(member_of.name) for member_of in value.members]
            yield "members", phrases.get("between_members", ", ").join(names)
    elif value.datatype:
        yield "datatype", value.datatype.name
    for key, limit in value.limits.items():
        # Each format has a phrase of its own.
        yield (limit if key == "format" else key), shown(limit)


def sentence(text: str) -> str:
    """Return text with a full stop, unless it ends as a sentence does."""
    return text if not text or text.endswith(_SENTENCE_END) else f"{text}."
