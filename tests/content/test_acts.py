"""A probe that resets somebody's terminal says how it knows whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.content.load import load
from netdiag.model.errors import ContentError
from tests.conftest import ROOT

PROBES = ROOT / "probes"
PROOF = "when: [onu.state == online, onu.sn == @ref.onu_sn]"


def taught(folder: Path, platform: str, name: str, old: str, new: str) -> Path:
    """A site's own file in place of the shipped one, with something else in it."""
    text = (PROBES / platform / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    place = folder / "probes" / platform / f"{name}.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PROOF, "when: [onu.state == online]", "needs proof that the ONU or radio is"),
        (PROOF, "when: [onu.sn == HWTC00000005]", "needs proof"),
        ("  own: true\n", "", "an act without 'undo' is for an ONU or a radio"),
        (
            "consent: always",
            "consent: unless_port_down",
            "a probe that acts needs 'consent: always'",
        ),
        ("outage_s: 120\n", "", "says with 'outage_s' how long"),
        ("hold_s: 15 ", "hold_s: 95 ", "'hold_s' is above 0 and at most 60"),
    ],
)
def test_a_reset_without_its_guards_is_refused_at_load(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    site = taught(tmp_path, "huawei_smartax", "onu-reset", old, new)
    with pytest.raises(ContentError, match=said):
        load([site])


def test_a_radio_is_known_by_its_mac_or_not_touched(tmp_path: Path) -> None:
    site = taught(
        tmp_path,
        "mikrotik_routeros",
        "radio-reset-wifi",
        "[radio.index, radio_mac]",
        "[radio.index]",
    )
    with pytest.raises(ContentError, match="question by his radio_mac"):
        load([site])


@pytest.mark.parametrize("value", ["up", "1.5", "unsigned", "0x1", "signed 1"])
def test_a_set_writes_whole_numbers_and_nothing_else(value: str, tmp_path: Path) -> None:
    site = taught(tmp_path, "eltex_ltp", "onu-reset", "unsigned 1", value)
    with pytest.raises(ContentError, match="a SET writes a whole number"):
        load([site])
