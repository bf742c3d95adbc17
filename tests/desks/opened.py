"""Desks as netdiag.yaml would make them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from netdiag.routing.desks.desk import Desk
from netdiag.service.tickets.settings import TicketSettings, read_tickets
from netdiag.settings import load


def settings_of(
    directory: Path, text: str, patch: pytest.MonkeyPatch, **secrets: str
) -> TicketSettings:
    """`tickets:` with this text below it."""
    for name, value in secrets.items():
        patch.setenv(name, value)
    path = directory / "netdiag.yaml"
    path.write_text(f"tickets:\n{text}", encoding="utf-8")
    return read_tickets(load(path))


def opened(directory: Path, patch: pytest.MonkeyPatch, secret: str, **keys: Any) -> Desk:
    """The one desk with these keys; `$SECRET` stands for the secret."""
    patch.setenv("DESK_TEST_SECRET", secret)
    lines = "".join(f"      {name}: {value}\n" for name, value in keys.items())
    text = f"  desks:\n    it:\n{lines}".replace("$SECRET", "{env: DESK_TEST_SECRET}")
    return settings_of(directory, text, patch).desks["it"].desk
