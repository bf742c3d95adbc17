"""A device that talks nonsense, seen from `netdiag diagnose`: a sentence, the right code, in time.

What it costs is bounded too: a table without an end or a flood of octets takes no memory."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Callable

import pytest

from tests.cli import peers
from tests.cli.site import Site, Told, netdiag
from tests.transports.snmp_peer import Request

DEADLINE_S = 2.0
MEGABYTE_KIB = 1024
MOST_MEMORY_MB = 60


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE_KIB


def diagnosed(*words: str) -> Told:
    """One diagnosis that blames nobody it must not and stays small."""
    netdiag("diagnose", "100001", "--deadline", "0.2")  # what it imports is not what it costs
    before = peak_mb()
    told = netdiag("diagnose", "100001", "--deadline", str(DEADLINE_S), *words)
    assert told.code in (0, 10, 13), told
    assert peak_mb() - before < MOST_MEMORY_MB
    return told


def reasons(told: Told, device: str) -> str:
    runs = [run for run in told.json()["probes"] if run["device"] == device]
    return " ".join(str(run["why"]) for run in runs if run["outcome"] == "absent")


@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        (peers.truncated, "sent only damaged or foreign datagrams"),
        (peers.in_a_circle, "objects that do not increase"),
        (peers.endless, "longer than what was read"),
        (peers.nonsense, "unreadable"),
    ],
)
def test_an_agent_that_talks_nonsense_over_snmp(
    site: Site, agent: Callable[[Request], bytes], sentence: str
) -> None:
    with peers.snmp_agent(agent) as port:
        site.devices(snmp=port)
        told = diagnosed("--deep", "--json")
    assert sentence in reasons(told, "sw-1")


@pytest.mark.parametrize(
    ("play", "sentence"),
    [
        (peers.traps, "out of everything"),
        (peers.fatal, "ended the session"),
        (peers.boasting, "bng-1"),
        (peers.flooding, "bng-1"),
        (peers.slowly, "bng-1"),
        (peers.banner_only, "the time for the whole answer was up"),
    ],
)
def test_a_router_that_talks_nonsense_over_its_api(
    site: Site, play: peers.Play, sentence: str
) -> None:
    with peers.over_tcp(play) as port:
        site.devices(routeros=port)
        told = diagnosed("--deep", "--json")
    assert sentence in reasons(told, "bng-1")


@pytest.mark.parametrize("play", [peers.banner_only, peers.slowly, peers.flooding, peers.fatal])
def test_a_switch_that_talks_nonsense_over_ssh(site: Site, play: peers.Play) -> None:
    with peers.over_tcp(play) as port:
        site.devices(platform="cisco_ios", ssh=port)
        told = diagnosed("--deep", "--json")
    runs = [run for run in told.json()["probes"] if run["transport"] == "ssh"]
    whys = [run["why"] for run in runs if run["outcome"] == "absent"]
    assert whys
    assert all("sw-1" in why for why in whys if why.startswith(("timed_out", "unreadable")))


@pytest.mark.parametrize("language", ["en", "ru", "fa"])
def test_the_answer_for_a_person_names_what_could_not_be_read(site: Site, language: str) -> None:
    with contextlib.ExitStack() as stack:
        udp = stack.enter_context(peers.snmp_agent(peers.truncated))
        tcp = stack.enter_context(peers.over_tcp(peers.traps))
        site.devices(snmp=udp, routeros=tcp)
        told = diagnosed("--lang", language)
    assert told.headline
    assert "sw-1" in told.out


@pytest.mark.parametrize("deadline", [0.3, 1.0, 3.0])
def test_all_devices_dead_is_never_the_subscribers_fault(site: Site, deadline: float) -> None:
    told = netdiag("diagnose", "100001", "--deadline", str(deadline), "--json")
    verdict = told.json()["verdict"]
    assert (verdict["side"], told.code) in (("provider", 10), ("undetermined", 13))
    if verdict["side"] == "provider":
        assert verdict["fault"].endswith("unreachable")
