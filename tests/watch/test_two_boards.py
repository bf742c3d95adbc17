"""Two daemons over one real PostgreSQL show the same board, and each takes the other's forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from netdiag.model.user import UserRole
from netdiag.service.board.accounts import Accounts
from tests.watch.daemons import Watched, until
from tests.watch.test_two_daemons import pair, store  # noqa: F401  (a fixture)
from tests.web.board import PASSWORD, csrf

pytestmark = pytest.mark.real
PARTS = ("summary", "outages", "tree", "weak", "symptoms", "flaps", "held")


@pytest.fixture
def both(tmp_path: Path, store: None) -> Iterator[tuple[Watched, Watched]]:  # noqa: F811
    with pair(tmp_path, "watch: {round_s: 0}\n") as (one, two):
        database = one.database()
        for name in ("anna", "boris"):
            Accounts(database).add(name, UserRole.NOC, PASSWORD, datetime.now(UTC), by="test")
        database.close()
        yield one, two


def browser(daemon: Watched) -> httpx.Client:
    headers = {"accept": "text/html", "accept-language": "en"}
    return httpx.Client(base_url=f"http://{daemon.address}", headers=headers, timeout=30)


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password, "then": "/"})


def parts(client: httpx.Client) -> dict[str, str]:
    """The parts of the board that tell of the network, without the clock."""
    page = client.get("/").text
    found = {}
    for name in PARTS:
        told = re.search(rf'<section[^>]*id="part-{name}".*?</section>', page, re.S)
        assert told, name
        found[name] = re.sub(r"\d+ (s|min)\b", "", told[0])
    return found


def test_one_session_sees_the_same_outage_at_both_and_writes_at_either(
    both: tuple[Watched, Watched],
) -> None:
    one, two = both
    with browser(one) as first, browser(two) as second:
        assert sign_in(first, "anna").status_code == 303
        second.cookies.set("netdiag_session", first.cookies["netdiag_session"])
        form = {"csrf": csrf(first.get("/outages").text), "root": "agg-1", "cause": "power"}
        place = second.post("/outages", data=form).headers["location"]  # shown by one, sent to two
        until(lambda: "agg-1" in parts(first)["outages"])
        until(lambda: parts(first) == parts(second), why=lambda: (parts(first), parts(second)))
        note = {"csrf": csrf(second.get(place).text), "note": "the crew is on its way"}
        assert first.post(place, data=note).status_code == 303
        for client in (first, second):
            until(lambda c=client: "the crew is on its way" in parts(c)["outages"])
        end = {"csrf": csrf(first.get(place).text), "end": "yes"}
        assert second.post(place, data=end).status_code == 303
        until(lambda: place.rpartition("/")[2] not in parts(first)["outages"])
        assert first.post("/sign-out", data={"csrf": note["csrf"]}).status_code == 303
        assert second.get("/").status_code == 303  # out at one is out at both


def test_wrong_passwords_are_counted_over_both(both: tuple[Watched, Watched]) -> None:
    one, two = both
    with browser(one) as first, browser(two) as second:
        codes = [
            sign_in(client, "boris", "not his").status_code
            for client in (first, second, first, second, first, second, first)
        ]
        assert codes == [403] * 5 + [429] * 2
        assert sign_in(second, "boris").status_code == 429
        assert sign_in(second, "anna").status_code == 303
