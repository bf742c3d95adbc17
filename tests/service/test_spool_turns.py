"""Two workers of one site without their store: each sweeps in its turn, whoever else lives."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netdiag.service.app import App
from netdiag.service.spool.alone import Alone
from netdiag.service.spool.keeper import Keeper
from netdiag.store.database import Database
from netdiag.store.fleet import Fleet, Me

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Noted(Alone):
    """Says when it would sweep; `now` is the clock of the test."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.swept: list[datetime] = []
        self.now = NOON

    def sweep(self) -> None:
        """Note it."""
        self.swept.append(self.now)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    config = tmp_path / "netdiag.yaml"
    config.write_text(
        'inventory: [{yaml: town.yaml}]\nstate_dir: state\nsweep: {schedule: "*/10 * * * *"}\n'
    )
    (tmp_path / "town.yaml").write_text("devices: []\n")
    made = App.open(str(config))
    yield made
    made.database.close()


def crew(names: tuple[str, ...], directory: Path, app: App, stack: ExitStack) -> dict[str, Noted]:
    """Keepers beside copies that were made while all of these lived; what each would sweep in two
    hours without the store."""
    found = {}
    for name in names:
        local = stack.enter_context(closing(Database(f"sqlite:///{directory}/{name}.db")))
        for one in names:
            Fleet(local).join(
                Me(name=one, instance=one, host=one, pid=1, sites=("north",), version="1")
            )
        alone = Noted(lambda: app, local, ("north",))
        keeper = Keeper(
            central=local, local=local, alone=alone, name=name, sites=("north",),
            tell=lambda _: None, clock=lambda alone=alone: alone.now,
        )  # fmt: skip
        for minute in range(120):
            alone.now = NOON + timedelta(minutes=minute)
            keeper._without(alone.now)
        found[name] = alone
    return found


def test_they_never_sweep_at_once_and_the_dead_one_leaves_half(tmp_path: Path, app: App) -> None:
    with ExitStack() as stack:
        swept = {n: a.swept for n, a in crew(("north-1", "north-2"), tmp_path, app, stack).items()}
    every = {NOON + timedelta(minutes=minute) for minute in range(10, 120, 10)}
    assert set(swept["north-1"]) | set(swept["north-2"]) == every
    assert not set(swept["north-1"]) & set(swept["north-2"])
    assert min(map(len, swept.values())) >= len(every) // 2


def test_one_that_is_the_only_one_sweeps_every_time(tmp_path: Path, app: App) -> None:
    with ExitStack() as stack:
        swept = crew(("north-1",), tmp_path, app, stack)["north-1"].swept
    assert len(swept) == 11
