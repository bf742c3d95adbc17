"""netdiag outages report, netdiag audit --changes, netdiag impact --contacts."""

from __future__ import annotations

import re

import pytest

from tests.cli.site import Site, netdiag


@pytest.fixture
def outage(site: Site) -> str:
    opened = netdiag(
        "outages", "open", "sw-1", "--cause", "power", "--note", "<b>dark</b>", "--json"
    )
    return opened.json()["id"]


def test_the_report_is_lines_json_and_a_page_that_stands_alone(site: Site, outage: str) -> None:
    lines = netdiag("outages", "report", outage)
    assert lines.code == 0
    assert outage in lines.headline
    told = netdiag("outages", "report", outage, "--json").json()
    assert (told["subscribers"], told["cause"], told["sla_class"]) == (5, "power", "A")
    assert told["timeline"][0]["note"] == "<b>dark</b>"
    made = netdiag("outages", "report", outage, "--html", "report.html", "--lang", "fa")
    assert made.code == 0
    page = (site.directory / "report.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in page
    assert "&lt;b&gt;dark" in page
    assert "<b>dark" not in page
    assert re.findall(r'(?:src|href)="(?!#)', page) == []
    assert "<script" not in page


@pytest.mark.parametrize("language", ["ru", "fa"])
def test_the_report_speaks_the_language(outage: str, language: str) -> None:
    told = netdiag("outages", "report", outage, "--lang", language)
    words = told.out.replace(outage, "")
    assert set(re.findall(r"[A-Za-z]{3,}", words)) <= {"dark", "root"}


def test_a_report_that_cannot_be_is_a_sentence(site: Site, outage: str) -> None:
    assert netdiag("outages", "report", "out-none").code != 0
    told = netdiag("outages", "report", outage, "--html", "no/such/place.html")
    assert (told.code, "cannot be written" in told.err) == (2, True)


def test_who_took_contacts_is_written_down(site: Site) -> None:
    plain = netdiag("impact", "sw-1", "--json")
    assert "people" not in plain.json()
    assert "79120000001" not in plain.out
    told = netdiag("impact", "sw-1", "--contacts", "--csv")
    assert "79120000001" in told.out
    assert told.out.splitlines()[0] == "subscriber,behind,device,port,login,phone,language"
    lines = netdiag("audit", "--changes", "--json").json()
    assert [(one["what"], one["thing"]) for one in lines] == [("impact.contacts", "sw-1")]
