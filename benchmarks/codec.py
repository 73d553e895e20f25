"""How fast messages become objects and objects become text, against other libraries.

All of them run in one process, in turns, so that what slows the machine down slows all of
them down; the shortest processor time of each counts.
"""

from __future__ import annotations

import argparse
import math
import time
import timeit
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from peers import Contestant, Peers
from samples import SAMPLES
from tables import heading, table, verdict

OURS = "generated"
RECEIVE = "receive: text to object"
SEND = "send: object to text"
DECODE = "decode: dict to object"
BARE = "objects alone: all fields None"
SAMPLE_SECONDS = 0.002

# Wrong messages that a peer accepts: what it checks is less than the rest check.
ACCEPTED = {
    # Optional in its JSON Schema.
    ("ocpp", "StatusNotification", "no timestamp"),
    # Seconds since 1970 are a date-time too.
    ("pydantic", "StatusNotification", "timestamp 1"),
    ("pydantic", "StopTransaction", "timestamp 1"),
    ("pydantic", "TransactionEvent", "timestamp 1"),
    ("pydantic", "NotifyReport", "generatedAt 1"),
}


class Step(NamedTuple):
    """One thing to measure."""

    what: str
    action: str
    peer: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40, help="turns of each library")
    rounds = parser.parse_args().rounds
    for version, samples in SAMPLES.items():
        peers = Peers(version)
        contestants = {
            action: peers.contestants(action, data) for action, data in samples.items()
        }
        for action, each in contestants.items():
            for contestant in each:
                verify(peers, contestant, action, samples[action])
        show(version, contestants, measure(contestants, rounds))


def show(
    version: str, contestants: dict[str, list[Contestant]], seconds: dict[Step, float]
) -> None:
    """Print the ratios of a version."""
    actions = list(contestants)
    names = [each.name for each in contestants[actions[0]] if each.name != OURS]
    print(f"\n### {heading(f'Messages of ocpp.{version}')}\n")
    print("Time of each library, as a multiple of the generated code's.\n")
    print(table(["", *names], rows(seconds, actions, names)))
    print()
    titles = ["geometric means", "ratio", "target", ""]
    print(table(titles, verdicts(seconds, actions)))
    bare = ", ".join(
        f"{seconds[Step(BARE, action, OURS)] / seconds[Step(DECODE, action, 'msgspec')]:.2f}"
        for action in actions
    )
    print(f"\nMaking the objects alone takes {bare} of the time of msgspec's decode.")


def verify(
    peers: Peers, contestant: Contestant, action: str, data: dict[str, Any]
) -> None:
    """Raise an error unless a library makes of the message what all of them make of it."""
    name = f"{contestant.name}, {action}"
    for made in (
        contestant.receive(contestant.text),
        contestant.decode(contestant.data),
        contestant.made,
    ):
        if contestant.plain(made) != data:
            raise ValueError(f"{name}: holds something else")
    again = contestant.receive(contestant.send(contestant.made))
    if contestant.plain(again) != data:
        raise ValueError(f"{name}: sends something else")
    for what, wrong in peers.broken(action, data) if contestant.checks else ():
        try:
            contestant.decode(wrong)
        except Exception:
            accepted = False
        else:
            accepted = True
        if accepted != ((contestant.name, action, what) in ACCEPTED):
            verb = "accepts" if accepted else "refuses"
            raise ValueError(f"{name}: {verb} {what}")


def measure(contestants: dict[str, list[Contestant]], rounds: int) -> dict[Step, float]:
    """Return the shortest time of each step."""
    steps: dict[Step, tuple[timeit.Timer, int]] = {}
    for action, each in contestants.items():
        for contestant in each:
            for what, function, argument in (
                (RECEIVE, contestant.receive, contestant.text),
                (SEND, contestant.send, contestant.made),
                (DECODE, contestant.decode, contestant.data),
            ):
                timer = _timer(function, argument)
                steps[Step(what, action, contestant.name)] = (timer, _count(timer))
            if contestant.name == OURS:
                timer = _timer(*bare_objects(contestant.made))
                steps[Step(BARE, action, OURS)] = (timer, _count(timer))
    best = dict.fromkeys(steps, math.inf)
    for _ in range(rounds):
        for step, (timer, count) in steps.items():
            best[step] = min(best[step], timer.timeit(count) / count)
    return best


def bare_objects(made: Any) -> tuple[Callable[[Any], Any], Any]:
    """Return a function that makes all objects of a message, and what it is to be given.

    It sets their fields to None in straight-line code, as the codec does, and looks at
    nothing: no codec in Python can take less time.
    """
    classes = list(_classes(made))
    lines = ["def make(new):"]
    for number, cls in enumerate(classes):
        lines.append(f"    o = new[{number}]()")
        lines += [f"    o.{name} = None" for name in cls.__match_args__]
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    return names["make"], [partial(object.__new__, cls) for cls in classes]


def _classes(made: Any) -> Iterator[Any]:
    if isinstance(made, list):
        for each in made:
            yield from _classes(each)
    elif hasattr(made, "__match_args__"):
        yield type(made)
        for name in made.__match_args__:
            yield from _classes(getattr(made, name))


def _count(timer: timeit.Timer) -> int:
    return max(1, round(SAMPLE_SECONDS / (timer.timeit(5) / 5)))


def _timer(function: Callable[[Any], Any], argument: Any) -> timeit.Timer:
    return timeit.Timer(
        "f(x)", timer=time.process_time, globals={"f": function, "x": argument}
    )


def rows(
    seconds: dict[Step, float], actions: list[str], names: list[str]
) -> Iterable[list[Any]]:
    """Yield the lines of the table: each step, for each message and in the mean."""
    for what in (RECEIVE, SEND, DECODE):
        for action in actions:
            ours = seconds[Step(what, action, OURS)]
            yield [
                f"{what}, {action}",
                *(seconds[Step(what, action, name)] / ours for name in names),
            ]
        yield [
            f"**{what}, geometric mean**",
            *(mean_ratio(seconds, actions, what, name) for name in names),
        ]


def mean_ratio(
    seconds: dict[Step, float], actions: list[str], what: str, name: str
) -> float:
    """Return how many times longer a library takes, as a geometric mean."""
    return math.prod(
        seconds[Step(what, action, name)] / seconds[Step(what, action, OURS)]
        for action in actions
    ) ** (1 / len(actions))


def verdicts(seconds: dict[Step, float], actions: list[str]) -> Iterable[list[Any]]:
    """Yield the lines of the table of targets."""
    for text, what, name, target in (
        ("receive, times faster than ocpp", RECEIVE, "ocpp", 25),
        ("send, times faster than ocpp", SEND, "ocpp", 50),
        ("decode, times faster than pydantic", DECODE, "pydantic", 2.5),
        ("decode, times faster than json.loads of the same text", DECODE, "json", 1),
    ):
        ratio = mean_ratio(seconds, actions, what, name)
        yield verdict(text, ratio, target, at_most=False)
    ratio = 1 / mean_ratio(seconds, actions, DECODE, "msgspec")
    yield verdict("decode, multiple of msgspec's time", ratio, 2.2, at_most=True)


if __name__ == "__main__":
    main()
