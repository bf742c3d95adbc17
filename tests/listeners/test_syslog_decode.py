"""Syslog as devices really write it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netdiag.listeners.syslog_decode import LONGEST, decode

SAYS = [
    (
        "<30>Sep 23 10:16:04 bng-1 pppoe,ppp,info <pppoe-ab1>: connected",
        ("bng-1", 6, 3, "pppoe,ppp,info <pppoe-ab1>: connected"),
    ),
    ("<134>system,info router rebooted", (None, 6, 16, "system,info router rebooted")),
    ("interface,info ether3 link down", (None, None, None, "interface,info ether3 link down")),
    (
        "<30>Sep 23 10:16:04 interface,info ether3 link down",
        (None, 6, 3, "interface,info ether3 link down"),
    ),
    (
        "<189>1204: sw-5: *Mar  1 18:46:11.123 MSK: %LINK-3-UPDOWN: Interface Gi1/0/7, changed",
        ("sw-5", 5, 23, "%LINK-3-UPDOWN: Interface Gi1/0/7, changed"),
    ),
    (
        "<187>45: Dec  2 12:09:21.207: %SYS-5-RESTART: restarted",
        (None, 3, 23, "%SYS-5-RESTART: restarted"),
    ),
    (
        "<188>11982: 1w1d: %CDP-4-DUPLEX_MISMATCH: duplex mismatch discovered on Fa0/14",
        (None, 4, 23, "%CDP-4-DUPLEX_MISMATCH: duplex mismatch discovered on Fa0/14"),
    ),
    ("<28>03-Aug-2026 19:42:20 %LINK-W-Down:  gi44", (None, 4, 3, "%LINK-W-Down:  gi44")),
    (
        "<188>Mar 23 2015 08:45:46 Quidway %%01IFNET/4/IF_STATE(l)[7]:Interface Ethernet0/0/13 has",
        ("Quidway", 4, 23, "%%01IFNET/4/IF_STATE(l)[7]:Interface Ethernet0/0/13 has"),
    ),
    (
        '<13>1 2026-09-23T10:16:03.123456+07:00 web01 sshd 4321 ID47 [a@1 b="]"][c d="1"] failed',
        ("web01", 5, 1, "sshd: failed"),
    ),
    ("<13>1 - - - - - - hello", (None, 5, 1, "hello")),
    (
        "<38>Sep 23 10:16:02 sshd[4321]: failed password",
        (None, 6, 4, "sshd[4321]: failed password"),
    ),
    ("<999>system,info x", (None, None, None, "<999>system,info x")),
]


@pytest.mark.parametrize(("line", "wanted"), SAYS, ids=[line[:30] for line, _ in SAYS])
def test_a_message_is_taken_apart(line: str, wanted: tuple[object, ...]) -> None:
    found = decode(line.encode())
    assert found is not None
    assert (found.host, found.severity, found.facility, found.text) == wanted


@pytest.mark.parametrize("octets", [b"", b"\0\0\n", b"<30>", b"<30>   "])
def test_nothing_legible_is_no_message(octets: bytes) -> None:
    assert decode(octets) is None


def test_control_characters_cannot_forge_a_second_line() -> None:
    found = decode(b"<30>ether3 link down\nether4 link down\x1b[31m")
    assert found is not None
    assert found.text.isprintable()


def test_a_message_without_end_is_cut() -> None:
    found = decode(b"<30>" + b"x" * 100_000)
    assert found is not None
    assert len(found.text) < LONGEST


@pytest.mark.recordings
def test_recorded_router_lines_survive_every_way_of_sending_them(data: Path) -> None:
    lines = (data / "routeros" / "log_lines.jsonl").read_text(encoding="utf-8").splitlines()
    for line in map(json.loads, lines):
        said = f"{line['topics']} {line['message']}".strip()
        for sent in (said, f"<30>{said}", f"<30>Sep 23 10:16:04 bng-1 {said}"):
            found = decode(sent.encode())
            assert found is not None
            assert found.text == said, sent


@pytest.mark.recordings
def test_recorded_buffers_of_switches_lose_their_header_and_nothing_else(data: Path) -> None:
    seen = 0
    paths = [*(data / "cli").glob("*/cisco_ios/show_logging/*.raw")]
    paths += (data / "cli").glob("*/ios*/ShowLogging/*.raw")
    for path in sorted(path for path in paths if "iosxr" not in path.parts):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            _, percent, rest = line.partition(": %")
            if line.startswith("7:04: "):
                continue  # the buffer had overwritten its beginning
            if not percent or not rest.split(":")[0].count("-") >= 2:
                continue
            found = decode(f"<189>{line}".encode())
            assert found is not None
            assert found.text.startswith("%"), (path.name, line)
            assert found.text == f"%{rest}".strip(), (path.name, line)
            seen += 1
    assert seen >= 20
