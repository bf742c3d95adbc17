"""`serve.syslog` of netdiag.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag import settings as configuration
from netdiag.listeners.syslog import Address
from netdiag.model.errors import ContentError
from netdiag.service.daemon.settings import read_serve
from netdiag.service.watch.listen_settings import SyslogSettings


def read(tmp_path: Path, syslog: str) -> SyslogSettings | None:
    path = tmp_path / "netdiag.yaml"
    path.write_text(f"serve:\n  syslog: {syslog}\n", encoding="utf-8")
    return read_serve(configuration.load(path)).syslog


def test_addresses_and_bounds_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, "{udp: '[::]:514', keep_hours: 48, relays: [192.0.2.1]}")
    assert found == SyslogSettings(udp=Address("::", 514), keep_hours=48, relays=("192.0.2.1",))


def test_without_it_nobody_listens(tmp_path: Path) -> None:
    path = tmp_path / "netdiag.yaml"
    path.write_text("serve: {}\n", encoding="utf-8")
    assert read_serve(configuration.load(path)).syslog is None


@pytest.mark.parametrize(
    ("syslog", "said"),
    [
        ("{}", "needs 'udp' or 'tcp'"),
        ("{udp: 514}", "ADDRESS:PORT"),
        ("{udp: '0.0.0.0:99999'}", "ADDRESS:PORT"),
        ("{udp: '0.0.0.0:514', keep_hours: 0}", "keep_hours"),
        ("{udp: '0.0.0.0:514', keep_lines: 1}", "keep_lines"),
        ("{udp: '0.0.0.0:514', keep: 1}", "keep"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, syslog: str, said: str) -> None:
    with pytest.raises(ContentError, match=said) as refused:
        read(tmp_path, syslog)
    assert "netdiag.yaml:2" in str(refused.value)
