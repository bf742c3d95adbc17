"""What many tests share: the shipped content, the recorded data, facts by name."""

import logging
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value

# Work for a worker of its own first: what waits longest must not come last.
LONG = ("real", "cli", "web", "watch", "desks", "service", "transports")
OWN_NETWORK = {"test_discovery", "test_workers", "test_outage_story"}
ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first."""
    items.sort(key=_turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Several workers (`pytest -n 2`) share the files; tests/real/conftest.py's network serves all
    its tests in one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0])
            shared = file.parent.name == "real" and file.stem not in OWN_NETWORK
            return "tests/real" if shared else str(file)

    return ByFile(config, log)


def _turn(item: pytest.Item) -> int:
    directory = item.path.relative_to(ROOT / "tests").parts[0]
    return LONG.index(directory) if directory in LONG else len(LONG)


def pytest_configure(config: pytest.Config) -> None:
    """Whoever starts the tests in the background of a script ignores Ctrl-C, and so would every
    program that they start (POSIX shells, 2.11); the tests press it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _as_loud_as_usual() -> None:
    """A command that a test calls in this process sets how loud netdiag is; the next test hears
    what it expects to hear."""
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("netdiag").setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def content() -> Content:
    """The shipped content, loaded once."""
    return load()


@pytest.fixture(scope="session")
def data() -> Path:
    """Recordings of real devices (third-party, not in the repository)."""
    place = Path(os.environ.get("NETDIAG_DATA", ROOT.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"no recorded device data at NETDIAG_DATA ({place})")
    return place


def facts_of(values: Mapping[str, Value], *, transport: str = "snmp", weak: bool = False) -> Facts:
    """Facts with these values, measured now."""
    source = Source(transport=transport, probe="test", query="test", device="sw-lenina-3")
    return Facts(
        Fact(name=name, value=value, source=source, measured_at=NOW, weak=weak)
        for name, value in values.items()
    )
