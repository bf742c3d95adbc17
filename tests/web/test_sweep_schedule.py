"""The cron expression of sweeps in a daemon that runs on: changed, broken, taken out."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.sweeps import Sweeps
from tests.web.conftest import Served
from tests.web.test_running import wait_for


@pytest.fixture
def reloaded(served: Served) -> Iterator[Callable[[str], None]]:
    """Reloads with one more line in the configuration; the old one is back at the end."""
    good = served.config.read_text(encoding="utf-8")

    def reload(line: str) -> None:
        before = served.log.count("reload")
        served.config.write_text(f"{good}{line}\n", encoding="utf-8")
        assert served.process is not None
        served.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: served.log.count("reload") > before)

    yield reload
    reload("")


@contextmanager
def sweeps(served: Served) -> Iterator[Callable[[], int]]:
    database = open_database(load_settings(str(served.config)))
    try:
        yield lambda: len(Sweeps(database).last(100))
    finally:
        database.close()


def test_a_changed_schedule_needs_a_reload_and_no_restart(
    served: Served, reloaded: Callable[[str], None]
) -> None:
    reloaded('sweep: {schedule: "0 0 1 1 *"}')
    with sweeps(served) as count:
        before = count()
        reloaded('sweep: {schedule: "* * * * * *"}')
        assert wait_for(lambda: count() > before, 20)
    reloaded('sweep: {schedule: "99 * * * *"}')
    assert "'schedule' has the five fields of cron" in served.log
