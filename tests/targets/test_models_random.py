"""Random specs as models: what a library can have is right, the rest is named with its place."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import black
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from models import Models
from specs import load_text
from test_models import check_vectors, vectors_of
from test_random_specs import Data, flow, specs

from generator.diagnostics import DiagnosticError
from generator.spec.model import Spec
from generator.targets import MODELS

pytestmark = pytest.mark.once


# A tenth of those of the other targets: datamodel-code-generator takes its time.
EXAMPLES = int(os.environ.get("RANDOM_SPECS", "30")) // 10


@given(specs())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # shrinking takes minutes; the note below has the spec
    suppress_health_check=list(HealthCheck),
)
def test_random_spec_as_models(data: Data) -> None:
    text = flow(data)
    note(text)
    spec = load_text(text)
    for flavour in MODELS:
        note(flavour)
        try:
            with made(spec, flavour) as package:
                for path, code in package.texts.items():
                    if path.endswith(".py"):
                        assert black.format_str(code, mode=black.Mode()) == code
                # msgspec, which reads TypedDicts in tests, overlooks unusual keys; and
                # paths of vectors can't tell dots in names from those between them.
                if flavour != "typeddict" and not {*".[]"} & {*"".join(wires(spec))}:
                    check_vectors(package, spec, flavour, vectors_of(spec))
        except DiagnosticError as error:
            for finding in error.diagnostics:
                assert finding.span.line, finding


@contextlib.contextmanager
def made(spec: Spec, flavour: str) -> Iterator[Models]:
    """The package of a spec, forgotten afterwards."""
    name = "random_models"
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Models(spec, flavour, Path(folder), name)
    finally:
        for key in [key for key in sys.modules if key.partition(".")[0] == name]:
            del sys.modules[key]


def wires(spec: Spec) -> Iterator[str]:
    for owner in (spec.requests, spec.responses, spec.datatypes):
        for each in owner:
            yield from (field.wire for field in each.fields)
