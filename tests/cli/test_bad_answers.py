"""Devices and databases that are silent or talk nonsense: answered in time, nobody blamed."""

from __future__ import annotations

import pytest

from tests.cli import peers
from tests.cli.site import SECRETS, Site, Told, netdiag
from tests.lab.clients import Town

BLAMES_SUBSCRIBER = 11
DEADLINE_S = 2.0


def diagnosed(*words: str) -> Told:
    """One diagnosis of a subscriber who must not be blamed."""
    told = netdiag("diagnose", "100001", "--deadline", str(DEADLINE_S), *words)
    assert told.code in (0, 10, 13), told
    return told


def missing(told: Told, device: str) -> str:
    """What the probes say about one device."""
    runs = [run for run in told.json()["probes"] if run["device"] == device]
    assert runs
    assert all(run["outcome"] != "ok" for run in runs if run["transport"] != "icmp")
    return " ".join(str(run["why"]) for run in runs)


def test_everything_silent_is_answered_inside_the_deadline(site: Site) -> None:
    with peers.silence_over_udp() as udp, peers.over_tcp(peers.mute, 60) as tcp:
        site.patient()
        site.devices(platform="cisco_ios", snmp=udp, ssh=tcp, routeros=tcp)
        told = netdiag("diagnose", "100001", "--deadline", "0.5", "--deep", "--json")
    assert told.code in (10, 13)
    assert told.json()["verdict"]["side"] in ("provider", "undetermined")
    whys = [run["why"] for run in told.json()["probes"] if run["device"] == "sw-1"]
    assert "the time for the whole answer was up" in whys


def test_a_device_that_sends_garbage_over_snmp_is_unreadable_not_dead(site: Site) -> None:
    with peers.garbage_over_udp() as port:
        site.devices(snmp=port)
        told = diagnosed("--deep", "--json")
    assert "damaged" in missing(told, "sw-1")


def test_a_router_that_answers_fatal_is_named_and_the_rest_goes_on(site: Site) -> None:
    with peers.over_tcp(peers.fatal) as port:
        site.devices(routeros=port)
        told = diagnosed("--deep", "--json")
    assert "bng-1" in missing(told, "bng-1")
    assert any(
        run["outcome"] == "ok" for run in told.json()["probes"] if run["device"] == "billing"
    )


@pytest.mark.parametrize("play", [peers.banner_only, peers.slowly])
def test_a_device_that_never_finishes_its_ssh_greeting_ends_in_time(
    site: Site, play: peers.Play
) -> None:
    with peers.over_tcp(play) as port:
        site.devices(platform="cisco_ios", ssh=port, routeros=port)
        diagnosed("--deep")


def test_the_radius_database_is_away_and_the_diagnosis_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETDIAG_TEST_RADIUS", "postgresql://netdiag:hush-Zz1@127.0.0.1:9/radius")
    told = diagnosed("--json")
    why = missing(told, "radius")
    assert "radius" in why
    assert "hush-Zz1" not in told.out + told.err


def test_the_billing_database_is_away_and_the_diagnosis_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETDIAG_TEST_BILLING", "mysql+pymysql://netdiag:hush-Zz1@127.0.0.1:9/b")
    told = diagnosed("--json")
    assert "billing" in missing(told, "billing")
    assert "hush-Zz1" not in told.out + told.err


@pytest.mark.parametrize("wrong", ["community", "routeros.password", "ssh.password"])
def test_a_wrong_password_is_an_absence_and_never_shown(town: Town, wrong: str) -> None:
    config = town.directory / "wrong.yaml"
    text = town.lab.config_path.read_text(encoding="utf-8")
    assert f"{{file: {wrong}}}" in text
    config.write_text(text.replace(f"{{file: {wrong}}}", "{file: wrong.secret}"), encoding="utf-8")
    (town.directory / "wrong.secret").write_text("wrong-Qq7", encoding="utf-8")
    told = netdiag("diagnose", "100214", "--config", str(config), "--deep", "--json")
    assert told.code in (0, 10, 13)
    assert "wrong-Qq7" not in told.out + told.err
    asked = {"community": "snmp", "routeros.password": "routeros", "ssh.password": "ssh"}[wrong]
    runs = [run for run in told.json()["probes"] if run["transport"] == asked]
    assert runs
    assert all(run["outcome"] != "ok" for run in runs)


def test_no_secret_is_ever_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command, also where it fails, as talkative as it can be."""
    urls = {
        "NETDIAG_TEST_RADIUS": "postgresql://netdiag:pgpass-1x@127.0.0.1:9/radius",
        "NETDIAG_TEST_BILLING": "mysql+pymysql://netdiag:mypass-2y@127.0.0.1:9/billing",
    }
    for name, value in urls.items():
        monkeypatch.setenv(name, value)
    hidden = (*SECRETS.values(), "pgpass-1x", "mypass-2y")
    with peers.over_tcp(peers.fatal) as tcp, peers.garbage_over_udp() as udp:
        site.devices(platform="cisco_ios", snmp=udp, ssh=tcp, routeros=tcp)
        said = [
            netdiag("-vv", *words)
            for words in (
                ("diagnose", "100001", "--deadline", "1", "--deep", "--save", "saved.json"),
                ("diagnose", "100001", "--deadline", "0.5", "--json"),
                ("diagnose", "nobody"),
                ("explain", "saved.json", "--all"),
                ("replay", "saved.json", "--json"),
                ("impact", "sw-1"),
                ("check",),
                ("doctor",),
                ("probes", "record", "sw-1:7", "--into", "record.jsonl"),
            )
        ]
    written = [p.read_bytes() for p in site.directory.rglob("*") if p.is_file()]
    texts = [told.out + told.err for told in said] + [b.decode("utf-8", "replace") for b in written]
    assert len(written) > 5
    for secret in hidden:
        assert not [text for text in texts if secret in text], secret
