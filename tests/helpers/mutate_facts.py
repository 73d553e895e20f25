"""Does test_reference.py notice when a fact changes? Change each one and see.

    python tests/helpers/mutate_facts.py [--jobs 2] [--only TEXT] [--every N]

A mutant is one change of a generated module or document of OCPP 1.6: another name, type,
limit, value, title or cell, a line left out or two lines swapped. It is written into a copy
of the tree, and the tests run in a fork until one fails. Mutants that no test notices are
printed; the exit code is 1 if there are any. All of them take some minutes.

The suite runs a sample of them (test_tools.py).
"""

# ruff: noqa: RUF001

from __future__ import annotations

import argparse
import compileall
import gc
import itertools
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("generated", "generator", "spec", "templates", "tests", "pyproject.toml")
PACKAGE = Path("generated/ocpp/v16")
MODULES = [
    PACKAGE / f"{module}.py" for module in ("call", "call_result", "datatypes", "enums")
]
TITLES = {
    "en": "Request_and_Response_Message_Data_Structure_Description_V16.md",
    "zh": "请求与应答消息数据结构说明_V16.md",
}
DOCUMENTS = [Path("generated/docs", *item) for item in TITLES.items()]

OLD = 1_000_000_000  # time of unchanged files: compiled ones never fit a changed file


class Mutant(NamedTuple):
    """One change of a file: other text from `start` to `end`."""

    file: Path
    line: int
    what: str
    start: int
    end: int
    new: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"

    def of(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


class Rule(NamedTuple):
    """What to change: the first group of the pattern, wherever it matches."""

    what: str
    pattern: str
    change: Callable[[str], str]


def renamed(name: str) -> str:
    return f"{name}x"


def more(number: str) -> str:
    return str(int(number) + 1)


def gone(text: str) -> str:
    return ""


def swapped(*words: str) -> Callable[[str], str]:
    """Each word becomes the next, the last one the first."""
    following = dict(zip(words, (*words[1:], words[0]), strict=True))
    return lambda word: following[" ".join(word.split())]


def other_type(name: str) -> str:
    if name.startswith("list["):
        return name[len("list[") : -1]
    return {"str": "int", "int": "str", "enums.Action": "str"}.get(name, "enums.Action")


TYPE = r"(?:list\[)*[\w.]+\]*"

PYTHON = [
    Rule("version in the title", r'\A#.*\n""".* (1\.6)\.', lambda _: "1.7"),
    Rule("class name", r"^class (\w+)\(", renamed),
    Rule(
        "base class", r"^class \w+\((StrEnum|IntEnum)\)", swapped("StrEnum", "IntEnum")
    ),
    Rule("slots", r"^@dataclass\((slots=True, )", gone),
    Rule("action in the summary", r'^    """(\w+) (?:request|response), sent', renamed),
    Rule("kind of message", r'^    """\w+ (\w+), sent', swapped("request", "response")),
    Rule(
        "sender",
        r", sent by the (server or the client|server|client)\.",
        swapped("server", "client", "server or the client"),
    ),
    Rule("name in the summary", r'^    """(\w+) structured data\.', renamed),
    Rule("name in the summary", r'^    """Values of (\w+)\.', renamed),
    Rule("action", r'^    ACTION = "(\w+)"', renamed),
    Rule("field name", r"^    (\w+): ", renamed),
    Rule("field type", rf"^    \w+: ({TYPE})", other_type),
    Rule("None of an optional field", r"^    \w+: .*( \| None) = None$", gone),
    Rule("default", r"^    \w+: .* = (None)$", lambda _: "0"),
    Rule("no default", r"^    \w+: .*( = None)$", gone),
    Rule("field not required", rf"^    \w+: {TYPE}()$", lambda _: " | None = None"),
    Rule("told name", rf"^        (\w+) \({TYPE}\):", renamed),
    Rule("told type", rf"^        \w+ \(({TYPE})\):", other_type),
    Rule(
        "Required",
        rf"^        \w+ \({TYPE}\):\s+(Required|Optional)\.",
        swapped("Required", "Optional"),
    ),
    Rule("limit", r"[Aa]t\s+most\s+(\d+)\s+characters\.", more),
    Rule("no limit", r"(\s+At\s+most\s+\d+\s+characters\.)", gone),
    Rule("no limit", r"(\s+Each\s+element:\s+at\s+most\s+\d+\s+characters\.)", gone),
    Rule("limit of elements", r"(Each\s+element:\s+at)\s+most", lambda _: "At"),
    Rule(
        "format",
        r" (ISO\s+8601\s+date-time|URI)\.",
        swapped("ISO 8601 date-time", "URI"),
    ),
    Rule("no format", r"(\s+(?:ISO\s+8601\s+date-time|URI)\.)$", gone),
    Rule("wire name", r"Name\s+on\s+the\s+wire:\s+(\w+)\.", renamed),
    Rule("no wire name", r"(\s+Name\s+on\s+the\s+wire:\s+\w+\.)", gone),
    Rule("no fields", r"^    (No fields\.)", lambda _: "Attributes:"),
    Rule("member name", r'^    (?!ACTION)(\w+) = ["\d]', renamed),
    Rule("text value", r'^    (?!ACTION)\w+ = "(.*)"$', renamed),
    Rule("number value", r"^    \w+ = (\d+)$", more),
]

# Titles and labels in any language; the words of Chinese cells are changed as wholes.
MARKDOWN = [
    Rule("version in the title", r"^# .* v(1\.6)", lambda _: "1.7"),
    Rule("level", r"^(#+) ", lambda level: f"{level}#"),
    Rule("id of a heading", r'^#+ <span id="([\w-]+)">', renamed),
    Rule("id before a heading", r'^<a id="([\w-]+)"></a>$', renamed),
    Rule("title", r"^#+ (?:<span[^>]*>)?([^`<\n]+)", renamed),
    Rule("module of a heading", r"^#+ .*`(\w+)\.\w+`", renamed),
    Rule("class of a heading", r"^#+ .*`\w+\.(\w+)`", renamed),
    Rule("module of a chapter", r"^- .*`ocpp\.v16\.(\w+)`", renamed),
    Rule("package", r"^- .*`(ocpp\.v16)`", renamed),
    Rule("column title", r"([^|\n]+)(?=\|(?:[^|\n]+\|)*\n\|:---)", renamed),
    Rule("label of a table", r"^(\*\*.*\*\*\n)\n[|-]", gone),
    Rule("no parameters", r"^(- (?:No Parameters|无参数)\n)", gone),
    Rule("field or member", r"^\|(\w+)\|\w+\|", renamed),
    Rule(
        "label",
        r"^\|\w+\|(str|int|float|bool|obj|list)\|",
        swapped("str", "int", "float", "bool", "obj", "list"),
    ),
    Rule("required", r"\|(Yes|No)\|$", swapped("Yes", "No")),
    Rule("required", r"\|(是|否)\|$", swapped("是", "否")),
    Rule("number", r"^\|\w+\|\w+\|.*?(\d+)\|[^|]*\|$", more),
    Rule("no description", r"^\|\w+\|\w+\|([^|\n]+)\|[^|\n]*\|$", gone),
    Rule("some description", r"^\|\w+\|\w+\|()\|[^|\n]*\|$", lambda _: "x: 1"),
    Rule("name of a link", r"^\|.*\[`(\w+)`\]", renamed),
    Rule("target of a link", r"^\|.*\]\(#([\w-]+)", renamed),
    Rule("title of a link", r'^\|.*\]\(#[\w-]+ "(\w+)', renamed),
    Rule(
        "kind of a link", r"^\|.*\]\(#(enums|datatypes)-", swapped("enums", "datatypes")
    ),
    Rule("words before a link", r"^\|\w+\|\w+\|([^`|\[]+)\[", gone),
    Rule("words before a number", r"^\|\w+\|\w+\|(?:.*[,，])?([^`|,，]+)\d+\|", gone),
    Rule("words", r"^\|\w+\|str\|([^`|]*[^`|\d])\|", renamed),
    Rule("type of elements", r"^\|\w+\|list\|.*`(\w+)`[,，|]", swapped("str", "int")),
    Rule("value", r"^\|\w+\|\w+\|`(.*)`\|$", renamed),
    Rule("field of a note", r"^- `(\w+)`[:：]", renamed),
    Rule("wire name", r"(?:on the wire: |报文中的名称为 )`(\w+)`", renamed),
    Rule("no wire name", r"( (?:Name on the wire: |报文中的名称为 )`\w+`[.。])", gone),
    Rule("link to the other language", r"\]\((\.\./.*)\)", renamed),
]

# Lines that can be left out or swapped with the next one of their kind.
PYTHON_LINES = re.compile(r'    (?!ACTION)\w+(: .*| = ["\d].*)|        \w+ \(.*\): .*')
MARKDOWN_LINES = re.compile(r"\|\w+\|\w+\|.*\|")


def mutants(tree: Path) -> Iterator[Mutant]:
    for files, rules, lines in (
        (MODULES, PYTHON, PYTHON_LINES),
        (DOCUMENTS, MARKDOWN, MARKDOWN_LINES),
    ):
        for file in files:
            text = (tree / file).read_text(encoding="utf-8")
            yield from by_rules(file, text, rules)
            yield from by_lines(file, text, lines)
            yield from by_blocks(file, text)


def mutant(file: Path, text: str, start: int, end: int, new: str, what: str) -> Mutant:
    return Mutant(file, text.count("\n", 0, start) + 1, what, start, end, new)


def by_rules(file: Path, text: str, rules: list[Rule]) -> Iterator[Mutant]:
    for rule in rules:
        for match in re.finditer(rule.pattern, text, re.MULTILINE):
            new = rule.change(match[1])
            what = f"{rule.what}: {match[1]!r} becomes {new!r}"
            yield mutant(file, text, *match.span(1), new, what)


def by_lines(file: Path, text: str, pattern: re.Pattern[str]) -> Iterator[Mutant]:
    start = 0
    lines = text.splitlines(keepends=True)
    for line, following in itertools.pairwise(lines):
        end = start + len(line)
        if pattern.fullmatch(line.rstrip()):
            yield mutant(file, text, start, end, "", f"left out: {line.strip()!r}")
            if pattern.fullmatch(following.rstrip()):
                what = f"swapped with the next: {line.strip()!r}"
                new, end = following + line, end + len(following)
                yield mutant(file, text, start, end, new, what)
        start += len(line)


def by_blocks(file: Path, text: str) -> Iterator[Mutant]:
    """Swap each class with the next, and each section that has an id."""
    pattern = r"^(?=@dataclass|class \w+\(\w+Enum\)|<a id=.*\n\n#{4} |### <span)"
    start, *starts = (match.start() for match in re.finditer(pattern, text, re.M))
    for middle, end in itertools.pairwise([*starts, len(text)]):
        blocks = text[middle:end].rstrip(), text[start:middle].rstrip()
        new = f"{blocks[0]}{text[start:middle][len(blocks[1]):]}{blocks[1]}"
        what = f"swapped with the next: {blocks[1].splitlines()[0]!r}..."
        yield mutant(file, text, start, start + len(new), new, what)
        start = middle


# Running the tests


class Trial:
    """A plugin of pytest: runs the collected tests on each mutant, each time in a fork."""

    def __init__(self, tree: Path, mutants: list[Mutant], log: Path) -> None:
        self._tree = tree
        self._mutants = mutants
        self._log = log

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.modules["test_reference"].corrected()  # once here rather than in every fork
        gc.freeze()
        with self._log.open("w", encoding="utf-8") as log:
            items = [
                item for item in session.items if isinstance(item, pytest.Function)
            ]
            if self._fails(items):
                log.write("fails without any change\n")
                return True
            for mutant in self._mutants:
                file = self._tree / mutant.file
                original = file.read_text(encoding="utf-8")
                changed = mutant.of(original)
                file.write_text(changed, encoding="utf-8")
                noticed = self._fails(concerned(items, mutant, changed))
                file.write_text(original, encoding="utf-8")
                os.utime(file, (OLD, OLD))
                log.write("noticed\n" if noticed else f"{mutant}\n")
                log.flush()
        return True

    def _fails(self, items: list[pytest.Function]) -> bool:
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] != 0
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                reports = runtestprotocol(item, nextitem=following, log=False)
                if any(report.failed for report in reports):
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(2)


def concerned(
    items: list[pytest.Function], mutant: Mutant, text: str
) -> list[pytest.Function]:
    """The tests that can notice a mutant, the most likely ones first."""
    about_code = [
        item for item in items if {"modules", "package"} & {*item.fixturenames}
    ]
    if mutant.file.suffix == ".md":
        about_documents = [item for item in items if item not in about_code]
        likely = re.compile(
            r"english|\[en" if "/en/" in str(mutant.file) else r"chinese|\[zh"
        )
        return sorted(about_documents, key=lambda item: not likely.search(item.name))
    head = "\n".join(text.split("\n")[: mutant.line + 3])
    names = re.findall(r"^class (\w+)", head, re.MULTILINE) or [""]
    return sorted(about_code, key=lambda item: f"{names[-1]}]" not in item.name)


def work(tree: Path, mutants: list[Mutant], log: Path) -> None:
    """Try mutants in a copy of the tree; in a process of its own."""
    sys.dont_write_bytecode = True
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    options = "-p no:xdist -p no:cacheprovider -o addopts= --tb=native --assert=plain"
    pytest.main(
        [
            str(tree / "tests/facts/test_reference.py"),
            f"--rootdir={tree}",
            *options.split(),
        ],
        plugins=[Trial(tree, mutants, log)],
    )


def copy_tree(tree: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name)
        else:
            shutil.copy(ROOT / name, tree / name)
    for file in tree.rglob("*"):
        os.utime(file, (OLD, OLD))
    compileall.compile_dir(tree / PACKAGE, quiet=1, force=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--only", default="", help="mutants that have this in their name"
    )
    parser.add_argument("--every", type=int, default=1, help="only each nth of these")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        trees = [Path(folder, str(number)) for number in range(arguments.jobs)]
        copy_tree(trees[0])
        chosen = [each for each in mutants(trees[0]) if arguments.only in str(each)]
        chosen = chosen[:: arguments.every]
        logs = []
        workers = []
        for number, tree in enumerate(trees):
            if number:
                shutil.copytree(trees[0], tree)
            logs.append(tree / "log")
            share = chosen[number :: arguments.jobs]
            worker = multiprocessing.Process(target=work, args=(tree, share, logs[-1]))
            worker.start()
            workers.append(worker)
        for worker in workers:
            worker.join()
        lines = [line for log in logs for line in log.read_text("utf-8").splitlines()]
    survivors = [line for line in lines if line != "noticed"]
    print("\n".join(sorted(survivors)))
    seconds = time.monotonic() - started
    print(
        f"{len(lines)} of {len(chosen)} mutants tried, {len(survivors)} survive ({seconds:.0f} s)"
    )
    return int(bool(survivors) or len(lines) < len(chosen))


if __name__ == "__main__":
    sys.exit(main())
