"""`min_length` goes all the way: vectors, documents, models; its verdicts are in test_compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from models import FROM_TEXT, REFUSALS, Models
from rendered import render_all
from specs import SMALL, changed, findings, load_text
from vector_files import (
    can_be_held,
    check_reading,
    check_writing,
    rendered_package_and_vectors,
)

pytestmark = pytest.mark.once

FIELDS = (
    "wind: {",
    "mark: {type: str, required: true, min_length: 2, max_length: 5}\n"
    "      when: {type: str, format: date-time, min_length: 24}\n"
    "      link: {type: str, format: uri, min_length: 12}\n"
    "      rows: {type: list, items: {type: str, min_length: 3}}\n"
    "      wind: {",
)
TEXT = changed(SMALL, FIELDS)


def test_vectors_hold_the_limit_from_both_sides(tmp_path: Path) -> None:
    spec = load_text(TEXT)
    package, vectors = rendered_package_and_vectors(spec, tmp_path, "min_length")
    cases = set()
    for message in spec.messages:
        for vector in vectors[message.action, message.kind]:
            check_reading(package, message, vector)
            if can_be_held(message, vector):
                check_writing(package, message, vector)
            cases.add((vector.case, vector.path))
    assert ("shorter than 2 characters", "mark") in cases
    assert ("shorter than 24 characters", "when") in cases
    assert ("shorter than 12 characters", "link") in cases
    assert ("shorter than 3 characters", "rows[0]") in cases or (
        "shorter than 3 characters",
        "rows[1]",
    ) in cases


def test_documents_and_docstrings_say_it() -> None:
    texts = render_all(load_text(TEXT))
    said = "\n".join(texts.values())
    for words in (
        "The minimum length: 2",
        "最小长度：2",  # noqa: RUF001
        "Minimum length of a single string: 3",
        "At least 2 characters",
        '"minLength": 2',
    ):
        assert words in said


@pytest.mark.parametrize("flavour", ["pydantic", "msgspec"])
def test_models_refuse_what_is_shorter(flavour: str, tmp_path: Path) -> None:
    package: Any = Models(load_text(TEXT), flavour, tmp_path, f"min_{flavour}").package
    cls = package.REQUESTS["Report"]
    FROM_TEXT[flavour](cls, '{"station": {"code": "x"}, "mark": "ab", "rows": ["abc"]}')
    for wrong in ('"mark": "a"', '"mark": "ab", "rows": ["ab"]'):
        with pytest.raises(REFUSALS):
            FROM_TEXT[flavour](cls, f'{{"station": {{"code": "x"}}, {wrong}}}')


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("{type: str, min_length: 6, max_length: 5}", "'max_length' 5 is less than"),
        ("{type: str, min_length: 6, default: four}", "breaks the min_length 6"),
        ("{type: int, min_length: 6}", "'min_length' goes with str"),
        ("{type: str, min_length: 0}", "must be a whole number from 1"),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, said: str) -> None:
    (found,) = findings(changed(SMALL, ("wind: {", f"mark: {field}\n      wind: {{")))
    assert said in found.message
