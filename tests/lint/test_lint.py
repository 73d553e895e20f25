"""Lint: what each rule finds, what it leaves alone, and how a spec switches it off."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from rendered import BUNDLED
from specs import BASE, SMALL, changed, load_text, write_spec
from test_loader import damaged
from test_overlay import RICH, facts

from generator.diagnostics import FORMATS, Diagnostic, Severity, Span
from generator.lint import lint, lint_source, lint_specs
from generator.lint.rules import RULES
from generator.spec.load import load
from generator.spec.locate import find_source
from generator.spec.source import read_source

pytestmark = pytest.mark.once

# The small spec without anything that a rule dislikes.
CLEAN = changed(
    SMALL, ("    sender: client", "    sender: client\n    description: Rain.")
)

Changes = tuple[str, str]


def found(*changes: Changes) -> list[str]:
    """What lint says of the clean spec with these changes."""
    return [str(finding) for finding in lint(load_text(changed(CLEAN, *changes)))]


def lint_overlay(overlay: str, base: str = CLEAN) -> list[str]:
    """What lint says of an overlay in the working folder."""
    write_spec(Path(), base, "base.yaml")
    write_spec(Path(), overlay, "overlay.yaml")
    return [str(finding) for finding in lint_source(read_source(Path("overlay.yaml")))]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FIELD = "      height: {type: int}"


def fields(*lines: str) -> Changes:
    """More fields of the datatype Place."""
    return FIELD, "\n".join([FIELD, *(f"      {line}" for line in lines)])


def types(*lines: str) -> Changes:
    """More datatypes."""
    return "enums:\n", "".join(f"  {line}\n" for line in lines) + "enums:\n"


def enums(*lines: str) -> Changes:
    """More enums."""
    return "enums:\n", "enums:\n" + "".join(f"  {line}\n" for line in lines)


# The rules


def test_clean_spec_is_clean() -> None:
    assert found() == []


def test_every_rule_says_why() -> None:
    for rule in RULES.values():
        assert ":" in rule.purpose
        assert rule.purpose.endswith(".")


def test_every_rule_that_may_be_broken_by_chance_is_info() -> None:
    info = {name for name, rule in RULES.items() if rule.severity == "info"}
    assert info == {"repeated-enum", "uneven-length", "missing-length"}
    assert {rule.severity for rule in RULES.values()} == {"info", "warning"}


def test_types_that_no_message_holds_are_found() -> None:
    assert found(
        types("Tide: {fields: {level: {type: Level}}}"),
        ("  Sky:\n", "  Level: {values: {low: 1}}\n  Sky:\n"),
    ) == [
        "spec.yaml:25:3: warning: no message holds the datatype 'Tide', remove it"
        " [unused-type]",
        "spec.yaml:27:3: warning: no message holds the enum 'Level', remove it"
        " [unused-type]",
    ]


def test_types_in_lists_and_datatypes_are_used() -> None:
    lists = "places: {type: list, items: {type: list, items: Level}}"
    assert found(fields(lists), enums("Level: {values: {low: 1}}")) == []


def test_enum_of_all_actions_needs_no_message() -> None:
    assert found(enums("Action: {from: actions}")) == []


def test_names_of_classes_that_are_not_in_cap_words_are_found() -> None:
    assert found(
        ("  Report:\n", "  get_report:\n"),
        ("type: Place", "type: my_place"),
        ("  Place:\n", "  my_place:\n"),
        ("type: Sky", "type: sky_NOW"),
        ("  Sky:\n", "  sky_NOW:\n"),
    ) == [
        "spec.yaml:8:3: warning: action 'get_report' is not in CapWords,"
        " name it so unless the protocol has it otherwise [name-style]",
        "spec.yaml:22:3: warning: datatype 'my_place' is not in CapWords,"
        " write 'MyPlace' [name-style]",
        "spec.yaml:26:3: warning: enum 'sky_NOW' is not in CapWords,"
        " write 'SkyNOW' [name-style]",
    ]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("airPressure", "air_pressure"),
        ("URLOfSite", "url_of_site"),
        ("siteURL", "site_url"),
        ("Depth", "depth"),
        ("a__b", "a_b"),
        ("depth__", "depth"),
        ("v2X", "v2_x"),
        ("UPPER_CASE", "upper_case"),
    ],
)
def test_names_of_fields_that_are_not_in_snake_case_are_found(
    name: str, better: str
) -> None:
    assert found(fields(f"{name}: {{type: int}}")) == [
        f"spec.yaml:25:7: warning: field '{name}' is not in snake_case,"
        f" write '{better}' [name-style]",
    ]


def test_names_of_members_that_are_not_in_snake_case_are_found() -> None:
    assert found(("fog: Fog", "fog: Fog\n      TwiLight: Dusk")) == [
        "spec.yaml:30:7: warning: enum member 'TwiLight' is not in snake_case,"
        " write 'twi_light' [name-style]",
    ]


@pytest.mark.parametrize("name", ["class_", "p_1", "v2x", "x", "l1_n", "iso_15118_on"])
def test_names_in_snake_case_are_fine(name: str) -> None:
    assert found(fields(f"{name}: {{type: int}}")) == []


@pytest.mark.parametrize("name", ["V2X", "Get15118Certificate", "EVSE", "A"])
def test_names_in_cap_words_are_fine(name: str) -> None:
    assert found(("  Report:\n", f"  {name}:\n")) == []


def test_unknown_sender_is_found() -> None:
    assert found(("sender: client", "sender: unknown")) == [
        "spec.yaml:8:3: warning: nobody knows who sends 'Report',"
        " write 'sender: server', 'client' or 'both' [missing-sender]",
    ]


def test_action_without_a_description_is_found() -> None:
    assert found(("    description: Rain.\n", "")) == [
        "spec.yaml:8:3: warning: action 'Report' has no description,"
        " say in a sentence what it is for [missing-description]",
    ]


def test_datatype_for_one_field_that_equals_another_is_found() -> None:
    more = "Spot: {description: Here., fields: {height: {type: int, description: Up.}}}"
    assert found(fields("spot: {type: Spot}"), types(more)) == []
    uses = (
        "      sky:",
        "      spot: {type: Spot}\n      place: {type: Place}\n      sky:",
    )
    assert found(uses, types(more)) == [
        "spec.yaml:27:3: warning: datatype 'Spot' has the fields of 'Place',"
        " use that one; see line 24 [repeated-datatype]",
    ]


def test_one_of_two_equal_datatypes_for_one_field_each_is_kept() -> None:
    uses = ("      sky:", "      spot: {type: list, items: Spot}\n      sky:")
    assert found(uses, types("Spot: {fields: {height: {type: int}}}")) == [
        "spec.yaml:26:3: warning: datatype 'Spot' has the fields of 'Place',"
        " use that one; see line 23 [repeated-datatype]",
    ]


def test_equal_datatypes_for_several_fields_are_fine() -> None:
    uses = "      spot: {type: Spot}\n      next: {type: Spot}\n"
    places = "      place: {type: Place}\n      other: {type: Place}\n"
    assert not found(
        ("      sky:", f"{uses}{places}      sky:"),
        types("Spot: {fields: {height: {type: int}}}"),
    )


@pytest.mark.parametrize(
    "other",
    [
        "{fields: {height: {type: float}}}",
        "{fields: {height: {type: int, required: true}}}",
        "{fields: {height: {type: int, wire: Height}}}",
        "{fields: {height: {type: int, minimum: 0}}}",
        "{fields: {height: {type: int, default: 0}}}",
        "{fields: {height: {type: list, items: int}}}",
        "{fields: {depth: {type: int, wire: height}}}",
        "{fields: {height: {type: int}, depth: {type: int}}}",
        "{fields: {}}",
        "{open: true, fields: {height: {type: int}}}",
    ],
)
def test_datatypes_that_differ_are_fine(other: str) -> None:
    uses = ("      sky:", "      spot: {type: Spot}\n      sky:")
    assert found(uses, types(f"Spot: {other}")) == []


def test_subsets_of_an_enum_that_differ_are_fine() -> None:
    uses = ("      rain:", "      a: {type: A}\n      b: {type: B}\n      rain:")
    same, other = "{s: {type: Sky, only: [fog]}}", "{s: {type: Sky, only: [clear]}}"
    assert not found(uses, types(f"A: {{fields: {same}}}", f"B: {{fields: {other}}}"))
    assert found(uses, types(f"A: {{fields: {same}}}", f"B: {{fields: {same}}}"))


def test_enum_with_the_values_of_another_is_told_of() -> None:
    uses = fields("light: {type: Light}", "dark: {type: Dark}")
    assert found(
        uses,
        ("unseen: Off\n", "unseen: Off\n  Light:\n    values: {a: A, b: B}\n"),
        enums("Dark: {values: {b: B, a: A}}"),
    ) == [
        "spec.yaml:34:3: info: enum 'Light' has the values of 'Dark', see line 28"
        " [repeated-enum]",
    ]


def test_enums_that_differ_in_a_name_or_a_value_are_fine() -> None:
    assert not found(
        fields("a: {type: A}", "b: {type: B}", "c: {type: C}", "d: {type: D}"),
        enums(
            "A: {values: {a: X}}",
            "B: {values: {b: X}}",
            "C: {values: {a: 1}}",
            'D: {values: {a: "1"}}',
        ),
    )


def test_lengths_that_differ_for_one_wire_name_are_told_of() -> None:
    codes = "    response:\n      code: {type: str, max_length: 9}\n"
    assert found(
        ("    response: {}\n", codes),
        fields("codes: {type: list, wire: code, items: {type: str, max_length: 8}}"),
    ) == [
        "spec.yaml:17:7: info: max_length of 'code' is 9 here,"
        " and 8 in datatypes.Station.fields.code [uneven-length]",
    ]


def test_length_that_most_fields_have_is_right() -> None:
    assert found(
        fields("code: {type: str, max_length: 9}"),
        types("Other: {fields: {code: {type: str, max_length: 9}}}"),
        ("      sky:", "      other: {type: Other}\n      sky:"),
    ) == [
        "spec.yaml:21:7: info: max_length of 'code' is 8 here,"
        " and 9 in datatypes.Place.fields.code [uneven-length]",
    ]


def test_text_of_any_length_is_told_of() -> None:
    assert found(
        fields(
            "name: {type: str}",
            "names: {type: list, items: {type: list, items: str}}",
            "since: {type: str, format: date-time}",
            "short: {type: str, max_length: 3}",
            "sky: {type: Sky}",
            "other: {type: any}",
        )
    ) == [
        "spec.yaml:25:7: info: field 'name' can be a text of any length,"
        " give it a max_length [missing-length]",
        "spec.yaml:26:7: info: field 'names' can be a text of any length,"
        " give it a max_length [missing-length]",
    ]


def test_wire_name_that_the_rule_gives_is_found_where_it_stands() -> None:
    assert found(
        fields(
            "air_pressure: {type: int, wire: airPressure}",
            "pressure: {type: int, wire: PRESSURE}",
        )
    ) == [
        "spec.yaml:25:39: warning: field 'air_pressure' is 'airPressure' by the rule,"
        " leave 'wire' out [redundant-wire]",
    ]


def test_field_of_all_messages_is_looked_at_once() -> None:
    common = "common: {fields: {custom: {type: Custom, wire: custom}}}\n"
    assert found(
        ("actions:\n", f"{common}actions:\n"),
        types("Custom: {fields: {vendorId: {type: str}}}"),
    ) == [
        "spec.yaml:7:48: warning: field 'custom' is 'custom' by the rule,"
        " leave 'wire' out [redundant-wire]",
        "spec.yaml:26:21: info: field 'vendorId' can be a text of any length,"
        " give it a max_length [missing-length]",
        "spec.yaml:26:21: warning: field 'vendorId' is not in snake_case,"
        " write 'vendor_id' [name-style]",
    ]


# Overlays


def test_overlay_of_needed_changes_is_clean() -> None:
    overlay = """\
extends: base.yaml
package: tides
class_suffix: ""
amend:
  actions.Report: {sender: both}
  actions.Report.request.wind: {maximum: 120, minimum: 1}
  enums.Sky.values.fog: Mist
add:
  datatypes.Tide: {fields: {level: {type: float}}}
  actions.Report.request.tide: {type: Tide}
  actions.Report.request.gusts: &gusts {type: float, maximum: 200}
  actions.Report.request.peak: *gusts
remove:
  - actions.Report.request.rain
  - datatypes.Station.fields.place
  - datatypes.Place
"""
    assert lint_overlay(overlay) == []


def undone(line: str, path: str, by: int, hint: str = "leave this one out") -> str:
    return f"overlay.yaml:{line}: line {by} undoes the change of '{path}', {hint}"


FOG = "enums.Sky.values.fog"
HAZE = "enums.Sky.values.haze"
UNSEEN = "enums.Sky.values.unseen"
SKY = "actions.Report.request.sky"
WIND = "actions.Report.request.wind"
RAIN = "actions.Report.request.rain"
SMALLER = [
    (
        "package: weather\nversion: 2\n",
        ["overlay.yaml:2:1: 'package' is so in the base, leave it out"],
        "version: 2\n",
    ),
    (
        "amend: {package: a}\npackage: b\n",
        [undone("2:9", "package", 3)],
        "package: b\n",
    ),
    (
        f"amend:\n  {WIND}: {{maximum: 5, minimum: 1}}\n  {WIND}.maximum: 6\n",
        [undone("3:33", f"{WIND}.maximum", 4)],
        f"amend: {{{WIND}: {{maximum: 6, minimum: 1}}}}\n",
    ),
    (
        f"amend:\n  {RAIN}.items: {{type: float}}\n"
        f"  {RAIN}.items.type: str\n  {RAIN}: {{items: bool}}\n",
        [
            undone("3:3", f"{RAIN}.items", 5),
            undone("4:3", f"{RAIN}.items.type", 5),
        ],
        f"amend: {{{RAIN}: {{items: bool}}}}\n",
    ),
    (
        f"amend: {{{FOG}: Mist}}\nremove: [{SKY}, {FOG}]\nadd: {{{SKY}: {{type: Sky}}}}",
        [undone("2:9", FOG, 3)],
        f"remove: [{SKY}, {FOG}]\nadd: {{{SKY}: {{type: Sky}}}}",
    ),
    (
        f"add: {{{HAZE}: Haze}}\nremove: [{HAZE}]\n",
        [undone("2:7", HAZE, 3, "leave out both")],
        "",
    ),
    (
        "remove:\n  - datatypes.Station.fields.place\n"
        "  - datatypes.Place.fields.height\n  - datatypes.Place\n",
        [undone("4:5", "datatypes.Place.fields.height", 5)],
        "remove:\n  - datatypes.Station.fields.place\n  - datatypes.Place\n",
    ),
    (
        f"remove: [{UNSEEN}]\nadd: {{{UNSEEN}: Off}}\n",
        [
            f"overlay.yaml:3:7: '{UNSEEN}' is put back as it was,"
            " leave out its removal as well"
        ],
        "",
    ),
    (
        "add:\n  datatypes.Tide: {fields: {level: {type: int}}}\n"
        "  datatypes.Tide.fields.low: {type: bool}\n"
        "  actions.Report.request.tide: {type: Tide}\n"
        "amend: {datatypes.Tide: {description: Of the sea.}}\n",
        [
            "overlay.yaml:4:3: line 3 adds what 'datatypes.Tide.fields.low' is in,"
            " say it there",
            "overlay.yaml:6:26: line 3 adds what 'datatypes.Tide.description' is in,"
            " say it there",
        ],
        "add:\n  actions.Report.request.tide: {type: Tide}\n"
        "  datatypes.Tide: {description: Of the sea.,"
        " fields: {level: {type: int}, low: {type: bool}}}",
    ),
]


@pytest.mark.parametrize(
    ("more", "expected", "less"), SMALLER, ids=[more for more, _, _ in SMALLER]
)
def test_overlay_that_could_be_smaller_is_found(
    more: str, expected: list[str], less: str
) -> None:
    expected = [
        f"{line.replace(': ', ': warning: ', 1)} [overlay-smaller]" for line in expected
    ]
    assert lint_overlay(f"extends: base.yaml\n{more}") == expected
    made = load(read_source(Path("overlay.yaml")))
    assert lint_overlay(f"extends: base.yaml\n{less}") == []
    assert facts(made) == facts(load(read_source(Path("overlay.yaml"))))


@pytest.mark.parametrize(
    "changes",
    [
        # Moved to the end.
        f"remove: [{FOG}, {SKY}.except]\nadd: {{{FOG}: Fog}}",
        # Another value, at the end.
        f"remove: [{UNSEEN}]\nadd: {{{UNSEEN}: Out}}",
        # What was the last is the last but one.
        f"remove: [{UNSEEN}]\nadd: {{{HAZE}: Haze, {UNSEEN}: Off}}",
        # A copy that differs in something can't be said in another way.
        f"add:\n  {WIND}_1: &wind {{type: int}}\n  {WIND}_2: *wind\n"
        f"amend: {{{WIND}_2: {{maximum: 5}}}}",
    ],
)
def test_overlay_that_could_not_be_smaller_is_clean(changes: str) -> None:
    assert lint_overlay(f"extends: base.yaml\n{changes}\n") == []


def test_overlay_may_undo_what_another_one_did() -> None:
    two = f"package: two\nremove: [{UNSEEN}]\nadd: {{{HAZE}: Haze}}"
    write_spec(Path(), f"extends: base.yaml\n{two}", "two.yaml")
    back = f"package: weather\nremove: [{HAZE}]\nadd: {{{UNSEEN}: Off}}"
    assert lint_overlay(f"extends: two.yaml\n{back}") == []


def test_finding_in_a_base_has_its_place_there() -> None:
    base = changed(CLEAN, ("    description: Rain.\n", ""))
    overlay = "extends: base.yaml\nadd: {enums.Sea: {values: {a: A}}}"
    assert lint_overlay(overlay, base) == [
        "base.yaml:8:3: warning: action 'Report' has no description,"
        " say in a sentence what it is for [missing-description]",
        "overlay.yaml:2:7: warning: no message holds the enum 'Sea', remove it"
        " [unused-type]",
    ]


# Switched off


def switched_off(*lines: str) -> list[str]:
    """What is said of a spec with two unused types, a strange name, and these switch-offs."""
    lint = "".join(f"  {line}\n" for line in lines)
    return found(
        types("Tide: {fields: {levelOf: {type: int}}}"),
        ("  Sky:\n", "  Low: {values: {low: A}}\n  Sky:\n"),
        ("actions:\n", f"lint:\n{lint}actions:\n"),
    )


def rules_of(lines: list[str]) -> list[str]:
    return [line.rpartition("[")[2][:-1] for line in lines]


def test_rule_is_switched_off_for_a_part() -> None:
    off = switched_off("unused-type: {enums.Low: Shown in our tool.}")
    assert [line.partition(",")[0] for line in off] == [
        "spec.yaml:27:3: warning: no message holds the datatype 'Tide'",
        "spec.yaml:27:19: warning: field 'levelOf' is not in snake_case",
    ]


@pytest.mark.parametrize(
    "place", ["datatypes", "datatypes.Tide", "datatypes.Tide.fields", "'*'"]
)
def test_rule_that_is_switched_off_for_a_part_is_so_for_all_in_it(place: str) -> None:
    off = switched_off(f"name-style: {{{place}: Printed on the box.}}")
    assert rules_of(off) == ["unused-type", "unused-type"]


def test_place_is_no_part_of_what_only_begins_like_it() -> None:
    off = switched_off(
        "unused-type: {datatypes.Tide: Ours., enums.Low: Ours.}",
        "name-style: {datatypes.Tide.fields.level: Printed on the box.}",
    )
    assert off == [
        "spec.yaml:9:16: error: the spec has no 'datatypes.Tide.fields.level',"
        " did you mean 'datatypes.Tide.fields.levelOf'? [switch-off]",
        "spec.yaml:28:19: warning: field 'levelOf' is not in snake_case,"
        " write 'level_of' [name-style]",
    ]


def test_switch_offs_that_are_no_use_are_found() -> None:
    off = switched_off(
        "unused-type:",
        "  datatypes.Tide: Ours.",
        "  enums.Low: Ours.",
        "  enums.Sky: Ours.",
        "unused-typ: {enums.Sky: Ours.}",
        "name-style: {datatypes.Tide.fields.levelOf: Ours., Tide: Ours.}",
        "missing-length: {'*': Ours.}",
    )
    assert off == [
        "spec.yaml:11:5: warning: unused-type finds nothing at 'enums.Sky', leave it out"
        " [switch-off]",
        "spec.yaml:12:16: error: lint has no rule 'unused-typ',"
        " did you mean 'unused-type'? [switch-off]",
        "spec.yaml:13:54: error: the spec has no 'Tide',"
        " expected 'datatypes.Tide' [switch-off]",
        "spec.yaml:14:20: warning: missing-length finds nothing at '*', leave it out"
        " [switch-off]",
    ]


def test_finding_may_be_switched_off_twice() -> None:
    off = switched_off(
        "unused-type: {datatypes: Ours., datatypes.Tide: Ours., enums: Ours.}",
        "name-style: {'*': Ours.}",
    )
    assert off == []


def test_switch_offs_can_not_be_switched_off() -> None:
    off = switched_off("switch-off: {'*': Ours.}")
    assert off[0].startswith("spec.yaml:8:16: error: lint has no rule 'switch-off', ")


def test_places_that_can_be_named_are_all_there_are() -> None:
    places = [
        *("actions", "actions.Report", "actions.Report.response", "datatypes"),
        *("actions.Report.request.wind", "datatypes.Place.fields.height", "enums.Sky"),
        *(FOG, UNSEEN, "package"),
    ]
    switched = "".join(f"    {place}: Ours.\n" for place in places)
    lines = lint_overlay(
        f"extends: base.yaml\nlint:\n  name-style:\n{switched}"
        f"package: tides\nremove: [{UNSEEN}]\n"
    )
    assert len(lines) == len(places)
    assert all(" warning: name-style finds nothing at " in line for line in lines)


def test_overlay_switches_rules_off_for_itself() -> None:
    overlay = """\
extends: base.yaml
package: weather
add: {enums.Sea: {values: {a: A}}}
lint:
  unused-type: {enums.Sea: Ours.}
  overlay-smaller: {package: As a reminder.}
"""
    assert lint_overlay(overlay) == []


def test_what_an_overlay_inherits_may_be_of_no_use_to_it() -> None:
    lint = "lint: {unused-type: {enums.Sky: Ours., enums.Sea: Ours.}, odd: {a: A}}\n"
    assert len(found(("actions:\n", f"{lint}actions:\n"))) == 3
    base = changed(CLEAN, ("actions:\n", f"{lint}actions:\n"))
    assert lint_overlay("extends: base.yaml\npackage: tides\n", base) == []


def test_overlay_takes_switch_offs_of_its_base_back() -> None:
    lint = "lint: {missing-description: {'*': Later.}}\n"
    base = changed(
        CLEAN, ("    description: Rain.\n", ""), ("actions:\n", f"{lint}actions:\n")
    )
    assert lint_overlay("extends: base.yaml\npackage: tides\n", base) == []
    overlay = "extends: base.yaml\nremove: [lint.missing-description.*]\n"
    assert rules_of(lint_overlay(overlay, base)) == ["missing-description"]


# All of it


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.name)
def test_bundled_specs_have_nothing_that_a_rule_warns_of(file: Path) -> None:
    findings = lint_source(read_source(file))
    assert [str(each) for each in findings if each.severity != "info"] == []


def test_spec_of_another_protocol_can_be_linted() -> None:
    assert set(rules_of([str(finding) for finding in lint(load_text(BASE))])) == {
        *("missing-description", "missing-length"),
    }


@pytest.mark.parametrize("overlay", [False, True])
def test_damaged_specs_can_be_linted(overlay: bool) -> None:
    write_spec(Path(), SMALL, "base.yaml")
    data = RICH if overlay else SMALL.encode()
    linted = 0
    for seed in range(200):
        Path("spec.yaml").write_bytes(damaged(data, seed))
        for finding in lint_specs([partial(find_source, "spec.yaml")]):
            assert str(finding).isprintable()
            assert finding.span.line > 0
            assert finding.hint
            linted += bool(finding.rule)
    assert linted


def test_findings_are_in_the_order_of_their_places() -> None:
    spans = [finding.span for finding in lint(load_text(BASE))]
    assert spans == sorted(spans)


# Formats

FINDING = Diagnostic(Span("a b.yaml", 3, 5), "is 'so'", "mend it", "warning", "x-y")


def test_text_names_the_rule() -> None:
    assert FORMATS["text"](FINDING) == "a b.yaml:3:5: warning: is 'so', mend it [x-y]"


def test_json_is_an_object_on_one_line() -> None:
    text = FORMATS["json"](FINDING._replace(message='"\n\u2028é'))
    assert text.isprintable()
    assert json.loads(text) == {
        "file": "a b.yaml",
        "line": 3,
        "column": 5,
        "severity": "warning",
        "rule": "x-y",
        "message": '"\n\u2028é',
        "hint": "mend it",
    }


@pytest.mark.parametrize(
    ("severity", "command"),
    [("error", "error"), ("warning", "warning"), ("info", "notice")],
)
def test_github_command_goes_with_the_severity(
    severity: Severity, command: str
) -> None:
    assert FORMATS["github"](FINDING._replace(severity=severity)) == (
        f"::{command} file=a b.yaml,line=3,col=5,title=x-y::is 'so', mend it"
    )


def test_github_command_leaves_out_what_is_not_known() -> None:
    assert FORMATS["github"](Diagnostic(Span("pyproject.toml"), "wrong")) == (
        "::error file=pyproject.toml::wrong"
    )


def test_github_command_can_not_be_forged() -> None:
    file = "a,line=9::b%0A.yaml\n::error::c"
    text = FORMATS["github"](Diagnostic(Span(file, 1), "100%:\r\n::warning::d, e"))
    assert text == (
        "::error file=a%2Cline=9%3A%3Ab%250A.yaml%0A%3A%3Aerror%3A%3Ac,line=1"
        "::100%25:%0D%0A::warning::d, e"
    )
