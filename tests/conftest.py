"""What many tests share: the shipped content, the recorded data, facts by name."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value

# Work for a worker of its own first: what waits longest must not come last.
LONG = ("real", "cli", "web", "watch", "desks", "service", "transports")
ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers (`pytest -n 2 --dist loadgroup`) share the files; one network of namespaces
    serves all its tests."""
    for item in items:
        directory, fixtures = item.path.parent.name, getattr(item, "fixturenames", ())
        group = "net" if directory == "real" and "net" in fixtures else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    directory = item.path.relative_to(ROOT / "tests").parts[0]
    return LONG.index(directory) if directory in LONG else len(LONG)


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
