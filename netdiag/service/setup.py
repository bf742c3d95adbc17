"""Settings, content and inventory, as the configuration names them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from netdiag import settings as configuration
from netdiag.content.load import load as load_content
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.settings import Settings

if TYPE_CHECKING:
    from netdiag.inventory.inventory import Inventory


def load_settings(config: str | None) -> Settings:
    """The settings of the configuration that the rules of the contract find."""
    return configuration.load(configuration.find(config))


def open_inventory(settings: Settings) -> Inventory:
    """The inventory that the settings describe."""
    from netdiag.inventory.build import open_inventory as build
    from netdiag.inventory.config import read_sources

    if settings.inventory is None or settings.secret is None:
        raise ContentError(
            f"{settings.path}: there is no 'inventory'. Say where subscribers and devices stand; "
            "see docs/howto/connect-your-inventory.md."
        )
    base = Path(settings.path).resolve().parent if settings.path else Path()
    sources = read_sources(settings.inventory, base, settings.secret)
    return build(sources, settings.state_dir)


def offline(config: str | None) -> tuple[Settings, Content]:
    """Settings and content for work without a network, whose secrets may be absent. Only where
    there is no configuration at all it is the shipped content alone."""
    try:
        path = configuration.find(config)
    except ContentError:
        if config or os.environ.get("NETDIAG_CONFIG"):
            raise
        settings = Settings()
    else:
        settings = configuration.load(path, secrets_needed=False)
    return settings, load_content(settings.content)
