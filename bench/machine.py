"""What every table says: machine, versions, date, command."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version

PACKAGES = ("netdiag-isp", "gufo-snmp", "librouteros", "netmiko", "icmplib", "sqlalchemy")


def described(module: str) -> dict[str, object]:
    """Machine, versions, date and command of this run."""
    return {
        "command": f"python -m {module} {' '.join(sys.argv[1:])}".strip(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.release()}, {os.cpu_count()} cores",
        "load_average": [round(value, 1) for value in os.getloadavg()],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }
