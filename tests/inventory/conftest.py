"""A small town on disk, opened as an inventory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_town import TOWN, Open

from netdiag.content.yaml import load_text
from netdiag.inventory.build import open_inventory
from netdiag.inventory.config import read_sources
from netdiag.inventory.inventory import Inventory
from netdiag.secrets import resolver


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens an inventory from the YAML text of its sources; files live in tmp_path."""
    made: list[Inventory] = []

    def open_it(text: str, state: Path | None = None) -> Inventory:
        configs = read_sources(load_text(text, "netdiag.yaml"), tmp_path, resolver(tmp_path))
        made.append(open_inventory(configs, state or tmp_path / "state"))
        return made[-1]

    yield open_it
    for inventory in made:
        inventory.close()


@pytest.fixture
def town(tmp_path: Path, opened: Open) -> Inventory:
    """The town of TOWN."""
    (tmp_path / "town.yaml").write_text(TOWN, encoding="utf-8")
    return opened("- yaml: town.yaml")
