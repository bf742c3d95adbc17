"""Record what devices answered, answer from such a record: JSON lines, one exchange each.

`{"transport": "snmp", "device": "sw-12", "question": {"ask": "SnmpGet", …}, "reply": {…}}`;
octets are `{"hex": "00ff"}`. Secrets are no part of a question and never written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from netdiag.model.errors import ContentError
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target, Transport
from netdiag.model.words import AbsenceReason
from netdiag.transports.replay_codec import read_reply, write_question, write_reply

Sink = Callable[[str], object]


class Recorder:
    """Passes questions through to a transport and gives each exchange to `sink` as one line of
    JSON (without the line end). `name` is the transport's name in the record."""

    def __init__(self, transport: Transport, sink: Sink, name: str) -> None:
        self._transport = transport
        self._sink = sink
        self._name = name

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Ask, and write down what was asked and answered."""
        reply = await self._transport.ask(target, question, deadline)
        line = {
            "transport": self._name,
            "device": target.device,
            "question": write_question(question),
            "reply": write_reply(reply),
        }
        self._sink(json.dumps(line, ensure_ascii=False))
        return reply

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.close()


class Replayer:
    """Answers from a record, for every transport in it. A question that was recorded several
    times gets its answers in their order, then the last one again and again."""

    def __init__(self, lines: Iterable[str], shown: str = "record") -> None:
        self._replies: dict[tuple[str, str], list[Answer | NoAnswer]] = {}
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._add(line, f"{shown}:{number}")

    @classmethod
    def from_file(cls, path: str | Path) -> Replayer:
        """Read a record. Raises ContentError with file and line."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(f"{path}: cannot be read as a record: {error}.") from None
        return cls(text.splitlines(), str(path))

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """The recorded answer, or NoAnswer(not_asked)."""
        replies = self._replies.get((target.device, _key(write_question(question))))
        if not replies:
            return NoAnswer(
                why=AbsenceReason.NOT_ASKED,
                detail=f"{target.device} was never asked this when the record was made.",
            )
        return replies.pop(0) if len(replies) > 1 else replies[0]

    async def close(self) -> None:
        """Nothing is open."""

    def _add(self, line: str, place: str) -> None:
        try:
            entry = json.loads(line)
            key = (str(entry["device"]), _key(entry["question"]))
            reply = read_reply(entry["reply"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContentError(
                f"{place}: is no recorded exchange ({type(error).__name__}: {error}). Record it "
                "again with `netdiag probes record`."
            ) from None
        self._replies.setdefault(key, []).append(reply)


def _key(question: object) -> str:
    return json.dumps(question, sort_keys=True)
