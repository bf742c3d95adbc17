"""Icinga 2: a dependency on the parent, three attempts five seconds apart, the plugin of Nagios.

All that it writes lies in the folder: nothing of the system's own set-up is read or changed.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from bench.cut.space import ALIVE, ROOT, checked, cut, first, hosts, run, started, wait

NEEDS = ("icinga2", ALIVE[0])
_TOP = """include <itl>
object FileLogger "main" {{
  severity = "information"
  path = "{folder}/icinga2.log"
}}
object CheckerComponent "checker" {{}}
object NotificationComponent "notification" {{}}
object StatusDataWriter "status" {{
  status_path = "{folder}/status.dat"
  objects_path = "{folder}/objects.cache"
  update_interval = 1s
}}
object CheckCommand "alive" {{
  command = {alive}
}}
object NotificationCommand "tell" {{
  command = [
    "/bin/sh", "-c", "echo $$0 $$1 >> {folder}/told", "$host.name$", "$notification.type$"
  ]
}}
object User "noc" {{}}
template Host "usual" {{
  check_command = "alive"
  check_interval = 60s
  retry_interval = 5s
  max_check_attempts = 3
}}
apply Notification "noc" to Host {{
  command = "tell"
  users = [ "noc" ]
  interval = 0
  assign where true
}}
"""


def measure(folder: Path, seconds: float) -> dict[str, float | None]:
    """Whom its command for notifications was called about."""
    words = _files(folder)
    with started(folder, *words):
        wait(lambda: checked(folder / "status.dat") >= len(hosts()), 180)
        since = cut()
        named = first(lambda: ROOT in _told(folder), since, seconds)
        time.sleep(max(0.0, seconds - (time.monotonic() - since)))
    told = _told(folder)
    return {
        "root_named_s": named,
        "told_down": float(len(told)),
        "told_unreachable": 0.0,
        "told_of_others_than_the_root": float(len([one for one in told if one != ROOT])),
    }


def _told(folder: Path) -> list[str]:
    """Hosts by notification of a problem."""
    told = folder / "told"
    lines = told.read_text().splitlines() if told.is_file() else []
    return [line.split()[0] for line in lines if line.endswith(" PROBLEM")]


def _files(folder: Path) -> tuple[str, ...]:
    """The command that starts it."""
    alive = json.dumps([*ALIVE, "-H", "$address$"])
    blocks = [_TOP.format(folder=folder, alive=alive)]
    for name, address, parent in hosts():
        blocks.append(f'object Host "{name}" {{\n  import "usual"\n  address = "{address}"\n}}')
        if parent:
            ends = f'  parent_host_name = "{parent}"\n  child_host_name = "{name}"'
            blocks.append(f'object Dependency "{name}" {{\n{ends}\n}}')
    config = folder / "icinga2.conf"
    config.write_text("\n".join(blocks) + "\n")
    places = {name: folder / name for name in ("Data", "Cache", "Spool", "Log", "InitRun")}
    for place in places.values():
        place.mkdir()
    run("chown", "-R", "nagios:nagios", str(folder))
    own = [word for name, place in places.items() for word in ("-D", f"{name}Dir={place}")]
    return ("icinga2", "daemon", "-c", str(config), *own)
