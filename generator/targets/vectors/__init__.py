"""Target `vectors`: messages with the expected verdict, as data for tests in any language.

Valid vectors hold every limit exactly at the limit, every value of an enum, and forms that
careless code stumbles over; each of the others breaks just one constraint of one field. All
constraints within a datatype are broken in the first message that holds it; other places of
the datatype have one vector for each kind of violation, which shows that it is checked there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ...emit.header import do_not_edit
from ...spec.model import Spec
from .. import PLAIN, Artifact, Options, Room
from .cases import BEYOND_FLOATS, Case, Maker

NO_JSON: tuple[str, ...] = (
    "",
    "{",
    "[1, 2",
    '{"a": 1,}',
    "{'a': 1}",
    "{} {}",
    '{"a": tru}',
    '"text',
    "NaN",
    '{"a": NaN}',
    '{"a": [1, -Infinity]}',
)


# Made once: `json.dumps` makes an encoder for each call.
_as_text = json.JSONEncoder(ensure_ascii=False).encode


def artifacts(spec: Spec, _: Options = PLAIN) -> Iterator[Artifact]:
    """Yield one file with the vectors of all messages, a vector on each line."""
    head = {
        "comment": do_not_edit(spec.source),
        "protocol": spec.protocol,
        "version": spec.version,
        "errors": spec.errors,
    }
    room = Room("vectors", spec.source)
    texts = (room.take(f"    {_as_text(vector)}") for vector in vectors(spec))
    lines = ",\n".join(texts)
    start = json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}")
    yield Artifact(
        f"vectors/{spec.name}.json", f'{start},\n  "vectors": [\n{lines}\n  ]\n}}\n'
    )


def vectors(spec: Spec) -> Iterator[dict[str, Any]]:
    """Yield the vectors of a spec, message by message."""
    maker = Maker()
    texts = NO_JSON
    for message in spec.messages:
        of_message = {"action": message.action, "kind": message.kind}
        for case in maker.cases(message):
            yield {**of_message, **_verdict(case, spec)}
            if case.kind:  # once: the parser is the same for all messages
                yield from ({**of_message, **_refusal(spec, text)} for text in texts)
                texts = ()


def _refusal(spec: Spec, text: str) -> dict[str, Any]:
    """Return the part of a vector that is the same for all text that is no JSON."""
    code = spec.errors["not_json"]
    return {"case": "not JSON", "valid": False, "text": text, "code": code, "path": ""}


def _verdict(case: Case, spec: Spec) -> dict[str, Any]:
    """Return the part of a vector that follows from its case."""
    if not case.kind:
        words = f"{case.path}: {case.case}" if case.path else case.case
        return {"case": words, "valid": True, "message": case.value}
    is_huge = case.case == BEYOND_FLOATS
    return {
        "case": case.case,
        "valid": False,
        **({"text": _huge_text(case.value)} if is_huge else {"message": case.value}),
        "code": spec.errors[case.kind],
        "path": case.path,
    }


def _huge_text(value: Any) -> str:
    """Return the JSON text of a message that holds a number beyond all floats."""
    return re.sub(r'"\\u0000 (-?1e999)"', r"\1", json.dumps(value))
