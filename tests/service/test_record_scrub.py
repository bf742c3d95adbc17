"""A recording of a device of the lab, for sharing: nothing that the inventory knows is in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.probes import record
from netdiag.service.teach.known_words import Known, LeakError, refuse_leaks
from tests.lab.clients import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


@pytest.mark.parametrize("device", ["sw-2", "sw-4", "bng-1"])
def test_no_name_address_or_login_of_the_inventory_is_in_it(
    tmp_path: Path, device: str, town: Town
) -> None:
    path = tmp_path / "shared.jsonl"
    words = [device, "--into", str(path), "--scrub", "--config", str(town.lab.config_path)]
    assert record.main(words, standalone_mode=False) == 0
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) > 20
    inventory = (town.directory / "inventory.yaml").read_text(encoding="utf-8")
    rows = [json.loads(line[4:]) for line in inventory.splitlines() if line.startswith("  - ")]
    mine = [row for row in rows if device in (row.get("device"), row.get("bng"))]
    people = {str(row[key]) for row in mine for key in ("login", "ip", "phone") if row.get(key)}
    macs = {mac for row in mine for mac in row.get("mac", ())}
    names = {str(row["id"]) for row in rows if "role" in row}
    words = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in people | macs | names]
    assert [word for word in words if re.search(word, text, re.IGNORECASE)] == []
    for mac in macs:
        assert mac.replace(":", "") not in text.lower()
        assert ".".join(str(int(part, 16)) for part in mac.split(":")) not in text


def test_what_would_still_tell_a_name_is_not_written() -> None:
    known = Known(names=("sw-lenina-3",), logins=("petrov",), addresses=())
    refuse_leaks(['{"name": "name-1", "text": "petrovich"}'], known)
    with pytest.raises(LeakError, match="sw-lenina-3"):
        refuse_leaks(['{"name": "SW-Lenina-3"}'], known)
