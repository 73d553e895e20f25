"""Pages of changes: what the comparison of two specs finds, in tables that link the classes."""

# ruff: noqa: RUF001

from __future__ import annotations

import os
import re
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from rendered import Document, Section, Text, documents, foreign_html
from specs import BASE, changed, load_text
from test_cli import run
from test_hostile_text import TEXTS, flat, hostile
from test_random_specs import EXAMPLES, Data, flow, specs

from generator.diff.compare import Change, compare
from generator.spec.load import load
from generator.spec.model import Spec
from generator.spec.source import read_source
from generator.targets import Older, Options, docs
from generator.targets.docs.changes import MODULES

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
OCPP201, OCPP21 = (
    load(read_source(ROOT / "spec" / f"{name}.yaml")) for name in ("ocpp201", "ocpp21")
)
LANGUAGES = ("en", "zh")

by_language = pytest.mark.parametrize("language", LANGUAGES)


def texts_of(spec: Spec, older: Spec, *, documented: bool = True) -> dict[str, str]:
    """Return the documents of a spec, its pages of changes among them, by path."""
    options = Options(older=Older(older, documented))
    return {each.path: each.text for each in docs.artifacts(spec, options)}


def pages_of(
    spec: Spec, older: Spec, *, documented: bool = True
) -> dict[str, Document]:
    """Return the pages of changes, by language."""
    texts = texts_of(spec, older, documented=documented)
    made = {path: texts[path] for path in texts if "_to_" in path or "_至_" in path}
    assert len(made) == len(LANGUAGES)
    return documents(made)


@pytest.fixture(scope="module")
def ocpp() -> dict[str, Document]:
    return pages_of(OCPP21, OCPP201)


def section(page: Document, id_: str) -> Section:
    (found,) = [each for each in page.sections if id_ in each.ids]
    return found


def rows(page: Document) -> list[tuple[str, str, Text, Text]]:
    """Return module and class, field, change and whom it breaks, of all that changed."""
    found = []
    for id_, module in (
        ("requests", "call"),
        ("responses", "call_result"),
        ("datatypes", "datatypes"),
        ("enums", "enums"),
    ):
        name = ""
        for each in page.sections:
            for row in each.rows if each.ids == [id_] else ():
                name = row[0].plain or name
                found.append((f"{module}.{name}", row[1].plain, row[2], row[3]))
    return found


# What is told


@by_language
def test_every_change_that_is_more_than_words_is_told(
    ocpp: dict[str, Document], language: str
) -> None:
    told = {(name, field) for name, field, _, _ in rows(ocpp[language])}
    names = {
        text
        for each in ocpp[language].sections
        if each.ids[0].startswith(("new-", "removed-"))
        for row in each.rows
        for text in row[0].code
    }
    whole = [row[0].code for row in section(ocpp[language], "whole").rows]
    count = 0
    for change in compare(OCPP201, OCPP21):
        kind, owner, part = change.subject
        if change.area == "text" or owner == "Action":
            continue
        if change.rule.startswith(
            ("action-", "datatype-", "enum-added", "enum-removed")
        ):
            assert owner in names
        elif kind in MODULES:
            assert (f"{MODULES[kind]}.{owner}", part) in told
            count += 1
        else:
            assert [part] in whole
    assert len(rows(ocpp[language])) == count > 200


@pytest.mark.parametrize(
    ("name", "field", "change", "breaks"),
    [
        ("call.GetLog", "retries", "minimum 0 added", "old senders"),
        (
            "call.Authorize",
            "certificate",
            "max_length raised from 5500 to 10000",
            "old receivers",
        ),
        (
            "datatypes.ChargingSchedulePeriodType",
            "limit",
            "optional, was required",
            "old receivers, Python callers",
        ),
        (
            "datatypes.IdTokenType",
            "type",
            "type IdTokenEnumType became str",
            "old receivers, Python callers",
        ),
        (
            "call.NotifyEVChargingNeeds",
            "",
            "fields in another order, so positional arguments move",
            "Python callers",
        ),
        (
            "enums.ReasonEnumType",
            "req_energy_transfer_rejected",
            "added, ReqEnergyTransferRejected on the wire",
            "old receivers",
        ),
    ],
)
def test_a_row_tells_what_changed_and_whom_it_breaks(
    ocpp: dict[str, Document], name: str, field: str, change: str, breaks: str
) -> None:
    (row,) = [each for each in rows(ocpp["en"]) if each[:2] == (name, field)]
    assert (row[2].plain, row[3].plain) == (change, breaks)


def test_overview_counts_what_the_sections_list(ocpp: dict[str, Document]) -> None:
    for page in ocpp.values():
        counts = [[cell.plain for cell in row[1:]] for row in page.sections[0].rows]
        changed_actions = {
            name.partition(".")[2]
            for name, *_ in rows(page)
            if name.startswith(("call.", "call_result."))
        }
        assert counts[0] == ["27", str(len(changed_actions)), "0"]
        assert int(counts[1][0]) == len(section(page, "new-datatypes").rows)
        assert int(counts[2][2]) == len(section(page, "removed-enums").rows)
        of_enums = {name for name, *_ in rows(page) if name.startswith("enums.")}
        assert int(counts[2][1]) == len(of_enums)


def test_intro_says_how_many_changes_break_whom(ocpp: dict[str, Document]) -> None:
    found = [each for each in compare(OCPP201, OCPP21) if each.area != "text"]
    flags = ("wire_sender", "wire_receiver", "python")
    for page in ocpp.values():
        bullets = [bullet.plain for bullet in page.sections[0].bullets]
        for flag, bullet in zip(flags, bullets[2:5], strict=True):
            assert f" {sum(getattr(each, flag) for each in found)} " in bullet


def test_new_actions_have_sender_and_purpose(ocpp: dict[str, Document]) -> None:
    row = section(ocpp["en"], "new-actions").row("NotifyPeriodicEventStream")
    assert row[1].plain == "client, one-way"
    (action,) = (a for a in OCPP21.actions if a.name == "NotifyPeriodicEventStream")
    assert row[2].plain == action.description
    row = section(ocpp["zh"], "new-actions").row("NotifyPeriodicEventStream")
    assert row[1].plain == "客户端（单向）"


def test_what_went_is_told_too() -> None:
    back = pages_of(OCPP201, OCPP21)["en"]
    assert len(section(back, "removed-actions").rows) == 27
    assert len(section(back, "removed-datatypes").rows) == 67
    (link,) = section(back, "removed-actions").row("AFRRSignal")[0].links
    assert link[0].endswith("_V21.md#call-afrrsignal")


def test_languages_tell_the_same(ocpp: dict[str, Document]) -> None:
    english, chinese = (
        [(each.ids, [[cell.code for cell in row] for row in each.rows]) for each in page.sections]
        for page in ocpp.values()
    )  # fmt: skip
    assert english == chinese
    told = [[row[:2] for row in rows(page)] for page in ocpp.values()]
    assert told[0] == told[1]


def test_chinese_page_has_no_english_words_but_those_of_the_findings(
    ocpp: dict[str, Document],
) -> None:
    page = ocpp["zh"]
    ours = [each.title for each in page.sections]
    ours += [column for each in page.sections for column in each.columns]
    ours += [row[3].plain for each in page.sections for row in each.rows if row[3:]]
    words = " ".join(ours)
    for known in ("OCPP v2.1", "OCPP v2.0.1", "Python"):
        words = words.replace(known, "")
    assert not [letter for letter in words if letter.isascii() and letter.isalpha()]


def test_same_spec_has_a_page_without_changes() -> None:
    for page in pages_of(OCPP21, OCPP21).values():
        assert [each.ids for each in page.sections] == [["top"]]
        counts = [[cell.plain for cell in row[1:]] for row in page.sections[0].rows]
        assert counts == [["0", "0", "0"]] * 3


# Links


@pytest.fixture(scope="module")
def anchors() -> dict[str, dict[str, str]]:
    """The titles in all documents, by path and id."""
    texts = texts_of(OCPP21, OCPP201)
    texts |= {each.path: each.text for each in docs.artifacts(OCPP201)}
    return {
        path: {id_: each.title for each in Document(text).sections for id_ in each.ids}
        for path, text in texts.items()
    }


@by_language
@pytest.mark.parametrize("documented", [True, False])
def test_links_lead_to_the_classes_that_they_name(
    language: str, documented: bool, anchors: dict[str, dict[str, str]]
) -> None:
    page = pages_of(OCPP21, OCPP201, documented=documented)[language]
    for link in page.links:
        path, _, anchor = urllib.parse.unquote(link).partition("#")
        titles = anchors[os.path.normpath(f"docs/{language}/{path}")]
        assert not anchor or anchor in titles
    for address, text, _ in links_of_classes(page):
        path, _, anchor = urllib.parse.unquote(address).partition("#")
        assert anchors[f"docs/{language}/{path}"][anchor].partition(".")[2] == text
    old = [link for link in page.links if "_V201.md" in link]
    assert bool(old) == documented
    assert len(section(page, "removed-enums").rows) == 3


def links_of_classes(page: Document) -> list[tuple[str, str, str]]:
    cells = [row[0] for each in page.sections for row in each.rows]
    links = [link for cell in cells for link in cell.links]
    assert len(links) > 200
    return links


@by_language
def test_document_leads_to_its_page_of_changes(language: str) -> None:
    texts = texts_of(OCPP21, OCPP201)
    path, page = (path for path in texts if path.startswith(f"docs/{language}/"))
    links = Document(texts[path]).links
    assert page.rpartition("/")[2] in map(urllib.parse.unquote, links)


# Hostile text


@pytest.mark.parametrize("title", TEXTS)
def test_page_shows_the_very_text(title: str) -> None:
    """Each of the texts of a spec is new in one version, and gone in the other."""
    text = TEXTS[title]
    plain, other = load_text(), hostile(text)
    for spec, older in ((other, plain), (plain, other)):
        for language, page in pages_of(spec, older).items():
            assert list(foreign_html(page)) == []
            harmless = pages_of(
                hostile("Plain") if spec is other else plain,
                hostile("Plain") if older is other else plain,
            )[language]
            assert page.links == harmless.links
            assert [len(each.rows) for each in page.sections] == [
                len(each.rows) for each in harmless.sections
            ]
            shown = [
                c for e in page.sections for r in e.rows for t in r for c in t.code
            ]
            assert text in shown
            assert flat(text) in flat(page.sections[0].title)


@given(specs(), specs())
@settings(
    max_examples=EXAMPLES // 6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_pages_of_random_specs_hold_together(older: Data, newer: Data) -> None:
    before, after = (load_text(flow(each)) for each in (older, newer))
    for page in pages_of(after, before).values():
        assert list(foreign_html(page)) == []
        found = [each for each in compare(before, after) if each.area != "text"]
        of_actions = {each.name for each in after.enums if each.from_actions}
        assert len(rows(page)) == sum(map(_has_row, found)) - sum(
            _has_row(each) and each.subject.owner in of_actions for each in found
        )
        for each in page.sections:
            assert {len(row) for row in each.rows} <= {len(each.columns)}


def _has_row(change: Change) -> bool:
    kind, _, verb = change.rule.rpartition("-")
    came_or_went = kind in ("action", "datatype", "enum") and verb in (
        "added",
        "removed",
    )
    return change.subject.kind in MODULES and not came_or_went


# Jobs

JOBS = """
[tool.payloom]
out = "gen"

[[tool.payloom.jobs]]
spec = "new.yaml"
package = "lockers.v3"
targets = ["docs"]
compare = "old.yaml"
"""
OLDER = """
[[tool.payloom.jobs]]
spec = "old.yaml"
package = "lockers.v1"
targets = ["docs"]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(BASE, "utf-8")
    longer = changed(BASE, ("max_length: 20", "max_length: 30"))
    Path("new.yaml").write_text(longer, "utf-8")
    Path("pyproject.toml").write_text(JOBS + OLDER, "utf-8")
    return tmp_path


def test_page_stands_beside_the_documents(project: Path) -> None:
    assert run().exit_code == 0
    page = project / "gen/docs/en/Changes_V1_to_V3.md"
    text = page.read_text("utf-8")
    assert "max_length raised from 20 to 30" in text
    assert "_V1.md" in text
    assert run("check").exit_code == 0


@pytest.mark.parametrize("file", ["old.yaml", "new.yaml"])
def test_change_of_either_spec_puts_the_page_out_of_step(
    project: Path, file: str
) -> None:
    assert run().exit_code == 0
    text = (project / file).read_text("utf-8")
    limit = re.search("max_length: [23]0", text)
    assert limit
    (project / file).write_text(changed(text, (limit[0], "max_length: 25")), "utf-8")
    checked = run("check")
    assert checked.exit_code == 1
    assert "docs/en/Changes_V1_to_V3.md: out of step" in checked.output


def test_older_version_needs_no_job_of_its_own(project: Path) -> None:
    Path("pyproject.toml").write_text(JOBS, "utf-8")
    assert run().exit_code == 0
    (page,) = (project / "gen/docs/en").glob("Changes_*.md")
    assert page.name == "Changes_V2_to_V3.md"
    assert "_V2.md)" not in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        (
            JOBS.replace('["docs"]', '["python"]'),
            "'compare' of job 1 makes a page of the target 'docs'",
        ),
        (JOBS.replace('"old.yaml"', "1"), "'compare' of job 1 must be text"),
        (JOBS.replace('"old.yaml"', '""'), "'compare' of job 1 is no path"),
        (JOBS.replace("old.yaml", "gone.yaml"), "gone.yaml"),
        (JOBS.replace("old.yaml", "pyproject.toml"), "pyproject.toml:"),
    ],
)
def test_what_is_wrong_is_named(project: Path, jobs: str, message: str) -> None:
    Path("pyproject.toml").write_text(jobs, "utf-8")
    done = run()
    assert done.exit_code == 2
    assert message in done.output
    assert not (project / "gen").exists()
