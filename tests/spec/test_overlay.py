"""Overlays: what they mean, and what is said of wrong ones."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from rendered import TOGETHER
from specs import SMALL, changed, load_text, write_spec
from test_loader import damaged, is_spec

from generator.cli import main
from generator.diagnostics import Diagnostic, DiagnosticError, Report
from generator.spec import edits as overlay_tree
from generator.spec.load import load
from generator.spec.model import Spec
from generator.spec.overlay import MAX_CHAIN, compose
from generator.spec.source import read_source

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).resolve().parents[1] / "data" / "overlay_diagnostics.txt"


class Case(NamedTuple):
    """An overlay with the files that it needs, and what is said about it.

    Attributes:
        title: What is wrong with it.
        files: Texts by name; overlay.yaml is read.
        lines: The diagnostics, one a line.
    """

    title: str
    files: dict[str, str]
    lines: tuple[str, ...]


def blocks() -> list[str]:
    return FILE.read_text("utf-8").split("\n\n= ")[1:]


def read_case(block: str) -> Case:
    title, *lines = block.rstrip().split("\n")
    parts: dict[str, list[str]] = {"": []}
    said = []
    for line in lines:
        if line.startswith("@ "):
            parts[line[2:]] = []
        elif line[:1] in ("<", ">"):
            parts[next(reversed(parts))].append(line)
        else:
            said.append(line)
    start = "".join(f"{line[2:]}\n" for line in parts.pop(""))
    files = {"base.yaml": SMALL, "overlay.yaml": f"extends: base.yaml\n{start}"}
    files |= {name: text_of(part) for name, part in parts.items()}
    files = {name: repeated(text) for name, text in files.items()}
    return Case(title, files, tuple(said))


def text_of(lines: list[str]) -> str:
    """The text of a file: whole, or as changes of SMALL."""
    pairs = re.findall(
        r"((?:^<.*\n)+)((?:^>.*\n)+)", "".join(f"{x}\n" for x in lines), re.M
    )
    if pairs:
        return changed(SMALL, *((unmarked(old), unmarked(new)) for old, new in pairs))
    return "".join(f"{line[2:]}\n" for line in lines)


def unmarked(lines: str) -> str:
    return "\n".join(line[2:] for line in lines.splitlines())


def repeated(text: str) -> str:
    """The text with <ab*3> as ababab."""
    return re.sub(r"<([^<>]+)\*([0-9]+)>", lambda match: match[1] * int(match[2]), text)


CASES = [read_case(block) for block in blocks()]


def findings(files: dict[str, str], folder: Path) -> list[Diagnostic]:
    """What is said about overlay.yaml in a folder of these files."""
    try:
        load_files(files, folder)
    except DiagnosticError as error:
        return list(error.diagnostics)
    return []


def load_files(files: dict[str, str], folder: Path) -> Spec:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    (folder / "latin.yaml").write_bytes(b"protocol: Weather\nversion: \xe9\n")
    before = Path.cwd()
    os.chdir(folder)
    try:
        return load(read_source(Path("overlay.yaml")))
    finally:
        os.chdir(before)


def rewrite() -> None:
    """Write what is said now into the file of cases, for a person to read the difference."""
    head = FILE.read_text("utf-8").partition("\n\n= ")[0]
    texts = [head]
    for block in blocks():
        kept = [
            line
            for line in block.rstrip().split("\n")
            if ".yaml:" not in line or line[:1] in "<>@"
        ]
        with tempfile.TemporaryDirectory() as folder:
            found = findings(read_case(block).files, Path(folder))
        texts.append("\n".join([*kept, *map(str, found)]))
    FILE.write_text("\n\n= ".join(texts) + "\n", "utf-8")


# Overlays that are wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_overlay_is_read_or_refused_with_this_text(case: Case, tmp_path: Path) -> None:
    found = findings(case.files, tmp_path)
    assert [str(finding) for finding in found] == list(case.lines)
    for finding in found:
        assert finding.span.line > 0
        assert finding.span.column > 0
        assert finding.span.file in case.files or finding.span.file == "latin.yaml"
        assert finding.hint
        assert str(finding).isprintable()


def test_overlays_extend_each_other_as_often_as_the_limit(tmp_path: Path) -> None:
    files = {
        f"{i}.yaml": f"extends: {i + 1}.yaml\npackage: p{i}" for i in range(MAX_CHAIN)
    }
    files |= {f"{MAX_CHAIN}.yaml": SMALL, "overlay.yaml": "extends: 1.yaml"}
    assert load_files(files, tmp_path).package == "p1"
    (found,) = findings(files | {"overlay.yaml": "extends: 0.yaml"}, tmp_path)
    assert str(found) == (
        "15.yaml:1:10: error: more than 16 overlays extend each other, merge some of them"
    )


def test_overlays_bring_as_many_nodes_as_a_spec_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlay_tree, "MAX_NODES", 100)
    values = "".join(f"  enums.Sky.values.v{i}: V{i}\n" for i in range(60))
    more = values.replace("v", "w").replace("V", "W").replace(".walues", ".values")
    files = {"base.yaml": SMALL, "overlay.yaml": f"extends: base.yaml\nadd:\n{values}"}
    assert findings(files, tmp_path) == []
    files |= {
        "two.yaml": files["overlay.yaml"],
        "overlay.yaml": f"extends: two.yaml\nadd:\n{more}",
    }
    (found,) = findings(files, tmp_path)
    assert str(found) == (
        "overlay.yaml:43:3: error: overlays bring more than 100 YAML nodes,"
        " write a spec of its own"
    )


def test_three_thousand_changes_of_one_map_are_made_at_once(tmp_path: Path) -> None:
    many = range(3_000)
    lines = [
        "extends: base.yaml",
        "add:",
        *(f"  enums.Sky.values.v{i}: V{i}" for i in many),
        "amend:",
        *(f"  enums.Sky.values.v{i}: W{i}" for i in many),
        "remove:",
        *(f"  - enums.Sky.values.v{i}" for i in many[1:]),
    ]
    files = {"base.yaml": SMALL, "overlay.yaml": "\n".join(lines)}
    started = time.process_time()
    (sky,) = load_files(files, tmp_path).enums
    assert time.process_time() - started < 10
    assert [member.value for member in sky.members[3:]] == ["W0"]


def test_overlay_extends_a_bundled_spec_unless_there_is_such_a_file(
    tmp_path: Path,
) -> None:
    files = {"overlay.yaml": "extends: ocpp16\npackage: mine\n"}
    assert load_files(files, tmp_path).protocol == "OCPP"
    assert load_files(files | {"ocpp16": SMALL}, tmp_path).protocol == "Weather"
    (found,) = findings({"overlay.yaml": "extends: ocpp1.6\n"}, tmp_path)
    assert str(found).endswith(", did you mean 'ocpp16'?")


def test_cycle_through_a_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("overlay.yaml")
    (found,) = findings({"overlay.yaml": "extends: link.yaml"}, tmp_path)
    assert str(found) == (
        "overlay.yaml:1:10: error: 'link.yaml' extends itself:"
        " overlay.yaml -> link.yaml, a base must end somewhere"
    )


def test_place_in_a_base_is_told_by_the_way_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "of mine"
    folder.mkdir()
    write_spec(tmp_path, changed(SMALL, ("height: {type: int}", "height: {type: itn}")))
    file = write_spec(folder, "extends: ../spec.yaml\npackage: mine", "overlay.yaml")
    with pytest.raises(DiagnosticError) as caught:
        load(read_source(file))
    assert str(caught.value) == (
        f"{folder}/../spec.yaml:23:22: error: unknown type 'itn', did you mean 'int'?"
    )


OCA = (ROOT / "spec" / "ocpp16-oca.yaml").read_bytes()
RICH = CASES[1].files["overlay.yaml"].encode()


@pytest.mark.parametrize("name", ["ocpp16-oca", "small"])
def test_damaged_overlays_are_read_or_refused_and_nothing_else(
    name: str, tmp_path: Path
) -> None:
    data, mutants = (OCA, 40) if name == "ocpp16-oca" else (RICH, 300)
    shutil.copy(ROOT / "spec" / "ocpp16.yaml", tmp_path)
    write_spec(tmp_path, SMALL, "base.yaml")
    file = tmp_path / "overlay.yaml"
    outcomes = [is_spec(damaged(data, seed), file) for seed in range(mutants)]
    assert any(outcomes)
    assert not all(outcomes)


# What an overlay means


def facts(value: object) -> object:
    """What a spec says, without places and the names and digests of files."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        left_out = ("span", "wire_span", "source", "sha256", "inherited")
        fields = value._asdict().items()
        return {name: facts(inner) for name, inner in fields if name not in left_out}
    if isinstance(value, tuple):
        return [facts(inner) for inner in value]
    return value


WRITTEN_OUT = [
    ("package: mine", [("package: weather", "package: mine")]),
    ('class_suffix: ""', [("class_suffix: Message\n", "")]),
    (
        "amend: {errors: {not_json: X}, errors.wrong_type: Y}",
        [("not_json: A", "not_json: X"), ("wrong_type: E", "wrong_type: Y")],
    ),
    (
        "amend: {actions.Report: {sender: both}}",
        [("sender: client", "sender: both")],
    ),
    (
        "amend: {actions.Report.request.wind: {required: true, description: Knots.}}",
        [("minimum: 0,", "minimum: 0, required: true, description: Knots.,")],
    ),
    (
        "amend: {actions.Report.request.rain.items: {type: int, minimum: 0}}",
        [("items: int", "items: {type: int, minimum: 0}")],
    ),
    (
        "amend: {actions.Report.request.sky: {only: [fog], default: fog}}\n"
        "remove: [actions.Report.request.sky.except]",
        [("except: [fog], default: clear", "only: [fog], default: fog")],
    ),
    ("amend: {enums.Sky.values.fog: On}", [("fog: Fog", "fog: On")]),
    (
        "add: {enums.Sky.values.haze: Haze}",
        [("unseen: Off", "unseen: Off\n      haze: Haze")],
    ),
    (
        "add:\n  actions.Report.request.tide: {type: Tide}\n"
        "  datatypes.Tide: {fields: {level: {type: float, required: true}}}",
        [
            ("    response: {}", "      tide: {type: Tide}\n    response: {}"),
            (
                "enums:",
                "  Tide: {fields: {level: {type: float, required: true}}}\nenums:",
            ),
        ],
    ),
    (
        "add: {actions.Ping: {sender: server, request: {}}}",
        [("datatypes:", "  Ping: {sender: server, request: {}}\ndatatypes:")],
    ),
    ("remove: [actions.Report.response]", [("    response: {}\n", "")]),
    ("remove: [actions.Report.request.wind.minimum]", [("minimum: 0, ", "")]),
    (
        "remove: [enums.Sky.values.clear, actions.Report.request.sky.default]",
        [("      clear: Clear\n", ""), (", default: clear", "")],
    ),
    (
        "remove: [enums.Sky.values.clear]\nadd: {enums.Sky.values.clear: Bright}",
        [
            ("      clear: Clear\n", ""),
            ("unseen: Off", "unseen: Off\n      clear: Bright"),
        ],
    ),
    (
        "lint: {unused-type: {'*': Shown.}}",
        [("actions:", "lint: {unused-type: {'*': Shown.}}\nactions:")],
    ),
]


@pytest.mark.parametrize(
    ("lines", "changes"), WRITTEN_OUT, ids=[lines for lines, _ in WRITTEN_OUT]
)
def test_overlay_gives_what_the_spec_written_out_gives(
    lines: str, changes: list[tuple[str, str]], tmp_path: Path
) -> None:
    files = {"base.yaml": SMALL, "overlay.yaml": f"extends: base.yaml\n{lines}\n"}
    made = load_files(files, tmp_path)
    assert facts(made) == facts(load_text(changed(SMALL, *changes)))


def test_overlay_of_every_kind_of_change_is_a_spec(tmp_path: Path) -> None:
    spec = load_files(CASES[1].files, tmp_path)
    assert (spec.protocol, spec.version) == ("Weather and tides", "1.1")
    assert (spec.package, spec.class_suffix, spec.source) == (
        "tides",
        "",
        "overlay.yaml",
    )
    report, ping = spec.actions
    assert (report.sender, report.description) == ("both", "Sends readings.")
    assert report.response is None
    assert ping.response is not None
    fields = {field.name: field for field in report.request.fields}
    assert list(fields) == ["station", "wind", "tide", "rain", "sky"]
    wind = fields["wind"].value
    assert (wind.limit("minimum"), wind.limit("maximum")) == (1, 120)
    assert [member.name for member in fields["sky"].value.members] == [
        *("clear", "fog", "haze"),
    ]
    assert [member.value for member in spec.enums[0].members] == [
        *("Clear", "Mist", "Off", "Haze"),
    ]


def test_nodes_keep_the_place_of_the_file_that_said_it(tmp_path: Path) -> None:
    spec = load_files(CASES[1].files, tmp_path)
    report, ping = spec.actions
    places = {field.name: str(field.span) for field in report.request.fields}
    assert places["wind"] == "base.yaml:12:7"
    assert places["tide"] == "overlay.yaml:18:3"
    assert str(ping.span) == "overlay.yaml:16:3"
    places = {member.name: str(member.span) for member in spec.enums[0].members}
    assert places["fog"] == "base.yaml:28:7"
    assert places["haze"] == "overlay.yaml:21:3"


def test_switch_offs_of_a_base_are_inherited(tmp_path: Path) -> None:
    lint = "lint:\n  unused-type: {datatypes.Place: Shown.}\n"
    files = {
        "base.yaml": lint + SMALL,
        "overlay.yaml": "extends: base.yaml\nlint:\n"
        "  name-style: {enums.Sky: As printed.}\n  unused-type: {'*': Our own.}\n",
    }
    spec = load_files(files, tmp_path)
    assert [(off.rule, off.place, off.inherited) for off in spec.lint] == [
        ("unused-type", "datatypes.Place", True),
        ("unused-type", "*", False),
        ("name-style", "enums.Sky", False),
    ]


def test_changes_of_an_overlay_are_those_of_its_own_file(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.title == "overlay of an overlay")
    load_files(case.files, tmp_path)
    composed = compose(read_source(tmp_path / "overlay.yaml"), Report())
    assert [(change.kind, ".".join(change.names)) for change in composed.changes] == [
        ("amend", "actions.Report.request.tide.maximum"),
        ("amend", "actions.Report.request.wind.maximum"),
        ("remove", "enums.Sky.values.haze"),
    ]
    assert compose(read_source(tmp_path / "base.yaml"), Report()).changes == ()


# An overlay is a spec


def manifest_of(folder: Path) -> str:
    return (folder / "out" / "manifest.json").read_text("utf-8")


def test_overlay_is_generated_like_any_spec(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, SMALL, "base.yaml")
    text = "extends: base.yaml\npackage: tides\nadd: {enums.Sky.values.haze: Haze}\n"
    write_spec(tmp_path, text, "overlay.yaml")
    args = ["generate", "--spec", "overlay.yaml", "--out", "out"]
    args += [part for name in TOGETHER for part in ("--target", name)]
    assert CliRunner().invoke(main, args).exit_code == 0
    made = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(made) > 10
    for file in made:
        assert "base.yaml" not in file.read_text("utf-8"), file
    for name in ("tides/enums.py", "tides/_codec/decode_call.py", "tides/__init__.py"):
        assert "overlay.yaml" in (tmp_path / "out" / name).read_text("utf-8")
    (document,) = (tmp_path / "out" / "docs" / "en").iterdir()
    assert "overlay.yaml" in document.read_text("utf-8")
    assert "`Haze`" in document.read_text("utf-8")


def test_every_file_of_the_chain_counts_in_the_digest(tmp_path: Path) -> None:
    files = {
        "base.yaml": SMALL,
        "two.yaml": "extends: base.yaml\npackage: two\n",
        "overlay.yaml": "extends: two.yaml\npackage: three\n",
    }
    digests = {load_files(files, tmp_path).sha256}
    for name, text in files.items():
        digests.add(load_files(files | {name: f"{text}# more\n"}, tmp_path).sha256)
    assert len(digests) == 4
    (tmp_path / "base.yaml").write_bytes(SMALL.replace("\n", "\r\n").encode())
    assert load(read_source(tmp_path / "two.yaml")).sha256 == (
        load_files(files | {"overlay.yaml": files["two.yaml"]}, tmp_path).sha256
    )


def test_change_of_the_base_puts_the_manifest_out_of_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, SMALL, "base.yaml")
    write_spec(tmp_path, "extends: base.yaml\npackage: tides\n", "overlay.yaml")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.payloom]\nout = "out"\n[[tool.payloom.jobs]]\n'
        'spec = "overlay.yaml"\ntargets = ["docs"]\n'
    )
    assert CliRunner().invoke(main, []).exit_code == 0
    before = manifest_of(tmp_path)
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
    write_spec(tmp_path, f"{SMALL}# more\n", "base.yaml")
    assert CliRunner().invoke(main, ["check"]).exit_code == 1
    assert CliRunner().invoke(main, []).exit_code == 0
    assert manifest_of(tmp_path) != before


if __name__ == "__main__":
    rewrite()


def test_overlay_that_extends_nothing_is_one_error(tmp_path: Path) -> None:
    (finding,) = findings({"overlay.yaml": "add:\n  enums.A.values.b: B\n"}, tmp_path)
    assert finding.message == "'add' stands in an overlay that extends nothing"
    assert "'overlay' of a job" in finding.hint
