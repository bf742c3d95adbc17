"""Source configurations into an inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from netdiag.inventory.indexed import IndexedSource
from netdiag.inventory.inventory import Inventory
from netdiag.inventory.source import Source
from netdiag.inventory.source_config import (
    CsvConfig,
    HttpConfig,
    NetboxConfig,
    SourceConfig,
    SqlConfig,
    YamlConfig,
)


def open_inventory(configs: Iterable[SourceConfig], state_dir: Path | None) -> Inventory:
    """The inventory of these sources. Nothing is read or connected yet. Indexes are kept in
    `state_dir`; without one, or when it cannot be written, in memory."""
    return Inventory(source for config in configs for source in _sources(config, state_dir))


def _sources(config: SourceConfig, state_dir: Path | None) -> Iterator[Source]:
    # Imported here, for a start pays only for the kinds of sources that it has.
    if isinstance(config, YamlConfig):
        from netdiag.inventory.yaml_feed import YamlFeed

        yield IndexedSource(YamlFeed(config), state_dir)
    elif isinstance(config, CsvConfig):
        from netdiag.inventory.csv_feed import CsvFeed

        yield IndexedSource(CsvFeed(config), state_dir)
    elif isinstance(config, SqlConfig):
        from netdiag.inventory.sql_source import SqlSource

        yield SqlSource(config)
    elif isinstance(config, HttpConfig):
        yield from _http(config, state_dir)
    else:
        yield _netbox(config, state_dir)


def _http(config: HttpConfig, state_dir: Path | None) -> Iterator[Source]:
    from netdiag.inventory.http_feed import HttpFeed
    from netdiag.inventory.http_source import HttpSource

    if any(part.live for part in config.parts.values()):
        yield HttpSource(config)
    for name, part in config.parts.items():
        if not part.live:
            yield IndexedSource(HttpFeed(config, name), state_dir)


def _netbox(config: NetboxConfig, state_dir: Path | None) -> Source:
    from netdiag.inventory.netbox_feed import NetboxFeed

    return IndexedSource(NetboxFeed(config), state_dir)
