"""Cases as an engineer would tell them in a line: the side is obvious, or honestly open.

`field.jsonl` holds them, per kind of access; what they rest on is general knowledge of the field.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.cases import Case, Scored, score
from netdiag.model.content import Content
from netdiag.model.words import Side

ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("field.jsonl").read_text(encoding="utf-8").splitlines()
]
# Parts of the network that are well, whatever is wrong with one subscriber.
WELL: Mapping[str, Any] = {
    "account.state": "active",
    "account.tariff_end_s": 864000,
    "account.provisioned": True,
    "account.quota_shaped": False,
    "aaa.radius_ok": True,
    "bng.reachable": True,
    "bng.sessions_drop_pct": 0,
    "device.reachable": True,
    "device.cpu_pct": 12,
    "dhcp.rogue_count": 0,
    "dns.resolver_ok": True,
    "nat.ports_used_pct": 8,
    "pool.used_pct": 55,
    "route.ok": True,
    "site.devices_down_pct": 0,
    "site.power_hint": "ok",
    "uplink.device_reachable": True,
    "uplink.oper_status": "up",
    "uplink.util_pct": 20,
}


def judged(row: Mapping[str, Any], content: Content, more: Mapping[str, Any] = {}) -> Scored:
    facts = {**more, **row["facts"]}
    return score(Case(id=row["id"], label=row["side"], facts=facts), content)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_few_words_of_an_engineer_are_enough(row: Mapping[str, Any], content: Content) -> None:
    found = judged(row, content)
    assert found.strange == ()
    assert found.agrees, f"{row['note']}: {found}"


def test_what_else_is_known_to_be_well_turns_no_side(content: Content) -> None:
    chance = random.Random(7)
    turned = []
    for row in ROWS:
        about = {name.partition(".")[0] for name in row["facts"]}
        others = {name: v for name, v in WELL.items() if name.partition(".")[0] not in about}
        for share in (0.2, 0.5, 1.0):
            more = {name: value for name, value in others.items() if chance.random() < share}
            found = judged(row, content, more)
            if found.wrong and row["side"] != Side.UNDETERMINED.value:
                turned.append(f"{found} with {sorted(more)}")
    assert turned == []


def test_every_kind_of_access_has_its_cases() -> None:
    kinds = [row["facts"].get("ref.access_kind") for row in ROWS]
    assert all(kinds.count(kind) >= 15 for kind in ("copper", "pon", "wireless"))
    assert {row["side"] for row in ROWS} >= {"provider", "subscriber", "drop_line", "undetermined"}
