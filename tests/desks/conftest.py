"""Desks: strict servers of our own for `make test`, a real Request Tracker for `make test-rt`."""

from collections.abc import Iterator

import pytest

from tests.desks.rt_desk import Desk, desk
from tests.desks.rt_peer import missing


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A Request Tracker on SQLite, the lab, and netdiag between them."""
    why = missing()
    if why:
        pytest.skip(why)
    with desk(tmp_path_factory.mktemp("desk")) as made:
        yield made
