"""Raw levels and states of optical terminals are what others made of the same numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench import onu_light, optics
from netdiag.model.content import Content
from netdiag.model.errors import ContentError


@pytest.mark.recordings
def test_recorded_levels_and_states_read_as_others_read_them(content: Content, data: Path) -> None:
    told = optics.measure(data, content)
    assert told.differing == []
    assert told.compared >= 10


@pytest.mark.recordings
def test_light_of_recorded_olts_is_what_others_read_or_has_a_reason(
    content: Content, data: Path
) -> None:
    told = onu_light.measure(data, content)
    assert told.misses.get("", []) == []
    assert told.recordings >= 3
    assert told.levels > 70


def folder(tmp_path: Path, *rows: Mapping[str, object]) -> Path:
    (tmp_path / "pon").mkdir()
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / optics.VECTORS).write_text(lines, encoding="utf-8")
    return tmp_path


HUAWEI = "1.3.6.1.4.1.2011.6.128.1.1.2"


@pytest.mark.parametrize(
    "vector",
    [
        {"oid": f"{HUAWEI}.51.1.6", "raw": "7450", "dBm": -25.5},  # 100 is added
        {"oid": "...51.1.4", "raw": "2147483647", "dBm": None},  # the word for "no value"
        {"oid": f"{HUAWEI}.46.1.15", "raw": "2", "state": "offline"},
        {"oid": "1.3.6.1.4.1.3320.101.10.5.1.5", "raw": "-184", "dBm": -18.4},
        {"oid": "1.3.6.1.4.1.3320.101.10.5.1.5.12", "raw": "0", "dBm": None},  # an instance
        {"oid": "1.3.6.1.4.1.35265.1.22.3.1.1.11", "raw": "65535", "dBm": None},
        {"oid": "1.3.6.1.4.1.41112.1.5.6.2.1", "raw": "0", "dBm": None},  # an entry
        {"oid": "1.3.6.1.4.1.3902.1012.3.28.2.1.4", "raw": "4", "meaning": "ONU dying-gasp"},
        {"oid": "ifIndex", "raw": "slot 3 port 1", "value": 268632320},
    ],
)
def test_a_vector_is_read_by_the_probes_of_its_oid(vector, tmp_path, content: Content) -> None:
    told = optics.measure(folder(tmp_path, vector), content)
    assert (told.compared, told.differing) == (1, [])


@pytest.mark.parametrize(
    "vector",
    [
        {"oid": f"{HUAWEI}.51.1.6", "raw": "7450", "dBm": 74.5},
        {"oid": f"{HUAWEI}.51.1.4", "raw": "-1414", "dBm": None},
        {"oid": f"{HUAWEI}.46.1.15", "raw": "2", "state": "online"},
        {"oid": "ifIndex", "raw": "slot 3 port 1", "value": 5},
    ],
)
def test_another_expectation_is_told_as_a_difference(vector, tmp_path, content: Content) -> None:
    assert len(optics.measure(folder(tmp_path, vector), content).differing) == 1


def test_what_no_probe_reads_is_said_and_not_counted(tmp_path, content: Content) -> None:
    told = optics.measure(
        folder(tmp_path, {"oid": "1.3.6.1.4.1.9.9", "raw": "1", "dBm": 1.0}), content
    )
    assert (told.compared, list(told.left_out)) == (0, [optics.NO_PROBE])


def test_a_line_that_is_no_vector_is_named(tmp_path, content: Content) -> None:
    with pytest.raises(ContentError, match=r"pon_vectors\.jsonl:1"):
        optics.measure(folder(tmp_path, {"raw": "1"}), content)
