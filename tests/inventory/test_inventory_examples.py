"""The annotated examples are right: they load, and what they hold can be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.content.yaml import Items, Table, load_file
from netdiag.inventory.build import open_inventory
from netdiag.inventory.config import read_sources
from netdiag.inventory.source_config import CsvConfig, YamlConfig
from netdiag.model.words import AccessKind, ServiceKind
from netdiag.secrets import resolver

EXAMPLES = Path(__file__).resolve().parents[2] / "config" / "inventory"


def test_the_annotated_sources_load_and_their_files_hold_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_URL", "mysql://netdiag:hush@db.example.net/billing")
    monkeypatch.setenv("CRM_AUTHORIZATION", "Bearer hush")
    monkeypatch.setenv("NETBOX_TOKEN", "hush")
    tree = load_file(EXAMPLES / "sources.yaml")
    assert isinstance(tree, Table)
    sources = tree.entries["inventory"]
    assert isinstance(sources, Items)
    configs = read_sources(sources, EXAMPLES, resolver(EXAMPLES))
    assert len(configs) == 5
    inventory = open_inventory(
        [c for c in configs if isinstance(c, YamlConfig | CsvConfig)], tmp_path
    )
    assert inventory.problems() == ()
    petrov = inventory.find("8-912-345-67-89").subscriber
    assert petrov is not None
    assert petrov.id == "100234"
    school = inventory.subscriber("100235")
    assert school is not None
    assert school.access is AccessKind.PON
    sidorov = inventory.find("sw-12:9").subscriber
    assert sidorov is not None
    assert sidorov.service is ServiceKind.DHCP
    assert sidorov.extra == {"account_state": "блокирован"}
    assert inventory.topology().path("sw-12") == ("core-1", "agg-1", "sw-12")
    inventory.close()
