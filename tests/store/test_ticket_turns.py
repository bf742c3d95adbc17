"""One flow at a time for a ticket, over processes that share a store."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from netdiag.service.tickets.alone import Alone
from netdiag.store.database import Database
from netdiag.store.fleet_tables import leases

pytestmark = pytest.mark.real


@pytest.fixture
def pair(server: sa.Engine) -> Iterator[tuple[Database, Database]]:
    """Two processes' stores, which are one PostgreSQL."""
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS turns")
        connection.exec_driver_sql("CREATE DATABASE turns")
    url = server.url.set(database="turns").render_as_string(hide_password=False)
    both = Database(url), Database(url)
    yield both
    for one in both:
        one.close()


async def test_two_processes_never_work_on_one_ticket_at_once(
    pair: tuple[Database, Database],
) -> None:
    inside: list[str] = []
    together: list[tuple[str, ...]] = []

    async def work(alone: Alone, ticket: str) -> None:
        async with alone("rt", ticket):
            inside.append(ticket)
            together.append(tuple(inside))
            await asyncio.sleep(0.05)
            inside.remove(ticket)

    both = [Alone(one, lasts_s=5) for one in pair]
    await asyncio.gather(*(work(one, ticket) for one in both * 3 for ticket in ("7", "8")))
    assert len(together) == 12
    assert all(len(set(now)) == len(now) for now in together)
    assert any(len(now) == 2 for now in together), "different tickets wait for nobody"
    with pair[0].read() as connection:
        assert connection.execute(sa.select(leases)).all() == [], "nothing of it stays"


async def test_a_long_flow_keeps_its_turn_and_that_of_a_dead_process_runs_out(
    pair: tuple[Database, Database],
) -> None:
    first, second = (Alone(one, lasts_s=1) for one in pair)
    turns: list[str] = []

    async def wait() -> None:
        async with second("rt", "7"):
            turns.append("second")

    async with first("rt", "7"):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(2)
        turns.append("first")
    await waiting
    assert turns == ["first", "second"]
    dead = Alone(pair[0], lasts_s=1)
    hold = dead("rt", "7")
    await hold.__aenter__()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()  # it renews no more
    async with asyncio.timeout(10), second("rt", "7"):
        turns.append("after the dead")
    await hold.__aexit__(None, None, None)
    assert turns[-1] == "after the dead"
