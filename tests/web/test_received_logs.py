"""A switch sends its log to the daemon; the next diagnosis of its subscriber knows it."""

import socket
import time
from contextlib import closing
from datetime import UTC, datetime

import httpx

from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.log_lines import LogLines
from tests.web.conftest import Served
from tests.web.test_running import wait_for

DOWN = "<189>77: Nov 28 10:00:00.123: %LINK-3-UPDOWN: Interface {}, changed state to down"


def test_link_drops_that_a_switch_told_are_among_the_facts(
    served: Served, api: httpx.Client
) -> None:
    world = served.town.lab.scene.world
    switch = world.devices["sw-4"]
    home = next(home for home in world.homes.values() if home.port[0] == "sw-4")
    port = world.ports[home.port].name.replace("Gi", "GigabitEthernet")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((switch.host, 0))
        for _ in range(3):
            out.sendto(DOWN.format(port).encode(), served.syslog)
    database = open_database(load_settings(str(served.config)))
    with closing(database):
        lines = LogLines(database)
        assert wait_for(lambda: "sw-4" in lines.devices())
        log = lines.of_device("sw-4", datetime.now(UTC), hours=1, most=9)
        assert [line.severity for line in log.lines] == [5, 5, 5]
        time.sleep(1.1)  # so long it is remembered who sends nothing
        body = {"subscriber": home.id, "wait_s": 20}
        document = api.post("/api/v1/diagnoses", json=body).json()
        kept = Diagnoses(database).get(document["id"])
    ran = {probe["probe"]: probe for probe in document["probes"]}
    assert ran["log-port"]["outcome"] == "ok", ran["log-port"]["why"]
    assert kept is not None
    facts = kept["facts"]
    assert facts["port.flaps_24h"]["value"] == 3
    assert facts["port.flaps_24h"]["source"]["transport"] == "log"
