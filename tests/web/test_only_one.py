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
    done = second(served, f"127.0.0.1:{free_port()}")
    assert done.returncode == 4
    assert f"process {served.process.pid}" in done.stderr
    assert "Another netdiag serves the store" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_taken_is_a_sentence_before_any_work_is_touched(
    served: Served,
) -> None:
    done = second(served, served.address)
    assert done.returncode == 4
    assert "cannot be listened on: Address already in use" in done.stderr
    assert "Listening on" not in done.stderr


def test_a_store_is_free_again_after_a_kill(served: Served) -> None:
    served.stop(9)
    served.start()
