"""The annotated feedback.yaml, and findings out of a ticket's own field."""

from datetime import UTC, datetime

import pytest

from netdiag.kpi.codes import Codes, read_codes
from netdiag.model.content import Content
from netdiag.model.words import Side
from netdiag.service.kpi.feedback import finding_of_ticket
from netdiag.service.kpi.report import truths
from tests.conftest import ROOT


@pytest.fixture
def codes(content: Content) -> Codes:
    faults = [rule.fault for rule in content.rules]
    return read_codes(ROOT / "config" / "feedback.yaml", faults, "UTC")


def told(codes: Codes, system: str, fields: dict[str, str]) -> object:
    return finding_of_ticket(
        codes,
        system=system,
        ticket="7",
        fields=fields,
        subscriber="petrov",
        diagnosis="dx",
        at=datetime(2026, 11, 2, tzinfo=UTC),
        who="field crew",
    )


def test_the_annotated_codes_load(codes: Codes) -> None:
    assert codes.meaning(" no  FAULT found ").side is Side.NONE
    assert codes.meaning("Switch exploded") is None
    assert not codes.meaning("Customer cancelled").tells


def test_the_field_of_a_ticket_becomes_a_finding(codes: Codes, content: Content) -> None:
    found = told(codes, "rt", {"Cause": "Cable replaced", "Other": "Wi-Fi"})
    assert found.fault == "provider.line.cable-fault"
    assert (found.ticket, found.diagnosis, found.code) == ("7", "dx", "Cable replaced")
    (truth,) = truths([found], content, Side.PROVIDER)
    assert truth.side is Side.PROVIDER
    (truth,) = truths([found], content, Side.SUBSCRIBER)  # the drop is the subscriber's here
    assert truth.side is Side.SUBSCRIBER


@pytest.mark.parametrize(
    ("system", "fields"),
    [
        ("rt", {"Cause": ""}),
        ("rt", {"Cause": "Customer cancelled"}),
        ("rt", {"Cause": "never heard of"}),
        ("rt", {}),
        ("other", {"Cause": "Wi-Fi"}),
    ],
)
def test_what_tells_nothing_is_no_finding(
    codes: Codes, system: str, fields: dict[str, str]
) -> None:
    assert told(codes, system, fields) is None
