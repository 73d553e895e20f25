"""Let two ends of PyPI's `ocpp` talk with our messages, and print what happened as JSON.

    python exchange.py subclassed | in_place | exact ocpp.v16 | ocpp.v201 | ocpp.v21

A central system and a charge point in one program, on a websocket. The first argument says
how our messages get into `ocpp`: the module of that name. They come from the package
`payloads`, generated with the names that the release of `ocpp` needs. The second argument
says in place of which package they are there; what is said is in a module of its own.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from contextlib import suppress
from typing import Any

from ends import HOST, WAY, record
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosedOK

SCRIPTS = {("exact", "ocpp.v16"): "talk16_exactly"}
script: Any = importlib.import_module(
    SCRIPTS.get((WAY, HOST), "talk16" if HOST == "ocpp.v16" else "talk2")
)


class RecordedWebsocket:
    """What `ocpp` needs of a connection; keeps the text of every frame."""

    def __init__(self, websocket: Any) -> None:
        self._websocket = websocket

    async def send(self, text: str) -> None:
        record["frames"].append(text)
        await self._websocket.send(text)

    async def recv(self) -> str:
        text: str = await self._websocket.recv()
        record["frames"].append(text)
        return text


def imported() -> list[str]:
    """Return the modules that a program gets which imports those of the host."""
    host = importlib.import_module(HOST)
    names = ("call", "call_result", "datatypes", "enums")
    for name in names:
        importlib.import_module(f"{HOST}.{name}")
    return [getattr(host, name).__name__ for name in names]


async def probe(websocket: Any) -> None:
    for action, payload in script.PROBES.items():
        await websocket.send(json.dumps([2, action, action, payload]))
        kind, message_id, *answered = json.loads(await websocket.recv())
        assert kind == 4, answered
        record["probes"][message_id] = answered


async def main() -> None:
    centrals: asyncio.Queue[Any] = asyncio.Queue()

    async def accept(websocket: Any) -> None:
        central = script.CentralSystem("central", websocket)
        centrals.put_nowait(central)
        with suppress(ConnectionClosedOK):
            await central.start()

    async with asyncio.timeout(20), serve(accept, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        address = f"ws://127.0.0.1:{port}"
        async with (
            connect(address, proxy=None) as websocket,
            asyncio.TaskGroup() as tasks,
        ):
            charger = script.Charger("charger", RecordedWebsocket(websocket))
            listening = tasks.create_task(charger.start())
            await script.talk(charger, await centrals.get())
            listening.cancel()
        async with connect(address, proxy=None) as websocket:
            await probe(websocket)
    record["imported"] = imported()
    print(json.dumps(record))


asyncio.run(main())
