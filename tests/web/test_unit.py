"""The shipped units, by systemd's own judge."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "config" / "systemd"


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(unit.name for unit in UNITS.iterdir()))
def test_systemd_finds_nothing_wrong_with_a_unit(name: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze: install systemd")
    for unit in UNITS.iterdir():
        # The program is not installed where the unit will find it.
        text = unit.read_text().replace("/opt/netdiag/bin/netdiag", "/bin/true")
        (tmp_path / unit.name.replace("@.", "@north.")).write_text(text)
    copy = tmp_path / name.replace("@.", "@north.")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if copy.name in line]
    assert (done.returncode, said) == (0, [])
