"""The documents, as GitHub shows them: links, tables, words, the example.

What OCPP 1.6 says is held against the reference in test_reference.py; here it is what any
spec can say, in both languages.
"""

# ruff: noqa: RUF001

from __future__ import annotations

import ast
import hashlib
import re
import textwrap
import urllib.parse
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from generated_modules import load_package
from rendered import (
    Document,
    Section,
    documents,
    foreign_html,
    render_all,
    write_all,
)
from specs import BASE, changed, load_text

from generator.spec.model import Spec
from generator.targets.docs import artifacts, label, places

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "zh")
CHECKED_IN = {
    path.relative_to(ROOT / "generated").as_posix(): path.read_text(encoding="utf-8")
    for title in places.TITLES.values()
    for path in (ROOT / "generated" / "docs").rglob(f"{title}*.md")
}

by_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def base() -> dict[str, Document]:
    return documents(_docs(load_text()))


def _docs(spec: Spec) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in artifacts(spec)}


# Links and ids


@pytest.mark.parametrize("path", CHECKED_IN)
def test_checked_in_document_holds_together(path: str) -> None:
    _check_links(Document(CHECKED_IN[path]), path, CHECKED_IN)


@by_language
def test_document_of_another_protocol_holds_together(language: str) -> None:
    texts = _docs(load_text())
    (path,) = [path for path in texts if path.startswith(f"docs/{language}/")]
    _check_links(Document(texts[path]), path, texts)


def _check_links(document: Document, path: str, texts: dict[str, str]) -> None:
    counts = Counter(document.ids)
    assert [name for name, count in counts.items() if count > 1] == []
    assert all(len(section.ids) == 1 for section in document.sections)
    in_page = [link[1:] for link in document.links if link.startswith("#")]
    assert in_page
    assert [name for name in in_page if name not in counts] == []
    other, *beside = [link for link in document.links if not link.startswith("#")]
    assert other.startswith("../")
    for link in beside:  # the page of changes
        place = ROOT / "generated" / path
        assert place.with_name(urllib.parse.unquote(link)).is_file()
    target = urllib.parse.unquote(f"docs/{other.removeprefix('../')}")
    assert target in texts
    assert target != path
    assert list(foreign_html(document)) == []


def test_links_name_what_they_lead_to(base: dict[str, Document]) -> None:
    for document in base.values():
        titles = {section.ids[0]: section.title for section in document.sections}
        cells = [
            cell
            for section in document.sections
            for row in section.rows
            for cell in row
        ]
        links = [link for cell in cells for link in cell.links]
        assert links
        for address, text, title in links:
            assert titles[address[1:]].partition(".")[2] == text
            assert title.startswith(f"{text} ")


def test_names_that_differ_in_case_only_have_ids_of_their_own() -> None:
    text = changed(
        BASE,
        ("sender: server\n", "sender: server\n    description: See below.\n"),
        ("  Priority:\n    values:\n", "  SIZE: {values: {a: a}}\n  Priority:\n    values:\n"),
        ("{type: Size, default: small}", "{type: SIZE, default: a}"),
        ("\n  Probe:\n", "\n  deposit: {sender: both, request: {}}\n\n  Probe:\n"),
    )  # fmt: skip
    texts = _docs(load_text(text))
    for path, document in zip(texts, documents(texts).values(), strict=True):
        _check_links(document, path, texts)
        cell = document.section("call.DepositMessage").row("size")[2]
        assert cell.links[0][:2] == (
            f"#{document.section('enums.SIZE').ids[0]}",
            "SIZE",
        )
        assert document.section("call.depositMessage").ids == ["call-deposit-2"]


# Tables


@by_language
def test_tables_have_a_row_for_each_field(
    base: dict[str, Document], language: str
) -> None:
    spec = load_text()
    document = base[language]
    yes, no = {"en": ("Yes", "No"), "zh": ("是", "否")}[language]
    owners = [
        *((f"call.{m.action}Message", m.fields) for m in spec.requests),
        *((f"call_result.{m.action}Message", m.fields) for m in spec.responses),
        *((f"datatypes.{datatype.name}", datatype.fields) for datatype in spec.datatypes),
    ]  # fmt: skip
    for title, fields in owners:
        section = document.section(title)
        assert len(section.columns) == (4 if fields else 0)
        assert [[row[0].plain, row[1].plain, row[3].plain] for row in section.rows] == [
            [field.name, label(field.value), yes if field.required else no]
            for field in fields
        ]
        assert all(len(row) == 4 for row in section.rows)
    for enum in spec.enums:
        rows = document.section(f"enums.{enum.name}").rows
        assert [[cell.plain for cell in row] for row in rows] == [
            [member.name, enum.base, str(member.value)] for member in enum.members
        ]


# What the third cell of a field says: section, field, English, Chinese.
CELLS = [
    ("call.Deposit", "parcel", "Parcel", "Parcel"),
    ("call.Deposit", "note", "", ""),
    ("call.Deposit", "tracking_number", "The maximum length: 20", "最大长度：20"),
    (
        "call.Deposit",
        "codes",
        "The minimum number of elements: 1, The maximum number of elements: 4, "
        "List element str, Maximum length of a single string: 6",
        "最少元素个数：1，最多元素个数：4，列表元素为 str，单个字符串最大长度：6",
    ),
    (
        "call.Deposit",
        "expires",
        "Date and time (ISO 8601)",
        "日期和时间（ISO 8601）",
    ),
    (
        "call.Deposit",
        "label_link",
        "uri, The maximum length: 255",
        "URI，最大长度：255",
    ),
    ("call.Deposit", "size", "Size", "Size"),
    (
        "call.Report",
        "temperature",
        "The minimum: -40.5, The maximum: 85, A multiple of 0.5",
        "最小值：-40.5，最大值：85，须为 0.5 的整数倍",
    ),
    ("call.Report", "doors", "List element bool", "列表元素为 bool"),
    (
        "call.Report",
        "weights",
        "List element float, The minimum of a single number: 0, "
        "Each number is a multiple of 0.1",
        "列表元素为 float，单个数值最小值：0，每个数值须为 0.1 的整数倍",
    ),
    ("call.Report", "extras", "List element any", "列表元素为 any"),
    ("call.Report", "payload", "", ""),
    (
        "call.Reserve",
        "grid",
        "List element list, Inner list: The minimum number of elements: 2, "
        "Inner list: List element int, Inner list: The minimum of a single number: 0",
        "列表元素为 list，内层列表的最少元素个数：2，内层列表的列表元素为 int，"
        "内层列表的单个数值最小值：0",
    ),
    (
        "call.Reserve",
        "parcels",
        "The maximum number of elements: 8, List element is Parcel",
        "最多元素个数：8，列表元素为 Parcel",
    ),
    (
        "call.Reserve",
        "allowed",
        "List element is Outcome, List elements only: stored, refused",
        "列表元素为 Outcome，列表元素仅限：stored、refused",
    ),
    (
        "call.Reserve",
        "priority",
        "Priority, Only: normal, urgent",
        "Priority，仅限：normal、urgent",
    ),
    (
        "call_result.Deposit",
        "outcome",
        "Outcome, Only: stored, refused",
        "Outcome，仅限：stored、refused",
    ),
    (
        "datatypes.Address",
        "geo",
        "The minimum number of elements: 2, The maximum number of elements: 2, "
        "List element float, The minimum of a single number: -180, "
        "The maximum of a single number: 180",
        "最少元素个数：2，最多元素个数：2，列表元素为 float，单个数值最小值：-180，"
        "单个数值最大值：180",
    ),
]


@pytest.mark.parametrize(
    ("title", "field", "english", "chinese"),
    CELLS,
    ids=[f"{title}.{field}" for title, field, _, _ in CELLS],
)
def test_cell_tells_type_and_limits(
    base: dict[str, Document], title: str, field: str, english: str, chinese: str
) -> None:
    title += "" if title.startswith("datatypes") else "Message"
    cells = [base[language].section(title).row(field)[2] for language in LANGUAGES]
    assert [cell.plain for cell in cells] == [english, chinese]
    assert cells[0].code == cells[1].code


@pytest.mark.parametrize(
    ("items", "english", "chinese"),
    [
        (
            "{type: str, format: uri}",
            "List element str, Each element: uri",
            "列表元素为 str，每个元素为 URI",
        ),
        (
            "{type: list, items: {type: list, items: {type: str, format: date-time}}}",
            "List element list, Inner list: List element list, "
            "Inner list: Inner list: List element str, "
            "Inner list: Inner list: Each element: Date and time (ISO 8601)",
            "列表元素为 list，内层列表的列表元素为 list，内层列表的内层列表的列表元素为 str，"
            "内层列表的内层列表的每个元素为 日期和时间（ISO 8601）",
        ),
        (
            "{type: float, multiple_of: 0.00001, maximum: 0.0000001}",
            "List element float, The maximum of a single number: 0.0000001, "
            "Each number is a multiple of 0.00001",
            "列表元素为 float，单个数值最大值：0.0000001，每个数值须为 0.00001 的整数倍",
        ),
    ],
)
def test_cell_tells_the_limits_of_elements(
    items: str, english: str, chinese: str
) -> None:
    text = changed(
        BASE, ("{type: list, items: bool}", f"{{type: list, items: {items}}}")
    )
    found = documents(_docs(load_text(text)))
    cells = [
        document.section("call.ReportMessage").row("doors")[2].plain
        for document in found.values()
    ]
    assert cells == [english, chinese]


# Special characters that cells, notes and paragraphs must show as they are.
HOSTILE = ["a|b", r"a\|b", "a`b", "`a``b`", "[a](b)", "a*b*", "a\\", "||", "``", "$a$"]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_are_shown_as_they_are(value: str) -> None:
    quoted = "'" + value.replace("'", "''") + "'"
    text = changed(
        BASE,
        ("small: S\n", f"small: {quoted}\n"),
        ("wire: labelURL", f"wire: {quoted}"),
        ("default: never", f"default: {quoted}"),
    )
    for document in documents(_docs(load_text(text))).values():
        row = document.section("enums.Size").row("small")
        assert [cell.plain for cell in row] == ["small", "str", value]
        assert row[2].code == [value]
        bullets = document.section("call.DepositMessage").bullets
        codes = {bullet.code[0]: bullet.code[1:] for bullet in bullets}
        assert codes["label_link"] == [value]
        assert codes["expires"] == [value]


# Words


@by_language
def test_notes_give_description_default_and_wire_name(
    base: dict[str, Document], language: str
) -> None:
    wanted = {
        "en": [
            "note: Free text for the recipient.",
            "expires: Default: never.",
            "label_link: Name on the wire: labelURL.",
            "size: Default: small.",
        ],
        "zh": [
            "note：Free text for the recipient.",
            "expires：默认值为 never。",
            "label_link：报文中的名称为 labelURL。",
            "size：默认值为 small。",
        ],
    }
    bullets = base[language].section("call.DepositMessage").bullets
    assert [bullet.plain for bullet in bullets] == wanted[language]


def test_note_with_all_three_reads_as_sentences() -> None:
    text = changed(
        BASE, ("default: never", "default: never, wire: until, description: Until then")
    )
    found = documents(_docs(load_text(text)))
    notes = [
        document.section("call.DepositMessage").bullets[1].plain
        for document in found.values()
    ]
    assert notes == [
        "expires: Until then. Default: never. Name on the wire: until.",
        "expires：Until then. 默认值为 never。报文中的名称为 until。",
    ]


def test_one_way_messages_are_said_to_have_no_response(
    base: dict[str, Document],
) -> None:
    sentences = [
        "This is a one-way message: no response follows it.",
        "此消息为单向消息，没有应答。",
    ]
    for document, sentence in zip(base.values(), sentences, strict=True):
        saying = [
            section.title
            for section in document.sections
            if sentence in [paragraph.plain for paragraph in section.paragraphs]
        ]
        assert saying == ["call.ReportMessage"]
        titles = [section.title for section in document.sections]
        assert "call_result.ReportMessage" not in titles


def test_messages_without_a_known_sender_have_sections_of_their_own() -> None:
    text = changed(
        BASE, ("  Probe:\n    sender: both", "  Probe:\n    sender: unknown")
    )
    titles = [
        [section.title for section in document.sections]
        for document in documents(_docs(load_text(text))).values()
    ]
    sections = [
        ["Other Request Message Structure", "Other Response Message Structure"],
        ["其他请求消息结构", "其他应答消息结构"],
    ]
    for found, (request, response) in zip(titles, sections, strict=True):
        assert found.index(request) == found.index("call.ProbeMessage") - 1
        assert found.index(response) == found.index("call_result.ProbeMessage") - 1


def test_open_datatypes_are_said_to_keep_other_fields(
    base: dict[str, Document],
) -> None:
    for document in base.values():
        saying = [
            section.title
            for section in document.sections
            if any("extra" in paragraph.code for paragraph in section.paragraphs)
        ]
        assert saying == ["datatypes.Parcel"]


def test_empty_messages_have_a_mark_in_place_of_a_table(
    base: dict[str, Document],
) -> None:
    for document, mark in zip(base.values(), ["No Parameters", "无参数"], strict=True):
        marked = [
            section.title
            for section in document.sections
            if [bullet.plain for bullet in section.bullets] == [mark]
        ]
        assert marked == ["call.ProbeMessage", "call_result.ProbeMessage"]


def test_empty_chapters_say_so() -> None:
    text = BASE[: BASE.index("actions:")] + "actions: {Go: {sender: both, request: {}}}"
    for document, none in zip(
        documents(_docs(load_text(text))).values(), ["None", "无"], strict=True
    ):
        chapters = [section for section in document.sections if section.level == 2]
        said = [[b.plain for b in chapter.bullets][1:] for chapter in chapters]
        assert said == [[], [none], [none], [none]]


def test_intro_shows_the_naming_rule_with_a_field_of_the_spec(
    base: dict[str, Document],
) -> None:
    for document in base.values():
        codes = [bullet.code for bullet in document.sections[0].bullets]
        assert ["tracking_number", "trackingNumber"] in codes


# Both languages


def test_languages_tell_the_same_facts(base: dict[str, Document]) -> None:
    pairs = zip(base["en"].sections, base["zh"].sections, strict=True)
    for english, chinese in pairs:
        assert chinese.level == english.level
        assert chinese.ids == english.ids
        assert len(chinese.columns) == len(english.columns)
        assert len(chinese.paragraphs) == len(english.paragraphs)
        assert _facts(chinese) == _facts(english)
    assert base["en"].examples == base["zh"].examples


def _facts(section: Section) -> list[object]:
    """Names, links and numbers: what is the same in any language."""
    required = {"是": "Yes", "否": "No"}
    facts: list[object] = []
    for row in section.rows:
        last = row[-1].plain
        facts += [row[0].plain, row[1].plain, required.get(last, last)]
    for text in (*(cell for row in section.rows for cell in row), *section.bullets):
        numbers = re.findall(r"\d+", text.plain)
        facts.append((text.code, [link[:2] for link in text.links], numbers))
    return facts


def test_chinese_document_has_no_english_words(base: dict[str, Document]) -> None:
    prose = [
        section.title if "." not in section.title else ""
        for section in base["zh"].sections[1:]
    ]
    cells = []
    for section in base["zh"].sections:
        prose += section.columns
        cells += [cell for row in section.rows if len(row) > 3 for cell in row[2:]]
    for cell in cells:
        words = cell.plain
        for code in cell.code:
            words = words.replace(code, "")
        prose.append(re.sub("ISO 8601|URI", "", words))
    assert [text for text in prose if re.search("[A-Za-z]", text)] == []


# The example


def run_example(document: Document, package: str, folder: Path) -> list[Any]:
    """Run the document's example with the package in `folder`; return what it makes."""
    (code,) = document.examples
    name = f"example_{hashlib.sha256(bytes(folder)).hexdigest()}"
    load_package(folder, name)
    made = []
    namespace: dict[str, Any] = {}
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.ImportFrom):
            assert statement.module in (package, f"{package}.enums")
            statement.module = name + statement.module.removeprefix(package)
            exec(compile(ast.Module([statement], []), "example", "exec"), namespace)
        else:
            assert isinstance(statement, ast.Expr)
            expression = compile(ast.Expression(statement.value), "example", "eval")
            made.append(eval(expression, namespace))
    return made


def kind(message: Any) -> str:
    """Module and class of a message, without the package."""
    return f"{type(message).__module__}.{type(message).__name__}".partition(".")[2]


@pytest.mark.parametrize("path", CHECKED_IN)
def test_checked_in_example_makes_a_request_and_its_response(path: str) -> None:
    document = Document(CHECKED_IN[path])
    (package,) = document.sections[0].bullets[0].code
    folder = ROOT / "generated" / package.replace(".", "/")
    request, response = run_example(document, package, folder)
    assert request.ACTION == response.ACTION
    assert kind(request).startswith("call.")
    assert kind(response).startswith("call_result.")
    assert request.to_dict()
    assert response.to_dict()


def made_by_example(spec: Spec, folder: Path) -> list[Any]:
    """Run the example of a spec's documents; return what it makes."""
    texts = render_all(spec)
    write_all(folder, texts)
    english, chinese = documents(texts).values()
    assert english.examples == chinese.examples
    package = folder / spec.package.replace(".", "/")
    return run_example(english, spec.package, package)


def shown(actions: str) -> Spec:
    """The base spec with other actions."""
    before, rest = BASE.split("actions:\n")
    after = rest[rest.index("datatypes:\n") :]
    return load_text(f"{before}actions:\n{textwrap.indent(actions, '  ')}\n{after}")


@pytest.mark.parametrize(
    "limits",
    [
        "type: str",
        "type: str, max_length: 1",
        "type: str, format: uri, max_length: 19",
        "type: str, format: date-time",
        "type: bool",
        "type: int, minimum: 0",
        "type: int, minimum: 7, multiple_of: 5",
        "type: int, minimum: -9, maximum: -3, multiple_of: 4",
        "type: int, maximum: 0, multiple_of: 10",
        "type: float, minimum: 0.05, maximum: 0.19, multiple_of: 0.1",
        "type: float, maximum: 0.5",
        "type: Priority, only: [urgent]",
        "type: Outcome, except: [stored]",
    ],
)
def test_example_keeps_to_the_limits(limits: str, tmp_path: Path) -> None:
    fields = f"{{one: {{required: true, {limits}}}, other: {{type: any}}}}"
    spec = shown(f"Go: {{sender: both, request: {fields}, response: {fields}}}")
    for message in made_by_example(spec, tmp_path):
        assert list(message.to_dict()) == ["one"]


def test_example_imports_each_enum_once(tmp_path: Path) -> None:
    fields = (
        "{size: {type: Size, required: true}, why: {type: Outcome, required: true}}"
    )
    spec = shown(f"Go: {{sender: both, request: {fields}, response: {fields}}}")
    assert len(made_by_example(spec, tmp_path)) == 2
    (code,) = documents(render_all(spec))["en"].examples
    assert "import Size, Outcome\n" in code


@pytest.mark.parametrize(
    ("actions", "made"),
    [
        (
            """\
            One: {sender: both, request: {a: {type: int, required: true}}}
            Two: {sender: both, request: {}, response: {}}
            Three: {sender: both, request: {}, response: {a: {type: int, required: true}}}
            """,
            ["call.ThreeMessage", "call_result.ThreeMessage"],
        ),
        (
            """\
            One: {sender: both, request: {}}
            Two: {sender: both, request: {a: {type: int, required: true}}}
            """,
            ["call.TwoMessage"],
        ),
        (
            """\
            One: {sender: both, request: {a: {type: Parcel, required: true}}, response: {}}
            Two: {sender: both, request: {a: {type: Parcel}}, response: {}}
            """,
            ["call.TwoMessage", "call_result.TwoMessage"],
        ),
    ],
)
def test_example_is_the_action_that_shows_most(
    actions: str, made: list[str], tmp_path: Path
) -> None:
    found = made_by_example(shown(textwrap.dedent(actions)), tmp_path)
    assert [kind(message) for message in found] == made


@pytest.mark.parametrize(
    "field",
    [
        "type: Parcel",
        "type: list, items: int",
        "type: any",
        "type: str, format: uri, max_length: 8",
        "type: int, minimum: 1, maximum: 4, multiple_of: 5",
    ],
)
def test_no_example_where_it_would_be_long(field: str) -> None:
    spec = shown(f"Go: {{sender: both, request: {{a: {{required: true, {field}}}}}}}")
    for document in documents(_docs(spec)).values():
        assert document.examples == []


def test_spec_words_its_formats_itself_and_can_not_do_harm() -> None:
    words = 'date-time: {en: "At {0.type} | <b>", zh: 时刻}'
    text = changed(BASE, ("\nactions:\n", f"\nformat_words:\n  {words}\n\nactions:\n"))
    english, chinese = (
        text
        for path, text in _docs(load_text(text)).items()
        if path.startswith(("docs/en", "docs/zh"))
    )
    assert r"|expires|str|At {0.type} \| \<b\>|" in english
    assert "|expires|str|时刻|" in chinese
