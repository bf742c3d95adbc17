"""The command line starts fast: nothing heavy is imported before it is needed."""

import subprocess
import sys

HEAVY = (
    "netmiko",
    "pysnmp",
    "sqlalchemy",
    "httpx",
    "rich",
    "babel",
    "librouteros",
    "networkx",
    "apprise",
)


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom netdiag.cli import run\nrun(['--help'])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    assert "diagnose" in done.stdout
