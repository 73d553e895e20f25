"""Where documents and what they show are to be found: file names, and ids of headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ...spec.model import Spec

# Title of the document in its file name, by language.
TITLES = {
    "en": "Request_and_Response_Message_Data_Structure_Description",
    "zh": "请求与应答消息数据结构说明",
}


def names(spec: Spec) -> dict[str, str]:
    """Return the file name of the document in each language."""
    version = short_name(spec)
    return {language: f"{title}_{version}.md" for language, title in TITLES.items()}


def short_name(spec: Spec) -> str:
    """Return what to call a spec in file names: the last part of its package."""
    return spec.name.upper()


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
