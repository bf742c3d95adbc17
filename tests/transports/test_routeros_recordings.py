"""Recorded replies of real routers, served over the wire and read back as text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from routeros_peer import api_server, router

from netdiag.lab.routeros_api import Command, Trap
from netdiag.model.wire import Answer, Deadline, NoAnswer, RouterosCall
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.routeros import RouterosTransport
from netdiag.transports.routeros_words import SECRET_PROPERTIES

pytestmark = pytest.mark.recordings

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("NETDIAG_DATA", ROOT / ".." / "shared" / "data"))
FOLDER = DATA / "routeros" / "api_replies"


def recorded() -> list[dict[str, Any]]:
    if not FOLDER.is_dir():
        pytest.skip(f"no recorded API replies in {FOLDER}; set NETDIAG_DATA")
    lines = [
        json.loads(line)
        for file in sorted(FOLDER.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert len(lines) > 100
    return lines


def as_text(value: Any) -> str:
    """The word on the wire: some recordings went through clients that cast."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def question_of(command: str, keys: list[str]) -> RouterosCall:
    path, *words = command.split()
    attributes = dict(word[1:].partition("=")[::2] for word in words if word.startswith("="))
    if not path.endswith(("/print", "/monitor", "/monitor-traffic")):
        path += "/print"
    return RouterosCall(path=path, attributes=attributes, proplist=tuple(keys), max_rows=1000)


async def test_recorded_rows_come_back_letter_by_letter() -> None:
    transport = RouterosTransport()
    served: list[dict[str, str]] = []

    async def serve(command: Command) -> list[dict[str, str]]:
        return served

    asked = 0
    async with api_server(serve) as server:
        for line in recorded():
            if line["command"].startswith("/"):
                served = [
                    {k.strip(): as_text(v) for k, v in row.items() if k not in SECRET_PROPERTIES}
                    for row in line["replies"]
                ]
                keys = sorted({key for row in served for key in row}) or ["name"]
                question = question_of(line["command"], keys)
                answer = await transport.ask(router(server.port), question, Deadline.after(5))
                assert isinstance(answer, Answer), (line["command"], answer)
                assert list(answer.rows) == served, line["command"]
                asked += 1
        assert server.logins == [("netdiag", True)]
    await transport.close()
    assert asked > 200


async def test_recorded_errors_have_their_reason() -> None:
    (errors,) = (line for line in recorded() if line["command"] == "error reply")
    transport = RouterosTransport()
    whys = []
    for reply in errors["replies"]:

        async def refuse(command: Command, text: str = reply["!trap"]["message"]) -> Trap:
            return Trap(text)

        question = RouterosCall(path="/ip/arp/print", proplist=("address",))
        async with api_server(refuse) as server:
            answer = await transport.ask(router(server.port), question, Deadline.after(2))
        assert isinstance(answer, NoAnswer)
        whys.append(answer.why)
    await transport.close()
    assert whys == [Why.ACCESS_DENIED, Why.NOT_SUPPORTED, Why.NOT_SUPPORTED]
