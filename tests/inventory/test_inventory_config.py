"""The `inventory:` key: what is right is read, what is wrong is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.content.yaml import load_text
from netdiag.inventory.config import read_sources
from netdiag.inventory.keys import By, PhoneRule
from netdiag.inventory.records import Part
from netdiag.inventory.source_config import (
    CsvConfig,
    HttpConfig,
    NetboxConfig,
    SourceConfig,
    SqlConfig,
    YamlConfig,
)
from netdiag.model.errors import ContentError
from netdiag.secrets import resolver

BASE = Path("/town")


def read(text: str) -> tuple[SourceConfig, ...]:
    return read_sources(load_text(text, "netdiag.yaml"), BASE, resolver(BASE))


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_URL", "mysql://netdiag:hush@db.example/billing")
    monkeypatch.setenv("CRM_TOKEN", "Bearer hush")
    monkeypatch.setenv("NETBOX_TOKEN", "hush")
    monkeypatch.setenv("NEW_TOKEN", "nbt_abc.hush")


def test_every_kind_of_source_is_read() -> None:
    yaml, people, boxes, sql, http, netbox = read(
        """\
- yaml: inventory.yaml
- csv:
    subscribers: s.csv
    devices: {file: d.csv, delimiter: tab, columns: {id: name}}
    delimiter: ";"
    encoding: cp1251
    columns: {id: Договор, account_balance: Баланс}
- sql:
    url: {env: BILLING_URL}
    subscribers:
      table: users
      columns: {id: uid, service: svc}
      values: {service: {"1": pppoe, "2": dhcp}}
    devices: {query: "SELECT 1 AS id;"}
    timeout_s: 2
    scan: false
  name: billing
  phone: {compare: 7, least: 5}
- http:
    url: "https://crm.example/api/subscribers/{key}"
    by: [id, login]
    headers: {Authorization: {env: CRM_TOKEN}, Accept: application/json}
    rows: data.items
    columns: {id: contract.number}
    devices: {url: "https://crm.example/api/devices"}
- netbox:
    url: https://netbox.example/
    token: {env: NETBOX_TOKEN}
    roles: {access-switch: access}
    platforms: {eltex-mes: eltex}
    site: site.name
    refresh: 2h
"""
    )
    assert isinstance(yaml, YamlConfig)
    assert yaml.path == BASE / "inventory.yaml"
    assert isinstance(people, CsvConfig)
    assert isinstance(boxes, CsvConfig)
    assert (people.part, people.delimiter, people.encoding) == (Part.SUBSCRIBERS, ";", "cp1251")
    assert people.layout.columns == {"id": "Договор", "account_balance": "Баланс"}
    assert (boxes.delimiter, boxes.encoding, boxes.layout.columns) == (
        "\t",
        "cp1251",
        {"id": "name"},
    )
    assert isinstance(sql, SqlConfig)
    assert (sql.name, sql.timeout_s, sql.scan) == ("billing", 2.0, False)
    assert sql.phone == PhoneRule(compare=7, least=5)
    assert sql.parts[Part.DEVICES].query == "SELECT 1 AS id"
    assert isinstance(http, HttpConfig)
    assert http.name == "crm.example"
    assert http.parts[Part.SUBSCRIBERS].by == (By.ID, By.LOGIN)
    assert not http.parts[Part.DEVICES].live
    assert http.remote.headers["Authorization"].reveal() == "Bearer hush"
    assert isinstance(netbox, NetboxConfig)
    assert netbox.remote.headers["Authorization"].reveal() == "Token hush"
    assert netbox.remote.refresh_s == 7200
    assert "hush" not in repr((sql, http, netbox))


def test_netbox_tokens_of_the_new_form_go_as_bearer() -> None:
    (netbox,) = read("- netbox: {url: 'https://n.example', token: {env: NEW_TOKEN}}")
    assert isinstance(netbox, NetboxConfig)
    assert netbox.remote.headers["Authorization"].reveal() == "Bearer nbt_abc.hush"


def test_sqlite_files_are_relative_to_the_configuration() -> None:
    (sql,) = read("- sql: {url: 'sqlite:///billing.db', subscribers: {table: users}}")
    assert isinstance(sql, SqlConfig)
    assert sql.url.reveal() == "sqlite:////town/billing.db"


def test_sources_of_one_name_are_told_apart() -> None:
    assert [c.name for c in read("- yaml: a/i.yaml\n- yaml: b/i.yaml")] == ["i.yaml", "i.yaml-2"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("yaml: i.yaml", "netdiag.yaml:1: 'inventory' must be a list of sources"),
        ("- {}", "exactly one of yaml, csv, sql, http, netbox"),
        ("- yaml: a\n  csv: {}", "exactly one of"),
        (
            "- yaml: a\n  nme: b",
            "netdiag.yaml:2: a source of the inventory has no key 'nme'. Did you mean",
        ),
        ("- csv: {}", "'csv' needs one of subscribers, devices, links"),
        ("- csv: {devices: d.csv, columns: {id: x}}", "write devices: {file"),
        (
            "- csv:\n    subscribers: a\n    columns: {logn: x}",
            "netdiag.yaml:3: subscribers have no 'logn'. Did you mean 'login'?",
        ),
        ("- csv: {subscribers: a, delimiter: '::'}", "'delimiter' is one character"),
        ("- csv: {subscribers: a, encoding: cp9999}", "no encoding 'cp9999'"),
        (
            "- csv: {subscribers: a, values: {service: {x: pppoa}}}",
            "cannot become 'pppoa'. Did you mean 'pppoe'?",
        ),
        ("- csv: {subscribers: a}\n  phone: {compare: 3, least: 6}", "not more than 'compare'"),
        ("- sql: {url: billing, subscribers: {table: u}}", "URL looks like"),
        (
            "- sql: {url: 'mysql://u:hush@h/d', subscribers: {table: u}}",
            "must not stand in this file",
        ),
        ("- sql: {url: {env: NOPE}, subscribers: {table: u}}", "NOPE is not set"),
        ("- sql: {url: {env: BILLING_URL}}", "'sql' needs one of"),
        ("- sql: {url: {env: BILLING_URL}, links: {}}", "either 'table' or 'query'"),
        ("- sql: {url: {env: BILLING_URL}, links: {query: DROP TABLE users}}", "must be a SELECT"),
        ("- http: {}", "'http' needs 'url', 'devices' or 'links'"),
        ("- http: {url: crm.example}", "starts with https://"),
        ("- http: {url: 'https://u:hush@crm.example/{key}'}", "must not stand in the URL"),
        ("- http: {url: 'https://crm.example/{key}?api_key=hush'}", "must not stand in the URL"),
        ("- http: {url: 'https://crm.example/{key}', by: [port]}", "nothing to look up by"),
        (
            "- http: {url: 'https://crm.example/{key}', headers: {X-Api-Key: hush}}",
            "must not stand in this file",
        ),
        ("- http: {url: 'https://crm.example/{key}', timeout_s: 0}", "'timeout_s' is between"),
        ("- http: {links: {url: 'https://crm.example/{key}'}}", "take {key} out"),
        ("- netbox: {url: 'https://n.example', roles: {sw: switch}}", "no role 'switch'"),
        ("- netbox: {url: 'https://n.example', refresh: soon}", "a time such as 30m"),
        ("- netbox: {token: hush, url: 'https://n.example'}", "must not stand in this file"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_out(text: str, error: str) -> None:
    with pytest.raises(ContentError) as raised:
        read(text)
    assert error in str(raised.value)
    assert str(raised.value).startswith("netdiag.yaml:")
    assert "hush" not in str(raised.value)
