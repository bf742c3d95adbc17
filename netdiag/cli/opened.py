"""What most commands open first: the configuration, and the store that it names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from netdiag.cli.options import Common

if TYPE_CHECKING:
    from netdiag.settings import Settings
    from netdiag.store.database import Database


def settings_of(common: Common) -> Settings:
    """The settings; from here on the command speaks their language."""
    from netdiag.service.setup import load_settings

    settings = load_settings(common.config)
    common.speak(settings.language)
    return settings


@contextmanager
def opened_store(common: Common) -> Iterator[tuple[Database, Settings]]:
    """The store, until the end of the block."""
    from netdiag.service.daemon.settings import open_database

    settings = settings_of(common)
    with closing(open_database(settings)) as database:
        yield database, settings
