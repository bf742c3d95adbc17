"""The example configuration, copied as the how-to says, is in order."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.site import netdiag

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "run-in-production.md"


def test_the_example_that_is_copied_to_etc_needs_nothing_but_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying = re.search(r"^cp -r .*/etc/netdiag/$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert copying
    command = copying[0].replace("/etc/netdiag", str(tmp_path))
    subprocess.run(["sh", "-ec", command], cwd=ROOT, check=True)
    config = tmp_path / "netdiag.yaml"
    for name in re.findall(r"env: (NETDIAG_\w+)", config.read_text(encoding="utf-8")):
        monkeypatch.setenv(name, "sqlite:///x.db" if name.endswith("_URL") else "secret")
    told = netdiag("check", "--config", str(config))
    assert (told.code, told.err) == (0, "")
