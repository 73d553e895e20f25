"""Take each check out of a generated codec in turn; a test vector must fail each time.

    python tests/helpers/mutate_codec.py [v16 | v16_oca | base ...]

A mutant is a function of `_codec` with one change, made in its syntax tree. It runs
against all vectors of the messages that can reach it: reading runs `from_dict` and
`from_json`, writing runs `to_dict` and `to_json` of objects that were made without checks.
What survives must be of a class in EQUIVALENT, where no vector can tell the difference.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

from messages import Package
from specs import load_text
from vector_files import (
    SPECS,
    Vectors,
    can_be_held,
    check_reading,
    check_reading_of_host,
    check_writing,
    check_writing_of_host,
    package_and_vectors,
    rendered_package_and_vectors,
)

from generator.spec.model import Datatype, Field, Message

CODEC_MODULES = [
    f"_codec.{verb}_{classes}"
    for verb in ("decode", "encode", "write")
    for classes in ("enums", "datatypes", "call", "call_result")
]


class Mutant(NamedTuple):
    """A codec without one of its checks.

    Attributes:
        function: Name of the changed function, or of the changed table.
        kind: What was taken out.
        text: The code that was changed.
        make: Changes the codec; returns what takes the change back.
    """

    function: str
    kind: str
    text: str
    make: Callable[[], Callable[[], None]]


class Equivalent(NamedTuple):
    """A class of mutants that do the same as the original.

    Attributes:
        kind: What was taken out.
        functions: What the name of the changed function begins with.
        text: Pattern of the code that was taken out.
        reason: Why it makes no difference.
    """

    kind: str
    functions: tuple[str, ...]
    text: str
    reason: str

    def holds(self, mutant: Mutant) -> bool:
        """Return whether a mutant is of this class."""
        return (
            mutant.kind == self.kind
            and mutant.function.startswith(self.functions)
            and re.match(self.text, mutant.text) is not None
        )


EQUIVALENT = (
    Equivalent(
        "required field",
        ("decode_",),
        "",
        "What get() returns for a missing field, None, is refused as a value or, where the "
        "field is of type any, by the number of fields; _explain.py calls it missing anyway.",
    ),
    Equivalent(
        "type of object",
        ("encode_request_", "encode_response_", "write_request_", "write_response_"),
        "",
        "The methods of a message pass the message itself, which is of its class.",
    ),
    Equivalent(
        "operand",
        ("write_",),
        r"type\(v\) is not str in ",
        "quote() takes nothing but text; that of a derived class it quotes in the same way.",
    ),
    Equivalent(
        "whole check",
        ("write_",),
        r"type\(v\) is not str$",
        "quote() takes nothing but text; that of a derived class it quotes in the same way.",
    ),
    Equivalent(
        "conversion",
        ("write_",),
        r"as_any\(",
        "dumps() refuses what as_any() refuses of JSON: numbers that aren't finite.",
    ),
    Equivalent(
        "operand",
        ("decode_", "encode_", "write_"),
        "v % 1 in ",
        "Every whole number is a multiple of 1.",
    ),
    Equivalent(
        "argument",
        ("decode_", "encode_", "write_"),
        r"multiple_of='1' in as_int\(",
        "Every whole number is a multiple of 1.",
    ),
    Equivalent(
        "operand",
        ("is_date_time",),
        r"len\(text\) == 20 in ",
        "The last mark is a Z at the twentieth place; parse_iso() takes nothing behind a Z.",
    ),
    Equivalent(
        "whole check",
        ("loads",),
        r"isinstance\(text, ",
        "Of JSON text and its bytes, raw_decode() raises TypeError for bytes alone.",
    ),
)


# Changes of one function


class Change(NamedTuple):
    """One check taken out: what it was, and how its node changes."""

    kind: str
    text: str
    new: Callable[[Any], ast.AST]


def changes(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Take each check out in turn; yield its kind and its code while it is out."""
    nodes = list(ast.walk(function))
    within = {id(each) for node in nodes if _is_check(node) for each in ast.walk(node)}
    is_codec = function.name.startswith(("decode_", "encode_", "write_"))
    branches = [
        each for node in nodes if isinstance(node, ast.If) for each in node.body
    ]
    optional = {id(each) for branch in branches for each in ast.walk(branch)}
    places = {id(old): (parent, old) for parent in nodes for old in _children(parent)}
    # Without an operand such a condition is just more often in doubt.
    skipped = {
        id(node.operand)
        for node in nodes
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    }
    for node in nodes:
        if id(node) in skipped:
            continue
        if is_codec:
            found = _in_codec(node, id(node) in within and not _is_check(node))
        else:
            found = _in_helper(node)
        for change in found:
            if change.kind == "required field" and id(node) in optional:
                continue
            parent, old = places[id(node)]
            if isinstance(
                parent, ast.Attribute
            ):  # `.value` behind the member of an enum
                parent, old = places[id(parent)]
            new = ast.copy_location(change.new(node), old)
            _replace(parent, old, ast.fix_missing_locations(new))
            yield change.kind, change.text
            _replace(parent, new, old)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    # Those of a context, such as ast.Load(), are shared by all nodes.
    return (
        n for n in ast.iter_child_nodes(node) if isinstance(n, (ast.expr, ast.stmt))
    )


def _replace(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
        elif isinstance(value, list):
            value[:] = [new if each is old else each for each in value]


def _in_helper(node: ast.AST) -> Iterator[Change]:
    """Yield the changes of a condition in a function that others call.

    Without an operand of `or` such a condition is just more often in doubt.
    """
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for number, operand in enumerate(node.values):
            yield Change("operand", _shown(operand, node), _without_operand(number))
    elif isinstance(node, ast.If):
        always = ast.If(ast.Constant(True), node.body, [])
        yield Change("whole check", _shown(node.test), lambda _: always)


def _in_codec(node: ast.AST, in_check: bool) -> Iterator[Change]:
    if isinstance(node, ast.If) and _is_check(node):
        yield Change(_kind_of_check(node), _shown(node.test), lambda _: ast.Pass())
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        for number, operand in enumerate(node.values):
            yield Change("operand", _shown(operand, node), _without_operand(number))
    elif isinstance(node, ast.Compare) and len(node.ops) == 2:
        yield Change("bound", _shown(node), _left_half)
        yield Change("bound", _shown(node), _right_half)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _in_call(node, node.func.id, in_check)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        if node.value.id == "d":
            if isinstance(node.ctx, ast.Load):
                yield Change("required field", _shown(node), _get)
        elif "_" in node.value.id:  # a table of the module
            yield Change("lookup", _shown(node), lambda n: n.slice)


def _in_call(node: ast.Call, name: str, in_check: bool) -> Iterator[Change]:
    if name.startswith("as_"):
        if not in_check:
            yield Change("conversion", _shown(node), lambda n: n.args[0])
        for number, keyword in enumerate(node.keywords):
            yield Change("argument", _shown(keyword, node), _without_keyword(number))
    elif name.startswith(("decode_", "encode_", "write_")):
        yield Change("datatype", _shown(node), lambda n: n.args[0])


def _is_check(node: ast.AST) -> bool:
    """Return whether a node is an `if` that raises or converts."""
    if not isinstance(node, ast.If) or node.orelse or len(node.body) != 1:
        return False
    (only,) = node.body
    if isinstance(only, ast.Raise):
        return True
    return isinstance(only, ast.Assign) and ast.unparse(only).startswith("v = as_")


def _kind_of_check(node: ast.If) -> str:
    text = ast.unparse(node.test)
    if text.startswith("not isinstance"):
        return "type of object"
    is_count = text.startswith(("len(d) != ", "left != "))
    return "number of fields" if is_count else "whole check"


def _without_operand(number: int) -> Callable[[ast.BoolOp], ast.expr]:
    def change(node: ast.BoolOp) -> ast.expr:
        rest = [each for i, each in enumerate(node.values) if i != number]
        return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)

    return change


def _without_keyword(number: int) -> Callable[[ast.Call], ast.Call]:
    def change(node: ast.Call) -> ast.Call:
        rest = [each for i, each in enumerate(node.keywords) if i != number]
        return ast.Call(node.func, node.args, rest)

    return change


def _left_half(node: ast.Compare) -> ast.Compare:
    return ast.Compare(node.left, node.ops[:1], node.comparators[:1])


def _right_half(node: ast.Compare) -> ast.Compare:
    return ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])


def _get(node: ast.Subscript) -> ast.Call:
    function = ast.Attribute(node.value, "get", ast.Load())
    return ast.Call(function, [node.slice], [])


def _shown(node: ast.AST, whole: ast.AST | None = None) -> str:
    """Return code, and the whole that it is a part of."""
    return ast.unparse(node) + (f" in {ast.unparse(whole)}" if whole else "")


# Mutants of a package


def mutants(package: Package) -> Iterator[Mutant]:
    """Yield every codec without one of its checks."""
    for module, node in _statements(package):
        if isinstance(node, ast.FunctionDef):
            function = getattr(module, node.name)
            for kind, text in changes(node):
                yield Mutant(node.name, kind, text, _swap(function, _compiled(node)))
        elif isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            if name.startswith("members_") and "_subset" in name:
                yield Mutant(name, "subset", name, _widen(package, name))


def _statements(package: Package) -> Iterator[tuple[Any, ast.stmt]]:
    """Yield each statement of the codec with its module, and the function that parses."""
    for name in ("_values", "_codec.shared", *CODEC_MODULES):
        module = package.module(name)
        for node in ast.parse(Path(module.__file__).read_text("utf-8")).body:
            parses = isinstance(node, ast.FunctionDef) and node.name == "loads"
            if name != "_values" or parses:
                yield module, node


def _compiled(function: ast.FunctionDef) -> Any:
    bare = ast.FunctionDef(
        function.name, _without_defaults(function.args), function.body, []
    )
    module = ast.Module([ast.copy_location(bare, function)], [])
    made: dict[str, Any] = {}
    exec(compile(module, "<mutant>", "exec"), made)
    return made[function.name].__code__


def _without_defaults(arguments: ast.arguments) -> ast.arguments:
    names = [ast.copy_location(ast.arg(each.arg), each) for each in arguments.args]
    return ast.arguments([], names, None, [], [], None, [])


def _swap(function: FunctionType, code: Any) -> Callable[[], Callable[[], None]]:
    def make() -> Callable[[], None]:
        original, function.__code__ = function.__code__, code

        def undo() -> None:
            function.__code__ = original

        return undo

    return make


def _widen(package: Package, name: str) -> Callable[[], Callable[[], None]]:
    """Let every member of the enum into the tables of a subset."""
    subset = name.removeprefix("members_")
    members = list(getattr(package.module("enums"), subset.partition("_subset")[0]))
    wider: dict[str, dict[Any, Any]] = {
        "members": {member.value: member for member in members},
        "values": {member: member.value for member in members},
        "texts": {member: json.dumps(member.value) for member in members},
    }
    verbs = {"members": "decode", "values": "encode", "texts": "write"}
    pairs = [
        (
            getattr(package.module(f"_codec.{verb}_enums"), f"{table}_{subset}"),
            wider[table],
        )
        for table, verb in verbs.items()
    ]

    def make() -> Callable[[], None]:
        originals = [dict(table) for table, _ in pairs]
        for table, more in pairs:
            table.update(more)

        def undo() -> None:
            for (table, _), original in zip(pairs, originals, strict=True):
                table.clear()
                table.update(original)

        return undo

    return make


# Running them

Check = Callable[[], None]
VECTOR, HOST, EQUAL, HOLE = "vector", "host", "equal", "hole"


class Checks:
    """What to run for a mutant: the vectors of the messages that reach its function."""

    def __init__(self, package: Package, found: Vectors) -> None:
        self._found: dict[tuple[str, str], list[Check]] = {}
        calls = _calls(package)
        for message in package.spec.messages:
            reached = _reached(message, calls)
            for kind, check in _checks(package, message, found):
                for function in reached[kind.split()[0]]:
                    self._found.setdefault((function, kind), []).append(check)

    def fail(self, mutant: Mutant, kind: str) -> bool:
        """Return whether a check of this kind fails for a mutant."""
        function = mutant.function
        if function.startswith("members_"):
            wanted = [key for key in self._found if key[1].endswith(kind)]
        else:
            wanted = [(function, f"read {kind}"), (function, f"write {kind}")]
        undo = mutant.make()
        try:
            return any(
                _fails(check) for key in wanted for check in self._found.get(key, ())
            )
        finally:
            undo()


def _calls(package: Package) -> dict[str, set[str]]:
    """Return the names that each function of the codec uses."""
    return {
        node.name: {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        for _, node in _statements(package)
        if isinstance(node, ast.FunctionDef)
    }


def _reached(message: Message, calls: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the functions that run when a message is read, and when it is written."""
    name = f"{message.kind}_{message.action}"
    alone = {f"decode_data_{name}" for name in _datatypes(message.fields)}
    reached = {
        "read": {"loads", f"decode_{name}", *alone},
        "write": {f"encode_{name}", f"write_{name}"},
    }
    for functions in reached.values():
        new = set(functions)
        while new:
            new = {
                used for each in new for used in calls[each] & calls.keys()
            } - functions
            functions.update(new)
    return reached


def _datatypes(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        datatype: Datatype | None = field.value.innermost.datatype
        if datatype:
            yield datatype.name
            yield from _datatypes(datatype.fields)


def _fails(check: Check) -> bool:
    try:
        check()
    except KeyboardInterrupt:
        raise
    except BaseException:  # pytest's own failures are no Exception
        return True
    return False


def _checks(
    package: Package, message: Message, found: Vectors
) -> Iterator[tuple[str, Check]]:
    for vector in found[message.action, message.kind]:
        arguments = (package, message, vector)
        yield "read vector", partial(check_reading, *arguments)
        if can_be_held(message, vector):
            yield "write vector", partial(check_writing, *arguments)
        if not vector.code:
            yield "read host", partial(check_reading_of_host, *arguments)
            yield "write host", partial(check_writing_of_host, *arguments)


class Result(NamedTuple):
    """What came of the mutants of a package.

    Attributes:
        counts: How many there were of each kind, by what became of them.
        equivalent: How many were of each class of equivalents.
        holes: Survivors that show a hole in the vectors.
    """

    counts: Counter[tuple[str, str]]
    equivalent: Counter[Equivalent]
    holes: list[Mutant]

    def total(self, *fates: str) -> int:
        """Return how many mutants had one of these fates."""
        return sum(count for (_, fate), count in self.counts.items() if fate in fates)


def run(package: Package, found: Vectors, what: str = "") -> Result:
    """Run the mutants of a package, or those that take out code with `what` in it."""
    checks = Checks(package, found)
    result = Result(Counter(), Counter(), [])
    for mutant in (each for each in mutants(package) if what in each.text):
        fate = VECTOR if checks.fail(mutant, "vector") else ""
        if not fate:
            fate = HOST if checks.fail(mutant, "host") else ""
        if not fate:
            known = [each for each in EQUIVALENT if each.holds(mutant)]
            result.equivalent.update(known[:1])
            result.holes.extend([] if known else [mutant])
            fate = EQUAL if known else HOLE
        result.counts[mutant.kind, fate] += 1
    return result


def report(name: str, result: Result) -> Iterator[str]:
    """Yield the lines that tell of a package's mutants."""
    total = result.total(VECTOR, HOST, EQUAL, HOLE)
    yield f"{name}: {total} mutants; {result.total(VECTOR)} fail a vector,"
    yield f"  {result.total(HOST)} can be told from the original by no JSON, but by other values,"
    yield f"  {result.total(EQUAL)} are equivalent, {result.total(HOLE)} are holes"
    for kind in sorted({kind for kind, _ in result.counts}):
        fates = {
            fate: result.counts[kind, fate] for fate in (VECTOR, HOST, EQUAL, HOLE)
        }
        told = ", ".join(f"{fate} {count}" for fate, count in fates.items() if count)
        yield f"  {kind}: {told}"
    for each, count in result.equivalent.items():
        yield f"  equal: {count} {each.kind} in {', '.join(each.functions)}: {each.reason}"
    for mutant in result.holes:
        yield f"  HOLE {mutant.function}: {mutant.kind}: {mutant.text}"


def main(names: list[str]) -> int:
    """Run all mutants of packages; print what survived."""
    failed = False
    for name in names or ["v16_oca", "base"]:
        with tempfile.TemporaryDirectory() as folder:
            result = run(*_package(name, Path(folder)))
        print("\n".join(report(name, result)))
        failed = failed or bool(result.holes)
    return int(failed)


def _package(name: str, folder: Path) -> tuple[Package, Vectors]:
    if name in SPECS:
        return package_and_vectors(name)
    return rendered_package_and_vectors(load_text(), folder, f"mutated_{name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
