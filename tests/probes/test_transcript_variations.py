"""The same transcripts as other terminals would have brought them: the rows stay the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.transcript_table import TRANSCRIPTS, Transcript
from bench.transcripts import pairs
from netdiag.model.content import Content
from netdiag.model.wire import SshCommand
from netdiag.transports.ssh_rows import read_rows

pytestmark = pytest.mark.recordings

PAGE = 22
_BACK = "\x08" * 9
VARIATIONS: dict[str, Callable[[list[str]], str]] = {
    "carriage returns": "\r\n".join,
    "two carriage returns": "\r\r\n".join,
    "trailing blanks": "   \n".join,
    "colours": lambda lines: "\n".join(f"\x1b[0m{line}\x1b[K" for line in lines),
    "pager, erased by backspaces": lambda lines: paged(lines, f"--More-- {_BACK}{' ' * 9}{_BACK}"),
    "pager, overwritten": lambda lines: paged(lines, "\x1b[7m--More--\x1b[m\r         \r"),
    "pager, left to stand": lambda lines: paged(lines, "---- More ----\n"),
}


def paged(lines: list[str], prompt: str) -> str:
    return "\n".join(
        f"{prompt}{line}" if at and at % PAGE == 0 else line for at, line in enumerate(lines)
    )


@pytest.mark.parametrize("one", TRANSCRIPTS, ids=lambda t: f"{t.platform}-{t.probe}-{t.folder}")
def test_other_terminals_give_the_same_rows(content: Content, data: Path, one: Transcript) -> None:
    probe = next(p for p in content.probes_of(one.platform) if p.id == one.probe)
    assert isinstance(probe.ask, SshCommand)
    for raw, _ in pairs(data, one):
        text = raw.read_text(encoding="utf-8", errors="replace")
        expected = read_rows(probe.ask, text)
        for name, vary in VARIATIONS.items():
            varied = read_rows(probe.ask, vary(text.split("\n")))
            assert varied == expected, (raw.name, name)
