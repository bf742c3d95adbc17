"""netdiag user: who may use the board."""

from __future__ import annotations

import io

import pytest

from tests.cli.site import Site, Told, netdiag


@pytest.fixture
def add(site: Site, monkeypatch: pytest.MonkeyPatch):
    def call(name: str, password: str = "a long password", role: str = "noc") -> Told:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(password.encode() + b"\n")))
        return netdiag("user", "add", name, "--role", role, "--password-stdin")

    return call


def test_a_user_is_added_listed_changed_and_removed(add) -> None:
    assert add("anna").code == 0
    assert netdiag("user", "role", "anna", "--role", "viewer").code == 0
    listed = netdiag("user", "list", "--json").json()
    assert [(one["name"], one["role"], one["seen_at"]) for one in listed] == [
        ("anna", "viewer", None)
    ]
    assert netdiag("user", "remove", "anna").code == 0
    assert netdiag("user", "list", "--json").json() == []


def test_what_will_not_do_is_a_sentence_and_changes_nothing(add) -> None:
    told = add("boris", "short")
    assert (told.code, "10 to 256 characters" in told.err) == (2, True)
    assert add("boris", role="king").code == 2
    assert netdiag("user", "remove", "boris").code == 2
    assert netdiag("user", "list").out.startswith("There are no users.")


def test_the_password_is_in_nothing_that_is_printed(add) -> None:
    told = add("vera", "hidden-q8Wn-hidden")
    assert "q8Wn" not in told.out + told.err
