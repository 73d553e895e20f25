"""What `diff` says of changes, in each format, and which specs it finds by a name."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from specs import BASE, changed, load_text, write_spec

from generator.diagnostics import DiagnosticError
from generator.diff.compare import Change, compare
from generator.diff.findings import RULES
from generator.diff.report import (
    FORMATS,
    MAX_MESSAGES,
    as_json,
    as_markdown,
    as_text,
    code_span,
    diff_specs,
    explain,
)
from generator.spec import locate
from generator.spec.locate import bundled, find_source
from generator.spec.source import MAX_BYTES

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]

# One change that breaks senders, one that breaks receivers and callers, one that breaks nobody.
CHANGES = (
    ("max_length: 20", "max_length: 19"),
    ("      on_top: On\n", "      on_top: On\n      medium: M\n"),
    ("Free text", "Any text"),
    ("class_: {type: str}", "row: {type: int}\n      class_: {type: str}"),
)
# Text that would do harm in a terminal, in Markdown or in a JSON document.
HOSTILE = "`a``b` [x](y) <b>|*_ \\ @all #1 </script> 中 {} {0}"
HOSTILE_YAML = json.dumps(HOSTILE, ensure_ascii=False)


def diff_command(old: str, new: str, form: str = "text") -> tuple[str, bool]:
    """Return the report on two specs, and whether anybody is hurt."""
    text, hurt = diff_specs(find_source(old), find_source(new), form)
    return text, bool(hurt)


def changes_by(*edits: tuple[str, str]) -> tuple[Change, ...]:
    return compare(load_text(BASE), load_text(changed(BASE, *edits)), "spec.yaml")


def hostile_changes() -> tuple[Change, ...]:
    return changes_by(
        ("wire: labelURL", f"wire: {HOSTILE_YAML}"),
        ("Parcel Locker", HOSTILE_YAML),
        ("on_top: On\n", f"on_top: {HOSTILE_YAML}\n"),
        ("default: never", f"default: {HOSTILE_YAML}"),
        ("wrong_type: BadType", f"wrong_type: {HOSTILE_YAML}"),
    )


# Text


def test_text_has_a_line_for_each_change_and_a_summary() -> None:
    assert as_text(changes_by(*CHANGES)).splitlines() == [
        "spec.yaml:19:7: compatible: field 'note' of 'Deposit' request: description changed"
        " [description-changed]",
        "spec.yaml:21:7: breaking: field 'tracking_number' of 'Deposit' request: max_length"
        " lowered from 20 to 19; breaks old senders; sent by the client [max-length-lowered]",
        "spec.yaml:67:7: breaking: field 'row' of 'Reserve' response: added, optional; later"
        " positional arguments move; breaks old receivers and Python callers; sent by the"
        " client [field-added-optional]",
        "spec.yaml:98:7: widening: value 'medium' of enum 'Size': added, 'M' on the wire;"
        " can break old receivers; in 'Deposit' request (from the client), 'Reserve' request"
        " (from the server) [enum-value-added]",
        "4 changes: 3 on the wire; 1 of words",
        "can hurt old senders (1), old receivers (2) and Python callers (1)",
        "suggested version step: major (breaking changes, 1 for old senders and 1 for Python"
        " callers)",
    ]


def test_text_of_one_change_and_of_none() -> None:
    *_, counted, hurt, step = as_text(changes_by(CHANGES[1])).splitlines()
    assert counted == "1 change: 1 on the wire"
    assert hurt == "can hurt old receivers (1)"
    assert step.startswith(
        "suggested version step: minor (an upgrade alone breaks nobody"
    )
    assert as_text(()).splitlines() == [
        "0 changes: nothing differs",
        "suggested version step: none (nothing differs)",
    ]


def test_many_messages_are_named_up_to_a_limit() -> None:
    common = (
        "\nactions:\n",
        "\ncommon:\n  fields:\n    mark: {type: any}\n\nactions:\n",
    )
    first, *_ = as_text(changes_by(common)).splitlines()
    assert first.count(" (from ") == MAX_MESSAGES == 6
    assert "'Report' request (from the client), 'Reserve' request" in first
    assert "'Probe' request (from either side)" in first
    assert " and 1 more [" in first


def test_text_stays_on_its_line_whatever_the_spec_says() -> None:
    text = as_text(hostile_changes())
    assert all(line.isprintable() for line in text.splitlines())
    for line in text.splitlines()[:-3]:
        assert re.fullmatch(
            r"spec\.yaml(:\d+:\d+)?: (breaking|widening|compatible): .* \[[a-z-]+\]",
            line,
        )


# JSON


def test_json_has_everything() -> None:
    report = json.loads(as_json(changes_by(CHANGES[0])))
    assert report == {
        "breaking": True,
        "same_on_wire": False,
        "verdict": "1 on the wire",
        "version_step": {
            "name": "major",
            "reason": "breaking changes, 1 for old senders",
        },
        "changes": [
            {
                "rule": "max-length-lowered",
                "sentence": "field 'tracking_number' of 'Deposit' request: max_length lowered"
                " from 20 to 19",
                "place": {"file": "spec.yaml", "line": 21, "column": 7},
                "breaking": True,
                "breaks": {
                    "wire_sender": True,
                    "wire_receiver": False,
                    "python": False,
                },
                "reason": "the side with the narrower limit refuses what the other may send",
                "area": "wire",
                "messages": [
                    {"action": "Deposit", "kind": "request", "sender": "client"}
                ],
            }
        ],
    }


def test_json_is_read_back_whatever_the_spec_says() -> None:
    report = json.loads(as_json(hostile_changes()))
    assert len(report["changes"]) == 5


# Markdown


def test_markdown_has_sections_for_a_changelog() -> None:
    assert as_markdown(changes_by(*CHANGES)) == (
        "### Breaking\n"
        "\n"
        "- Field `tracking_number` of `Deposit` request: max_length lowered from 20 to 19;"
        " breaks old senders; sent by the client.\n"
        "- Field `row` of `Reserve` response: added, optional; later positional arguments"
        " move; breaks old receivers and Python callers; sent by the client.\n"
        "\n"
        "### Refused by old receivers once it is used\n"
        "\n"
        "- Value `medium` of enum `Size`: added, `M` on the wire; can break old receivers; in"
        " `Deposit` request (from the client), `Reserve` request (from the server).\n"
        "\n"
        "### Compatible\n"
        "\n"
        "- Field `note` of `Deposit` request: description changed.\n"
        "\n"
        "3 on the wire; 1 of words. Suggested version step: **major** (breaking changes,"
        " 1 for old senders and 1 for Python callers).\n"
    )


def test_markdown_without_changes_has_no_sections() -> None:
    assert as_markdown(()) == (
        "Nothing differs. Suggested version step: **none** (nothing differs).\n"
    )


def test_names_in_markdown_are_code_and_nothing_else() -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(
        as_markdown(hostile_changes())
    )
    spans = {
        child.content
        for token in tokens
        for child in token.children or []
        if child.type == "code_inline"
    }
    assert HOSTILE in spans
    kinds = {child.type for token in tokens for child in token.children or []}
    assert kinds == {"code_inline", "text", "strong_open", "strong_close"}
    assert {token.tag for token in tokens if token.nesting == 1} == {
        "h3",
        "ul",
        "li",
        "p",
    }


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("note", "`note`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        (" x ", "`  x  `"),
        ("", "`  `"),
        ("a\nb\x1b", r"`a\nb\x1b`"),
        ("中文", "`中文`"),
        ("x" * 61, f"`{'x' * 60}...`"),
    ],
)
def test_code_span_holds_any_name(name: str, span: str) -> None:
    assert code_span(name) == span


# The command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, out of reach of git's settings and of a hook's variables."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def complaint(old: str, new: str = "ocpp16") -> str:
    with pytest.raises(DiagnosticError) as caught:
        diff_command(old, new)
    return str(caught.value)


def test_files_are_compared_and_named_as_given(here: Path) -> None:
    write_spec(here, BASE, "old.yaml")
    write_spec(
        here, changed(BASE, CHANGES[0], ("lockers.v2", "lockers.v3")), "new.yaml"
    )
    text, breaking = diff_command("old.yaml", "./new.yaml")
    assert breaking
    assert text.startswith(
        "new.yaml: breaking: package: 'lockers.v3', was 'lockers.v2'"
    )
    assert "\nnew.yaml:21:7: breaking: " in text
    assert diff_command("old.yaml", "old.yaml", "markdown") == (as_markdown(()), False)


def test_compatible_changes_do_not_count_as_breaking(here: Path) -> None:
    write_spec(here, BASE, "old.yaml")
    write_spec(here, changed(BASE, CHANGES[2]), "new.yaml")
    for name in FORMATS:
        _, breaking = diff_command("old.yaml", "new.yaml", name)
        assert not breaking


def test_bundled_specs_are_found_by_name_in_any_folder(here: Path) -> None:
    text, breaking = diff_command("ocpp16", "ocpp16-oca")
    assert breaking
    assert f"{ROOT.as_posix()}/spec/ocpp16.yaml:" in text
    assert set(bundled()) >= {"ocpp16", "ocpp16-oca"}


def test_bundled_specs_below_the_working_folder_have_short_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert find_source("ocpp16").file == "spec/ocpp16.yaml"


def test_file_comes_before_a_bundled_spec_and_a_revision(here: Path) -> None:
    for name in ("ocpp16", "HEAD:spec.yaml"):
        write_spec(here, BASE, name)
        assert find_source(name).text == BASE


def test_same_changes_give_the_same_text_in_every_run() -> None:
    program = (
        "from generator.diff.report import FORMATS, diff_specs\n"
        "from generator.spec.locate import find_source\n"
        "specs = map(find_source, ('ocpp16', 'ocpp16-oca'))\n"
        "old, new = specs\n"
        "for name in FORMATS: print(diff_specs(old, new, name)[0])\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_errors_of_both_specs_are_named(here: Path) -> None:
    write_spec(
        here, changed(BASE, ("type: Size, default", "type: Sise, default")), "a.yaml"
    )
    write_spec(here, changed(BASE, ("sender: server", "sender: sever")), "b.yaml")
    said = complaint("a.yaml", "b.yaml")
    assert "a.yaml:24:20: error: unknown type 'Sise', did you mean 'Size'?" in said
    assert "b.yaml:53:13: error: unknown sender 'sever', did you mean 'server'?" in said


def test_unknown_name_gets_a_hint(here: Path) -> None:
    assert complaint("ocp16") == (
        "ocp16: error: no such file, and no bundled spec has this name,"
        " did you mean 'ocpp16'?"
    )
    assert complaint("no/such.yaml").startswith(
        "no/such.yaml: error: cannot read the spec"
    )


# Revisions


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository with a base and an overlay in two versions, and other files now."""
    (here / "specs" / "vendor").mkdir(parents=True)
    overlay = "extends: ../base.yaml\npackage: my.lockers\n"
    write_spec(here / "specs", BASE, "base.yaml")
    write_spec(here / "specs" / "vendor", overlay, "overlay.yaml")
    write_spec(here, BASE, "at-top.yaml")
    (here / "link.yaml").symlink_to("at-top.yaml")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    write_spec(here / "specs", changed(BASE, CHANGES[0]), "base.yaml")
    git("commit", "--quiet", "-am", "two")
    write_spec(here / "specs", "no spec", "base.yaml")
    return here


def test_base_of_an_overlay_is_read_from_the_same_revision(repository: Path) -> None:
    path = "specs/vendor/overlay.yaml"
    text, breaking = diff_command(f"HEAD~1:{path}", f"HEAD:{path}")
    assert breaking
    assert text.startswith(
        "HEAD:specs/base.yaml:21:7: breaking: field 'tracking_number' of 'Deposit' request:"
        " max_length lowered from 20 to 19"
    )
    assert find_source(f"HEAD:{path}").name == "overlay.yaml"


def test_path_with_dots_is_relative_to_the_working_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "specs" / "vendor")
    old = find_source("HEAD~1:./overlay.yaml")
    assert old.file == "HEAD~1:./overlay.yaml"
    assert (
        diff_command("HEAD~1:./overlay.yaml", "HEAD~1:specs/vendor/overlay.yaml")[1]
        is False
    )
    assert find_source("HEAD:../../specs/./base.yaml").text == changed(BASE, CHANGES[0])


def test_index_is_a_revision_without_a_name(repository: Path) -> None:
    write_spec(repository, changed(BASE, CHANGES[2]), "at-top.yaml")
    git("add", "at-top.yaml")
    text, _ = diff_command("HEAD:at-top.yaml", ":at-top.yaml", "json")
    (change,) = json.loads(text)["changes"]
    assert change["place"]["file"] == ":at-top.yaml"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HEAD:no.yaml", "HEAD:no.yaml: error: git cannot read it: "),
        ("nowhere:at-top.yaml", "git cannot read it: "),
        ("HEAD:specs", "HEAD:specs: error: git cannot read it: "),
        ("--output=x:at-top.yaml", "--output=x:at-top.yaml: error: no git revision"),
        ("-p:at-top.yaml", "no git revision, write REV:path"),
        ("HEAD:", "'HEAD:' is no path in the repository"),
        ("HEAD:/etc/passwd", "'HEAD:/etc/passwd' is no path in the repository"),
        ("HEAD:specs/../../x.yaml", "is no path in the repository"),
        ("HEAD:../x.yaml", "git cannot read it: "),
        ("HEAD\0:at-top.yaml", "no git revision"),
        ("HEAD\n:at-top.yaml", r"HEAD\n:at-top.yaml: error: git cannot read it"),
        ("HEAD:link.yaml", "HEAD:link.yaml:1:1: error: the spec must be a map"),
    ],
)
def test_what_is_no_file_of_a_revision_is_named(
    repository: Path, name: str, said: str
) -> None:
    assert said in complaint(name)
    assert not (repository / "x").exists()


def test_base_that_the_revision_lacks_is_named(repository: Path) -> None:
    for base, problem in (
        ("missing.yaml", "git cannot read it: "),
        ("../../../base.yaml", "'../../../base.yaml' is no path in the repository"),
    ):
        write_spec(
            repository / "specs" / "vendor", f"extends: {base}\n", "overlay.yaml"
        )
        git("commit", "--quiet", "-am", "three")
        said = complaint("HEAD:specs/vendor/overlay.yaml")
        assert said.startswith(
            "HEAD:specs/vendor/overlay.yaml:1:10: error: cannot extend "
        )
        assert problem in said


def test_overlay_in_a_revision_that_extends_itself_is_refused(repository: Path) -> None:
    write_spec(repository / "specs", "extends: vendor/overlay.yaml\n", "base.yaml")
    git("commit", "--quiet", "-am", "three")
    assert "extends itself" in complaint("HEAD:specs/vendor/overlay.yaml")


def test_huge_file_of_a_revision_is_refused(repository: Path) -> None:
    (repository / "huge.yaml").write_text("#" * (MAX_BYTES + 1_000_000))
    git("add", "huge.yaml")
    assert f":huge.yaml: error: the spec is larger than {MAX_BYTES}" in complaint(
        ":huge.yaml"
    )


def test_folder_without_a_repository_is_named(here: Path) -> None:
    assert "git cannot read it: " in complaint("HEAD:spec.yaml")


def test_missing_git_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    assert "cannot run git: No such file" in complaint("HEAD:spec.yaml")


def test_specs_are_inside_an_installed_package_or_beside_it_in_a_checkout() -> None:
    assert locate.SPECS == ROOT / "spec"


def test_every_rule_is_explained_and_an_unknown_one_gets_a_hint() -> None:
    for rule in RULES:
        assert explain(rule).startswith(f"{rule}\n")
        assert explain(rule).endswith(".")
    with pytest.raises(DiagnosticError, match="did you mean 'format-added'"):
        explain("format-aded")
