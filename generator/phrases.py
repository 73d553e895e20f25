"""What a value may be, in words.

Which facts there are to tell, and in which order, is decided here; the words stand in the
phrase book of a template, so that each document and language has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.model import Value


def describe(value: Value, phrases: Mapping[str, str]) -> list[str]:
    """Return a phrase for each fact of a value.

    Args:
        value: The value.
        phrases: A format string for each kind of fact; an empty one leaves the fact out. The
            facts of a list's elements are looked up as `items_...` first; without such a
            phrase, the plain one is set into the phrase `each`.

    Raises:
        KeyError: The phrase book lacks a phrase.
    """
    found = [phrases[kind].format(fact, fact.lower()) for kind, fact in _facts(value)]
    if value.items:
        for kind, fact in _items_facts(value.items):
            if f"items_{kind}" in phrases:
                found.append(phrases[f"items_{kind}"].format(fact, fact.lower()))
            else:
                phrase = phrases[kind].format(fact, fact.lower())
                found.append(phrases["each"].format(phrase))
        if value.items.items:
            found += [
                phrases["each"].format(inner)
                for inner in describe(value.items, phrases)
            ]
    return [phrase for phrase in found if phrase]


def _facts(value: Value) -> Iterator[tuple[str, str]]:
    if value.enum:
        yield "enum", value.enum.name
        if value.is_subset:
            yield "members", ", ".join(member.name for member in value.members)
    elif value.datatype:
        yield "datatype", value.datatype.name
    if value.format:
        yield value.format, value.format
    for limit in (
        "max_length",
        "minimum",
        "maximum",
        "multiple_of",
        "min_items",
        "max_items",
    ):
        number = getattr(value, limit)
        if number is not None:
            yield limit, str(number)


def _items_facts(items: Value) -> Iterator[tuple[str, str]]:
    if not items.ref:
        yield "type", items.type
    if not items.items:
        yield from _facts(items)
