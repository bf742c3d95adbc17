"""The `act` of a probe file: what is changed on the device for a while, and how it is undone."""

from __future__ import annotations

import re

from netdiag.content import placeholders
from netdiag.content.reader import Reader, fail
from netdiag.content.reader_filters import filters
from netdiag.model import wire
from netdiag.model.condition import facts_read
from netdiag.model.probe import Probe
from netdiag.model.vocabulary import Vocabulary
from netdiag.model.words import Consent, Disruption

_OWN = ("onu.", "radio.")
_WHOLE = re.compile(r"(?:unsigned )?-?\d+")


def read_act(transport: str, reader: Reader, known: Vocabulary) -> wire.Act | None:
    """The act of one probe; None when it only reads."""
    inner = reader.inner("act")
    if inner is None:
        return None
    act = wire.Act(
        do=_change(transport, inner, "do", known),
        undo=_change(transport, inner, "undo", known) if inner.has("undo") else None,
        hold_s=inner.number("hold_s"),
        settle_s=inner.number("settle_s", 0.0),
        until=filters(inner, "until"),
        during=inner.flag("during"),
        own=inner.flag("own"),
    )
    inner.done()
    return act


def check_act(probe: Probe, reader: Reader) -> None:
    """What acts, says so: consent every time, an outage, and how long it lasts."""
    if probe.act is None:
        return
    place = reader.where("act")
    if probe.consent is not Consent.ALWAYS or probe.disruption is not Disruption.OUTAGE:
        raise fail(place, "a probe that acts needs 'consent: always' and 'disruption: outage'.")
    if probe.outage_s <= 0:
        raise fail(place, "a probe that acts says with 'outage_s' how long the service is away.")
    names = placeholders.of_question(probe.act)
    if probe.act.own and not any(n == "onu_sn" or n.startswith(_OWN) for n in names):
        raise fail(place, "'own' is for what names the subscriber's ONU or radio in its 'do'.")
    if probe.act.own and not _sure(probe):
        raise fail(
            place,
            "'own' needs proof that the ONU or radio is the subscriber's: 'when: [onu.sn == "
            "@ref.onu_sn]', or a question by his radio_mac.",
        )
    if probe.act.undo is None and not probe.act.own:
        raise fail(place, "an act without 'undo' is for an ONU or a radio: 'own: true'.")
    busy = probe.act.hold_s + probe.act.settle_s
    if not 0 < probe.act.hold_s <= 60 or probe.timeout_s < busy + 5:
        raise fail(
            place,
            "'hold_s' is above 0 and at most 60, and 'timeout_s' at least hold_s + settle_s + 5.",
        )


def _sure(probe: Probe) -> bool:
    """Is it asked beforehand whose it is, by the serial number on the OLT or the radio's MAC?"""
    compared = {name for condition in probe.when for name in facts_read(condition)}
    return {"onu.sn", "ref.onu_sn"} <= compared or "radio_mac" in probe.needs


def _change(transport: str, reader: Reader, key: str, known: Vocabulary) -> wire.Change:
    inner = Reader(reader.need(key), f"'{key}'")
    change: wire.Change
    if transport == "snmp":
        change = wire.SnmpSet(oids=inner.texts_by_key("set"))
        if not all(_WHOLE.fullmatch(value) for value in change.oids.values()):
            raise fail(inner.where("set"), "a SET writes a whole number: '1', or 'unsigned 1'.")
    elif transport == "ssh":
        change = wire.SshChange(command=inner.text("command"))
    elif transport == "routeros":
        change = wire.RouterosChange(
            path=inner.text("path"), attributes=inner.texts_by_key("attributes")
        )
    else:
        raise fail(reader.where(key), f"nothing is changed over {transport}.")
    for text in placeholders.texts_of(change):
        placeholders.check(text, known, reader.where(key))
    inner.done()
    return change
