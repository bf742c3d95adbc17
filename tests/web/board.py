"""A browser's half of the board over plain HTTP: signs in, sends forms, reads pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from netdiag.model.user import UserRole
from netdiag.service.board.accounts import Accounts
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from tests.web.conftest import Served

PASSWORD = "a password for tests"


@contextmanager
def accounts(served: Served) -> Iterator[Accounts]:
    """The users of a running daemon's store."""
    database = open_database(load_settings(str(served.config)))
    try:
        yield Accounts(database)
    finally:
        database.close()


def person(served: Served, role: UserRole) -> str:
    """A user of that role, made when there is none; his name."""
    name = f"test-{role}"
    with accounts(served) as users:
        if users.users.get(name) is None:
            users.add(name, role, PASSWORD, datetime.now(UTC), by="test")
    return name


@contextmanager
def browser(served: Served, role: UserRole | None = None) -> Iterator[httpx.Client]:
    """A client that asks for pages; with a role it is signed in."""
    headers = {"accept": "text/html", "accept-language": "en"}
    with httpx.Client(base_url=f"http://{served.address}", headers=headers, timeout=30) as client:
        if role is not None:
            form = {"name": person(served, role), "password": PASSWORD, "then": "/"}
            answer = client.post("/sign-in", data=form)
            assert answer.status_code == 303, answer.text
        yield client


def csrf(page: str) -> str:
    """What the forms of a page carry."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def text_of(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
