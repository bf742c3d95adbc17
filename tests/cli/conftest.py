"""The paper provider, and the running lab, for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.peers import silence_over_udp
from tests.cli.site import Site
from tests.lab.clients import Town


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with silence_over_udp() as silent:
        yield _settled(Site(tmp_path, silent), tmp_path, monkeypatch)


def _settled(made: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()
