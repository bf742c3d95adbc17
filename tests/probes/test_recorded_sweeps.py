"""What a sheet reads of all ports at once is what the probe of one port reads."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import snmprec
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source
from netdiag.model.probe import Probe
from netdiag.model.sweep import SweepSheet
from netdiag.model.vocabulary import Vocabulary
from netdiag.model.wire import Answer, Column, Sheet, SnmpColumns
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.identify import identify, model_of
from netdiag.probing.render import Params, render
from netdiag.sweeping.read import read

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = Source(transport="snmp", probe="port-optics", query="test")
LIGHT = "port.sfp_rx_dbm"
IF_OPER = SnmpColumns(oids={"v": "1.3.6.1.2.1.2.2.1.8"}, max_rows=5000)


def visited(agent: snmprec.Recording, sheet: SweepSheet) -> Sheet:
    """What an agent would answer a sweep."""
    columns: dict[str, Column] = {}
    for column in sheet.columns:
        for oid in column.oids:
            told = agent.ask(SnmpColumns(oids={"v": oid}, max_rows=5000))
            columns[oid] = {str(row["index"]): row["v"] for row in told.rows if "v" in row}
    return Sheet(columns=columns)


def lights(
    agent: snmprec.Recording, probe: Probe, ports: set[str], vocabulary: Vocabulary
) -> Iterator[tuple[str, float]]:
    """The same, port by port."""
    for port in ports:
        known = Facts([Fact(name="port.if_index", value=port, source=SOURCE, measured_at=NOW)])
        params = Params({}, known)
        reply = agent.ask(render(probe.ask, params))
        assert isinstance(reply, Answer)
        at = Circumstances(params=params, now=NOW, source=SOURCE)
        for reading in extract(probe, reply, vocabulary, at):
            if isinstance(reading, Fact) and reading.name == LIGHT:
                yield port, float(str(reading.value))


@pytest.mark.recordings
def test_light_read_of_all_ports_is_light_read_of_each(content: Content, data: Path) -> None:
    seen: dict[str, int] = {}
    for path in sorted((data / "snmp").glob("*.snmprec")):
        agent = snmprec.load(path)
        object_id, descr = agent.text(snmprec.SYS_OBJECT_ID), agent.text(snmprec.SYS_DESCR)
        name = identify(object_id, descr, content)
        if name is None:
            continue
        platform = model_of(name, object_id, descr, content)
        sheets = {sheet.id: sheet for sheet in content.sheets_of(platform)}
        probes = {probe.id: probe for probe in content.probes_of(platform)}
        sheet, probe = sheets.get("sweep-optics"), probes.get("port-optics")
        if sheet is None or probe is None:
            continue
        table, _ = read([sheet], visited(agent, sheet))
        at_once = {port: float(str(v)) for port, v in table.get(LIGHT, {}).items()}
        one_by_one = dict(lights(agent, probe, set(at_once), content.vocabulary))
        assert at_once == pytest.approx(one_by_one, abs=0.01), path.name
        seen[name] = seen.get(name, 0) + len(at_once)
    assert {name for name, ports in seen.items() if ports} >= {"snr", "eltex", "hp_comware"}


@pytest.mark.recordings
def test_macs_of_recorded_switches_are_seen_at_ports_that_they_have(
    content: Content, data: Path
) -> None:
    (sheet,) = [sheet for sheet in content.sheets if sheet.id == "sweep-fdb"]
    devices = macs = unplaced = 0
    for path in sorted((data / "snmp").glob("*.snmprec")):
        agent = snmprec.load(path)
        table, _ = read([sheet], visited(agent, sheet))
        bridge = table.get("fdb.port_if_index", {})
        learned = table.get("fdb.learned_at", {})
        if not learned or not bridge:
            continue
        ports = {str(row["index"]) for row in agent.ask(IF_OPER).rows}
        told = {str(bridge[str(n)]) for n in learned.values() if str(n) in bridge}
        assert told <= ports, path.name
        devices += 1
        macs += len(learned)
        unplaced += sum(str(n) not in bridge for n in learned.values())
    assert devices > 50
    # Some number the ports of the bridge otherwise than they say; such entries are nobody's.
    assert unplaced < macs / 20
