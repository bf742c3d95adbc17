"""`python -m bench.recordings`: any part of the folder alone will do, and every part is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import recordings
from netdiag.model.content import Content
from tests.conftest import ROOT

CASE = {"id": "N1", "side": "drop_line", "facts": {"onu.state": "los", "report.power_ok": True}}
VECTOR = {"oid": "...51.1.4", "raw": "-1414", "dBm": -14.14}
IDENT = """\
file,librenms_os,sysObjectID,sysDescr,source
routeros.snmprec,routeros,1.3.6.1.4.1.14988.1,RouterOS CCR1009-7G-1C-1S+,a recording
"""
SNMP = """\
1.3.6.1.2.1.1.1.0|4|RouterOS RB760iGS
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.14988.1
1.3.6.1.2.1.31.1.1.1.1.1|4|ether1
1.3.6.1.2.1.2.2.1.2.1|4|ether1
1.3.6.1.2.1.2.2.1.7.1|2|1
1.3.6.1.2.1.2.2.1.8.1|2|2
"""


def laid(folder: Path, part: str) -> Path:
    """A folder that holds this part alone."""
    name, text = {
        "cases": ("cases/facts.jsonl", json.dumps(CASE)),
        "optics": ("pon/pon_vectors.jsonl", json.dumps(VECTOR)),
        "identification": ("ident.csv", IDENT),
        "recordings": ("snmp/routeros_x.snmprec", SNMP),
    }[part]
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("part", ["cases", "optics", "identification", "recordings"])
def test_one_part_of_the_folder_is_enough(part: str, tmp_path: Path, content: Content) -> None:
    figures = recordings.measure(laid(tmp_path, part), content)
    assert part in figures
    assert set(figures) <= {part, "ports"}  # the ports are those of the recordings
    assert recordings.unexplained(figures) == 0


def test_a_folder_of_nothing_known_gives_an_empty_table(tmp_path: Path, content: Content) -> None:
    assert recordings.measure(tmp_path, content) == {}


def test_the_command_prints_the_matrix_for_machines(tmp_path: Path) -> None:
    laid(tmp_path, "cases")
    command = [sys.executable, "-m", "bench.recordings", "--data", str(tmp_path), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    cases = json.loads(done.stdout)["cases"]
    assert cases["matrix"] == {"provider": {"provider": 1}}
    assert (cases["wrong_side_rate"], cases["undetermined_rate"]) == (0.0, 0.0)
