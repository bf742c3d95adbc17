from collections.abc import Iterator

import pytest

from tests.lab.clients import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _in_good_order(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "town" in request.fixturenames:
        running: Town = request.getfixturevalue("town")
        assert not running.inside(running.lab.active), "a test left a fault on"
