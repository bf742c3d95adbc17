"""Models of a platform: quirks as data, checked when they are loaded."""

from pathlib import Path

import pytest

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.probing.identify import identify, model_of
from tests.content.conftest import FILES

FAMILY = """\
platform: generic
title: Any
transports: [snmp]
identify: {sys_object_ids: [1.3.6.1.4.1.171], descr_alone: '^DES-'}
options: {snmp.version: 2c, snmp.max_repetitions: "20"}
models:
  - model: old
    title: Old ones
    identify: {sys_object_ids: [1.3.6.1.4.1.171.10.64], sys_descr: '^DES-35'}
    options: {snmp.version: "1"}
    broken: {port-status: [port.oper_status]}
  - model: renamed
    title: Told by the description alone
    identify: {sys_descr: 'Rev\\.B'}
    without: [port-status]
"""
NEW = FILES["probes/generic/port-status.yaml"].replace("port-status", "port-new")


def write(root: Path, **files: str) -> Content:
    paths = {"family": "platform", "probe": "port-new"}
    for name, text in files.items():
        path = root / "probes" / "generic" / f"{paths[name]}.yaml"
        path.write_text(text, encoding="utf-8")
    return load(base=(root / "probes", root / "rules"))


def served(content: Content, platform: str) -> dict[str, tuple[str, ...]]:
    return {probe.id: probe.yields for probe in content.probes_of(platform)}


def test_a_model_inherits_and_leaves_out_what_is_broken(taught: Path) -> None:
    content = write(taught, family=FAMILY)
    assert served(content, "generic") == {"port-status": ("port.oper_status",)}
    assert served(content, "generic/old") == {"port-status": ()}
    assert served(content, "generic/renamed") == {}
    assert content.platforms["generic/old"].transports == ("snmp",)


def test_a_probe_for_some_models_is_not_put_to_others(taught: Path) -> None:
    content = write(taught, family=FAMILY, probe=NEW + "only: [renamed]\n")
    assert "port-new" in served(content, "generic/renamed")
    assert "port-new" not in served(content, "generic")
    assert "port-new" not in served(content, "generic/old")


@pytest.mark.parametrize(
    ("oid", "descr", "wanted"),
    [
        ("1.3.6.1.4.1.171.10.64.1", "DES-3526 Fast-Ethernet Switch", "generic/old"),
        ("1.3.6.1.4.1.171.10.640.1", "DES-3526 Fast-Ethernet Switch", "generic"),
        ("1.3.6.1.4.1.171.10.64.1", "DGS-3526", "generic"),
        ("1.3.6.1.4.1.171.10.9", "DES-1 Rev.B", "generic/renamed"),
        ("", "", "generic"),
    ],
)
def test_the_first_model_that_fits_is_taken(
    oid: str, descr: str, wanted: str, taught: Path
) -> None:
    content = write(taught, family=FAMILY)
    assert model_of("generic", oid, descr, content) == wanted


@pytest.mark.parametrize("oid", ["", "0.0", ".0.0.0"])
def test_an_agent_without_an_object_id_is_known_by_its_description(oid: str, taught: Path) -> None:
    content = write(taught, family=FAMILY)
    assert identify(oid, "DES-3526", content) == "generic"
    assert identify(oid, "a telephone", content) is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("without: [port-status]", "without: [port-stat]", "names 'port-stat': no such probe"),
        ("[port.oper_status]", "[port.speed_mbps]", "does not read 'port.speed_mbps'"),
        ("identify: {sys_descr: 'Rev\\.B'}", "notes: none", "needs 'identify'"),
        ("sys_descr: '^DES-35'", "sys_descr: '(DES'", "platform.yaml:9"),
    ],
)
def test_a_quirk_that_names_nothing_is_refused(
    old: str, new: str, sentence: str, taught: Path
) -> None:
    assert old in FAMILY
    with pytest.raises(ContentError) as error:
        write(taught, family=FAMILY.replace(old, new))
    assert sentence in str(error.value)


def test_a_probe_for_a_model_that_nobody_has_is_refused(taught: Path) -> None:
    with pytest.raises(ContentError, match="only 'older': generic has no such model"):
        write(taught, family=FAMILY, probe=NEW + "only: [older]\n")
