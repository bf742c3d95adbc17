"""What many tests share: the shipped content, the recorded data, facts by name."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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
