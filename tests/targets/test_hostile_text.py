"""Text of a spec is text in every output, whatever it looks like there."""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from generated_modules import load_package, module_names
from rendered import Document, documents, foreign_html, render_all, write_all
from specs import BASE, changed, source_of

from generator.spec.load import load
from generator.spec.model import Spec

pytestmark = pytest.mark.once

# Each would do or show something else if an output took it for more than text. The file
# OWNED would appear in the working folder if code among them ran.
TEXTS = {
    "double quotes": '"""',
    "four double quotes": '"""" \' """"',
    "single quotes": "'''",
    "backslash": "a\\",
    "backslashes and quotes": '\\\'\\"\\\\" \\\\',
    "escapes": r"\n\t\x41\u0041\N{DASH}\0 \x \u1 \N{no such} \q",
    "docstring": '"""; open("OWNED", "w"); """',
    "string": '" + str(open("OWNED", "w")) + "',
    "f-string": "{open('OWNED', 'w')} {v} {0} # type: ignore",
    "template": "{{ 7 * 191 }} {% if x %} {# no #} #} %}",
    "format": "%s %(x)s {} {0} ${} $x$ $$x$$",
    "html": "<script>alert(1)</script> <b> </a> <img src=x onerror=alert(1)>",
    "comment": "--> <!-- x --> --!> &lt;b&gt; &amp; &#60;",
    "links": "[x](javascript:alert(1)) ![x](https://example.com) [x] [^1]",
    "reference": "[x]: https://example.com",
    "addresses": "<https://example.com> https://example.com www.example.com",
    "bars": "|a|b \\| || \\\\|",
    "backticks": "` `` ``` `a",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~",
    "heading": "# a",
    "rule": "---",
    "bullet": "+ a",
    "number": "1. a",
    "fence": "```python",
    "data": '{"a": [1, &b *c !d]} # e',
    "wide": "中文：é 😀 İß",  # noqa: RUF001
}
# What no one sees; documents may show it as blanks.
UNSEEN = "a\u00a0b\u00adc\u3000d\U000e0041"

# The texts of the base spec that can be anything, and what each is changed to: `{}` is the
# hostile text in quotes.
PLACES = (
    ("protocol: Parcel Locker", "protocol: {}"),
    ("not_json: BadText", "not_json: {}"),
    ("unknown_field: BadField", "unknown_field: {}"),
    ("missing_field: Incomplete", "missing_field: {}"),
    ("wrong_count: Incomplete", "wrong_count: {}"),
    ("wrong_type: BadType", "wrong_type: {}"),
    ("wrong_value: BadValue", "wrong_value: {}"),
    ("Announces a parcel and asks for a compartment.", "{}"),
    ("Free text for the recipient.", "{}"),
    ("What lies in a compartment.", "{}"),
    ("    description: Of a compartment.\n", "    description: {}\n"),
    ("default: never", "default: {}"),
    ("wire: labelURL", "wire: {}"),
    ("small: S\n", "small: {}\n"),
    # Its line in a module is too long and would need black, which takes most of the time.
    ("{type: list, min_items: 2, items: {type: int, minimum: 0}}", "int"),
)


def hostile(text: str, file: str = "spec.yaml") -> Spec:
    """The base spec with a text in every place that takes one."""
    quoted = json.dumps(text, ensure_ascii=False)
    changes = [(old, new.replace("{}", quoted)) for old, new in PLACES]
    return load(source_of(changed(BASE, *changes), file))


class Case(NamedTuple):
    """A hostile text and what a spec full of it is rendered to."""

    text: str
    files: dict[str, str]
    documents: dict[str, Document]
    modules: dict[str, ModuleType]


@pytest.fixture(scope="module", params=TEXTS)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    text = TEXTS[request.param]
    files = render_all(hostile(text))
    folder = tmp_path_factory.mktemp("hostile")
    write_all(folder, files)
    package = folder / "lockers" / "v2"
    name = f"hostile_{[*TEXTS].index(request.param)}"
    with contextlib.chdir(folder):
        load_package(package, name)
        modules = {
            module: importlib.import_module(f"{name}.{module}")
            for module in module_names(package)
        }
        yield Case(text, files, documents(files), modules)
    there = [file for file in folder.rglob("*") if file.suffix != ".pyc"]
    assert {f.relative_to(folder).as_posix() for f in there if f.is_file()} == {*files}


@pytest.fixture(scope="module")
def plain() -> Case:
    """The same with a text that nothing could mistake."""
    files = render_all(hostile("Plain"))
    return Case("Plain", files, documents(files), {})


def flat(text: str | None) -> str:
    assert text is not None
    return " ".join(text.split())


# Python


def test_docstrings_hold_the_very_text(case: Case) -> None:
    text, modules = case.text, case.modules
    text = flat(text)
    assert flat(modules["call"].__doc__) == f"Requests of {text} 2.10."
    classes = [
        modules["call"].DepositMessage,
        modules["call_result"].DepositMessage,
        modules["datatypes"].Parcel,
        modules["enums"].Size,
    ]
    for cls in classes:
        assert f" {text} " in f"{flat(cls.__doc__)} "
    doc = flat(modules["call"].DepositMessage.__doc__)
    assert f"note (str): Optional. {text} " in doc
    assert f"Default: {text}." in doc
    assert f"Name on the wire: {text}." in doc


def test_values_and_wire_names_are_the_very_text(case: Case) -> None:
    text, modules = case.text, case.modules
    call, datatypes, enums = (modules[name] for name in ("call", "datatypes", "enums"))
    assert enums.Size.small.value == text
    message = call.DepositMessage(
        parcel=datatypes.Parcel(size=enums.Size.small),
        tracking_number="T",
        codes=["a"],
        label_link="https://example.com",
    )
    data = {
        "parcel": {"size": text},
        "trackingNumber": "T",
        "codes": ["a"],
        text: "https://example.com",
    }
    assert message.to_dict() == data
    assert json.loads(message.to_json()) == data
    assert call.DepositMessage.from_json(json.dumps(data)) == message


def test_error_codes_and_paths_are_the_very_text(case: Case) -> None:
    text, modules = case.text, case.modules
    cls = modules["call"].DepositMessage
    data: dict[str, Any] = {
        "parcel": {"size": text},
        "trackingNumber": "T",
        "codes": ["a"],
        text: 1,
    }
    with pytest.raises(modules["errors"].ValidationError) as caught:
        cls.from_dict(data)
    assert (caught.value.code, caught.value.path) == (text, text)
    wrong = [data | {text: "x" * 256}, data | {"codes": []}, data | {"more": 1}, {}]
    for each in wrong:
        with pytest.raises(modules["errors"].ValidationError) as caught:
            cls.from_dict(each)
        assert caught.value.code == text
    with pytest.raises(modules["errors"].ValidationError) as caught:
        cls.from_json("{")
    assert caught.value.code == text


def test_python_code_is_the_same_but_for_its_texts(case: Case, plain: Case) -> None:
    """No text adds, removes or changes a statement."""
    assert case.files.keys() == plain.files.keys()
    for path in case.files:
        if path.endswith(".py"):
            assert without_texts(case.files[path]) == without_texts(plain.files[path])


def without_texts(code: str) -> str:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


# Documents


def test_documents_show_the_very_text(case: Case) -> None:
    text, words = case.text, flat(case.text)
    for document in case.documents.values():
        assert document.sections[0].title.startswith(f"{words} v2.10 ")
        for title in ("call.Deposit", "call_result.Deposit"):
            section = document.section(f"{title}Message")
            assert flat(section.paragraphs[0].plain) == words
        for title in ("datatypes.Parcel", "enums.Size"):
            assert flat(document.section(title).paragraphs[0].plain) == words
        deposit = document.section("call.DepositMessage")
        notes = {bullet.code[0]: bullet for bullet in deposit.bullets}
        assert flat(notes["note"].plain)[len("note:") :].strip() == words
        assert notes["expires"].code[1:] == [text]
        assert notes["label_link"].code[1:] == [text]
        assert document.section("enums.Size").row("small")[2].code == [text]


def test_documents_have_no_html_and_no_link_but_ours(case: Case, plain: Case) -> None:
    for language, document in case.documents.items():
        other = plain.documents[language]
        assert list(foreign_html(document)) == []
        assert document.links == other.links
        assert document.ids == other.ids
        assert document.examples == other.examples
        assert shape(document) == shape(other)


def shape(document: Document) -> list[tuple[int, int, int, int]]:
    return [
        (each.level, len(each.paragraphs), len(each.bullets), len(each.rows))
        for each in document.sections
    ]


def test_addresses_in_prose_become_no_links_on_github_either() -> None:
    """GitHub links bare addresses too, which the parser here doesn't."""
    texts = render_all(hostile("See https://example.com or www.example.com."))
    for path, text in texts.items():
        if path.endswith(".md"):
            prose = [line for line in text.split("\n") if line.startswith("See ")]
            assert prose
            assert {line.replace("\\", "") for line in prose} == {
                "See https://example.com or www.example.com."
            }
            assert not any("://" in line or "www." in line for line in prose)


# The rest


def test_json_files_hold_the_very_text(case: Case) -> None:
    """Some of them, at least; all of them are JSON."""
    texts: list[str] = []
    for path, content in case.files.items():
        if path.endswith(".json"):
            texts += _texts(json.loads(content))
    assert case.text in texts


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, str):
        yield data


# The name of the spec file, which headers cite

FILES = [
    'a""".yaml',
    "a\\.yaml",
    "-->.yaml",
    "--!><script>.yaml",
    "{{ 1 }}.yaml",
    "a\nimport os\n#.yaml",
    "a\r\u2028b.yaml",
    "*/ 中文.yaml",
    "'\"`|.yaml",
]


@pytest.mark.parametrize("file", FILES)
def test_name_of_the_spec_file_is_inert(file: str, plain: Case) -> None:
    files = render_all(hostile("Plain", file))
    assert files.keys() == plain.files.keys()
    for path, text in files.items():
        if path.endswith(".py"):
            header, _, rest = text.partition("\n")
            assert header.startswith("# Generated by payloom from ")
            assert rest == plain.files[path].partition("\n")[2]
        elif path.endswith(".md"):
            document = Document(text)
            assert list(foreign_html(document)) == []
            assert shape(document) == shape(Document(plain.files[path]))
        elif path.endswith(".json"):
            json.loads(text)


# Line breaks, which only descriptions can have


def test_line_breaks_in_descriptions_are_spaces(tmp_path: Path) -> None:
    text = 'One.\n\n    # Two\n"""\n\timport os\n\n- three'
    words = 'One. # Two """ import os - three'
    made = render_all(
        load(
            source_of(
                changed(
                    BASE,
                    (
                        "Announces a parcel and asks for a compartment.",
                        json.dumps(text),
                    ),
                    ("Free text for the recipient.", json.dumps(text)),
                )
            )
        )
    )
    write_all(tmp_path, made)
    load_package(tmp_path / "lockers" / "v2", "hostile_lines")
    doc = flat(importlib.import_module("hostile_lines.call").DepositMessage.__doc__)
    assert doc.count(words) == 2
    for document in documents(made).values():
        section = document.section("call.DepositMessage")
        assert section.paragraphs[0].plain == words
        assert section.bullets[0].plain.endswith(words)
