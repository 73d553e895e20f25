"""How much memory a received message takes as an object, against other libraries.

Counted is what stays allocated after a message was received from text: the object, all
that it holds, and the text of its fields.
"""

from __future__ import annotations

import argparse
import gc
import tracemalloc

from peers import Contestant, Peers
from samples import SAMPLES
from tables import heading, table

COPIES = 200


def main() -> None:
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    for version, samples in SAMPLES.items():
        peers = Peers(version)
        rows = []
        for action, data in samples.items():
            each = peers.contestants(action, data)
            rows.append([action, *(round(held(contestant)) for contestant in each)])
        names = [contestant.name for contestant in each]
        names[names.index("json")] = "json (a dict)"
        names[names.index("fastjsonschema")] = "fastjsonschema (a dict)"
        title = f"Bytes for each received message of ocpp.{version}"
        print(f"\n### {heading(title)}\n")
        print(table(["", *names], rows))


def held(contestant: Contestant) -> float:
    """Return the bytes that one received message takes."""
    for _ in range(5):  # whatever is loaded or cached on first use
        contestant.receive(contestant.text)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = [contestant.receive(contestant.text) for _ in range(COPIES)]
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    return (after - before) / len(kept)


if __name__ == "__main__":
    main()
