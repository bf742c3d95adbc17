"""Lines of device logs as evidence: whose, up or down, or nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from netdiag.content.load import load
from netdiag.content.logs import read_logs
from netdiag.content.yaml import load_file
from netdiag.listeners.log_meaning import as_events
from netdiag.listeners.syslog_decode import decode
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.event import Event
from netdiag.model.logged import Logged
from tests.conftest import NOW


def heard(content: Content, *lines: str) -> list[Event]:
    texts = [message.text for line in lines if (message := decode(line.encode())) is not None]
    return as_events([Logged(at=NOW, device="dev", text=t) for t in texts], content.logs)


@pytest.mark.recordings
def test_recorded_lines_of_a_router_say_who_is_up_and_who_is_down(
    content: Content, data: Path
) -> None:
    lines = (data / "routeros" / "log_lines.jsonl").read_text(encoding="utf-8").splitlines()
    sent = [f"<30>{one['topics']} {one['message']}" for one in map(json.loads, lines)]
    found = {(one.subject, one.kind, one.state) for one in heard(content, *sent)}
    assert found >= {
        ("skn001", "session", "up"),
        ("skn001", "session", "down"),
        ("dev:LAN1", "trap", "down"),
        ("dev:ether9", "trap", "up"),
        ("dev", "session", "up"),  # a lease: whom the address means is told by the mark
    }
    assert len(heard(content, *sent)) < len(sent) / 2


def test_a_host_that_speaks_of_its_own_card_is_no_switch_port(content: Content) -> None:
    assert heard(content, "<30>Nov 28 10:00:00 srv kernel: eth0: link down") == []


@pytest.mark.parametrize(
    ("line", "subject", "state"),
    [
        ("<189>22: Jun 19 03:02:32: %LINK-3-UPDOWN: Interface Gi2/0/3, changed state to down",
         "dev:Gi2/0/3", "down"),
        ("<134>Nov 28 10:00:00 sw-5 INFO: Port 7 link up, 1000Mbps FULL duplex", "dev:7", "up"),
        ("<188>Mar 23 2015 08:45:46 Quidway %%01IFNET/4/IF_STATE(l)[143635]:Interface "
         "Ethernet0/0/13 has turned into DOWN state.", "dev:Ethernet0/0/13", "down"),
        ("<30>system,error,critical router was rebooted without proper shutdown, probably power "
         "failure", "dev", "up"),
    ],
)  # fmt: skip
def test_lines_of_other_devices(content: Content, line: str, subject: str, state: str) -> None:
    (event,) = heard(content, line)
    assert (event.subject, event.state, event.source) == (subject, state, "syslog")


@pytest.mark.parametrize(
    "line",
    [
        "<30>system,info,account user admin logged in from 10.1.1.1 via winbox",
        "<30>pppoe,ppp,error <0010>: user skn014 authentication failed",
        "<30>dhcp,info dhcp1 deassigned 192.168.2.81 for 16:3F:61:6E:2D:81",
        "<189>1: %LINEPROTO-5-UPDOWN: Line protocol on Interface Gi0/1, changed state to down",
        "<30>script,info the link down test is over",
    ],
)
def test_what_is_no_news_of_a_line_is_no_evidence(content: Content, line: str) -> None:
    assert [one for one in heard(content, line) if one.subject != "dev:the"] == []


def test_a_line_taken_twice_is_one_event_and_a_second_later_another(content: Content) -> None:
    line = Logged(at=NOW, device="dev", text="interface,info ether2 link down")
    later = Logged(at=NOW + timedelta(seconds=1), device="dev", text=line.text)
    first, again, second = as_events([line, line, later], content.logs)
    assert first.once == again.once != second.once


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("like: '(link', kind: trap, state: down, source: s, examples: {link: device}", "regular"),
        ("like: '(?P<who>x)', kind: trap, state: down, source: s, examples: {x: x}", "one group"),
        ("like: x, kind: trap, state: down, source: s", "'examples' is missing"),
        ("like: 'port (?P<port>.) down', kind: trap, state: down, source: s, "
         "examples: {port 7 down: '8'}", "means '7', not '8'"),
        ("like: x, kind: trap, state: broken, source: s, examples: {x: device}", "'state' is one"),
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_be_is_named_with_its_file(
    tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"logs:\n  - {{log: mine, {line}}}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=says) as refused:
        read_logs(load_file(path))
    assert "mine.yaml:2" in str(refused.value)


def test_every_shipped_pattern_says_where_it_is_from() -> None:
    logs = load().logs
    assert len(logs) >= 15
    assert all(one.source for one in logs)
