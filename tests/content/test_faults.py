"""Every fault of the catalogue has its rule: three kinds of examples, three languages, a cause."""

from __future__ import annotations

import pytest

from netdiag.content.vocabulary import LANGUAGES
from netdiag.model.content import Content
from netdiag.model.rule import Expect
from netdiag.model.words import AccessKind

CORE = [
    "account.blocked-nonpayment",
    "account.tariff-expired",
    "account.not-provisioned",
    "provider.site.power-outage",
    "provider.wireless.tower-power",
    "provider.access.device-unreachable",
    "provider.aaa.radius-down",
    "provider.access.device-reboot-loop",
    "provider.pon.olt-port-down",
    "provider.pon.feeder-cut",
    "provider.pon.rogue-onu",
    "provider.wireless.ap-down",
    "provider.access.port-admin-down",
    "subscriber.lan.loop",
    "settings.access.mac-limit",
    "provider.access.port-err-disabled",
    "provider.access.poe-fault",
    "provider.line.cable-fault",
    "subscriber.cpe.powered-off",
    "provider.pon.onu-los",
    "subscriber.cpe.cable-unplugged",
    "settings.pon.onu-not-registered",
    "subscriber.cpe.onu-power",
    "settings.access.wrong-vlan",
    "settings.access.mac-on-other-port",
    "settings.access.mac-binding",
    "provider.wireless.not-registered",
    "provider.bng.dhcp-pool-exhausted",
    "provider.bng.pppoe-no-address",
    "provider.bng.stale-session",
    "provider.l2.rogue-dhcp",
    "subscriber.cpe.lan-in-wan",
    "settings.ip.conflict",
    "settings.cpe.wrong-static-ip",
    "subscriber.cpe.no-dhcp-request",
    "settings.pppoe.wrong-password",
    "settings.pppoe.wrong-login",
    "settings.pppoe.duplicate-login",
    "subscriber.cpe.no-padi",
    "subscriber.cpe.hung",
    "undetermined.l3.arp-incomplete",
    "settings.access.duplex-mismatch",
    "provider.line.pair-fault-downshift",
    "provider.line.port-errors",
    "provider.line.flapping",
    "provider.access.broadcast-storm",
    "provider.pon.weak-optical",
    "provider.wireless.weak-signal",
    "provider.wireless.interference",
    "undetermined.pppoe.peer-not-responding",
    "provider.core.routing-fault",
    "subscriber.host.infected",
    "provider.core.cgnat-exhausted",
    "provider.uplink.saturated",
    "provider.core.dns-failing",
    "provider.core.mtu-blackhole",
    "subscriber.lan.wifi-only",
    "remote.service.single-site",
    "account.quota-shaped",
    "none.speed-within-tariff",
    "none.ok",
    "undetermined.insufficient-data",
]
EXTENDED = [
    "account.suspended",
    "provider.bng.unreachable",
    "settings.hotspot.not-authorized",
    "provider.access.queue-drops",
    "subscriber.cpe.port-limited",
    "provider.pon.bip-errors",
    "provider.wireless.sector-overload",
    "provider.uplink.degraded",
    "settings.cpe.wrong-dns",
    "provider.access.device-overload",
    "subscriber.cpe.double-nat",
]


def test_the_catalogue_is_whole() -> None:
    assert (len(CORE), len(EXTENDED)) == (62, 11)


@pytest.mark.parametrize("fault", [*CORE, *EXTENDED])
def test_a_fault_of_the_catalogue_has_a_whole_rule(fault: str, content: Content) -> None:
    rule = content.rule(fault)
    assert rule.probable_cause
    assert rule.fallback or {example.expect for example in rule.examples} == set(Expect)
    assert rule.fallback or len(rule.examples) >= 3
    for texts in (rule.title, rule.say, rule.next_steps):
        assert all(texts[language] for language in LANGUAGES)


def test_faults_of_fibres_are_for_fibres_alone(content: Content) -> None:
    fibre = [rule for rule in content.rules if ".pon." in rule.fault]
    assert len(fibre) >= 8
    assert all(rule.access == {AccessKind.PON} for rule in fibre)
