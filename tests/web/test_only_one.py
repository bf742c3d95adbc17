"""A second daemon on the same SQLite file would do the work of the first one twice: it ends."""

import os
import subprocess
import sys

from tests.addresses import free_port
from tests.web.conftest import Served


def second(served: Served, listen: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netdiag", "serve", "--config", str(served.config),
         "--listen", listen],
        capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | served.environment,
    )  # fmt: skip


def test_a_second_daemon_on_the_same_file_ends_with_a_sentence(served: Served) -> None:
    assert served.process is not None
    for listen in (served.address, f"127.0.0.1:{free_port()}"):
        done = second(served, listen)
        assert done.returncode == 4
        assert f"process {served.process.pid}" in done.stderr
        assert "Another netdiag serves the store" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_store_is_free_again_after_a_kill(served: Served) -> None:
    served.stop(9)
    served.start()
