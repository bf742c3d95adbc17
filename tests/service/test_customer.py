"""What a customer may see: never a device, an address or another person."""

from datetime import timedelta
from typing import Any

import pytest

from netdiag.model.content import Content
from netdiag.model.outage import Cause, Outage, OutageState
from netdiag.model.rule import Rule
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.service.customer.customer import CustomerView, customer_view, language_of
from netdiag.service.diagnosis.routing import Router
from netdiag.settings import Settings
from netdiag.web.customer_page import customer_page
from tests.conftest import NOW

LANGUAGES = ("en", "ru", "fa")
HIS = Subscriber(
    id="100234",
    login="petrov",
    phone="79123456789",
    ip="100.64.0.7",
    macs=("aa:bb:cc:00:00:01",),
    timezone="Asia/Yekaterinburg",
    attachment=Attachment(device="sw-lenina-3", port="7", bng="bng-1"),
)
NETWORK = ("sw-lenina-3", "bng-1", "100234", "petrov", "79123456789", "100.64.0.7", "aa:bb:cc")


@pytest.fixture
def router(content: Content) -> Router:
    return Router.open(Settings(timezone="Europe/Moscow"), content)


def document(rule: Rule, content: Content, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(hours=1)
    return {
        "finished_at": at.isoformat(),
        "verdict": {"side": str(rule.side), "grade": "certain", "fault": rule.fault},
        "say": dict(rule.say),
        "route": {
            "desk": content.routes[rule.route].desk,
            "due_at": (NOW + timedelta(hours=5)).isoformat(),
        },
    } | more


def seen(
    router: Router, last: dict[str, Any] | None, outage: Outage | None = None, language: str = "en"
) -> CustomerView:
    found = {"subscriber": HIS, "outage": outage, "last": last}
    return customer_view(found, router, language, NOW, "+7 495 000-00-00")


def outage(**more: Any) -> Outage:
    given: dict[str, Any] = {
        "id": "o-1",
        "root": "sw-lenina-3",
        "state": OutageState.CONFIRMED,
        "cause": Cause.POWER,
        "origin": "hand",
        "since": NOW - timedelta(hours=1),
        "expected_end": NOW + timedelta(hours=2),
        "confidence": 1.0,
    }
    return Outage(**given | more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_every_fault_names_no_device_address_or_person(
    language: str, router: Router, content: Content
) -> None:
    for rule in content.rules:
        text = customer_page(seen(router, document(rule, content), language=language))
        assert not [word for word in NETWORK if word in text], rule.fault
        assert rule.fault not in text
        assert content.routes[rule.route].desk not in text


def test_whose_it_is_what_to_do_and_by_when(router: Router, content: Content) -> None:
    rule = content.rule("provider.line.cable-fault")
    said = document(rule, content, say={"en": "The cable is broken."})
    view = seen(router, said)
    assert (view.state, view.headline) == ("fault", "The fault is on our side.")
    assert view.texts[0] == "The cable is broken."
    assert "A technician repairs our line" in view.texts[1]
    assert view.by == "We expect to finish by: Tuesday 24 November, 22:00"  # his own zone
    assert view.checked == "Checked: Tuesday 24 November, 16:00"


def test_a_deadline_that_has_passed_is_said_to_have_passed(
    router: Router, content: Content
) -> None:
    rule = content.rule("provider.line.cable-fault")
    late = {"desk": "field.line", "due_at": (NOW - timedelta(minutes=1)).isoformat()}
    view = seen(router, document(rule, content, route=late))
    assert view.by == "The time that we had named has passed. Please call us."


def test_his_own_matters_carry_no_deadline_of_ours(router: Router, content: Content) -> None:
    assert seen(router, document(content.rule("account.blocked-nonpayment"), content)).by is None
    view = seen(router, document(content.rule("subscriber.cpe.hung"), content))
    assert (view.state, view.by) == ("home", None)


def test_what_is_not_certain_is_said_to_be_so(router: Router, content: Content) -> None:
    rule = content.rule("provider.line.cable-fault")
    doubt = {"side": "provider", "grade": "possible", "fault": rule.fault}
    view = seen(router, document(rule, content, verdict=doubt))
    assert "not certain yet" in " ".join(view.texts)


@pytest.mark.parametrize("age", [None, timedelta(days=8)])
def test_without_a_fresh_look_nothing_is_claimed(
    age: timedelta | None, router: Router, content: Content
) -> None:
    last = None
    if age:
        old = {"finished_at": (NOW - age).isoformat()}
        last = document(content.rule("none.ok"), content) | old
    assert seen(router, last).headline == "We have not checked your line lately."


def test_of_two_works_of_one_desk_the_customer_is_told_of_his_own(
    router: Router, content: Content
) -> None:
    """The catalogue sends a cut drop and a cut street cable to the same desk."""
    by_desk: dict[str, set[str]] = {}
    for rule in content.rules:
        route = content.routes[rule.route]
        told = router.visit_text(route.desk, rule.fault)
        assert told == dict(route.text), rule.fault
        by_desk.setdefault(route.desk, set()).add(told.get("en", ""))
    assert any(len(texts) > 1 for texts in by_desk.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_outage_wins_and_its_own_text_and_end_are_shown(
    language: str, router: Router, content: Content
) -> None:
    last = document(content.rule("subscriber.cpe.hung"), content)
    plain = seen(router, last, outage(), language)
    assert plain.state == "fault"
    assert not [word for word in NETWORK if word in customer_page(plain)]
    own = seen(router, last, outage(say={language: "Копаем траншею."}), language)
    assert own.texts[0] == "Копаем траншею."
    assert own.by is not None
    assert ("19:00" in own.by) or ("۱۹:۰۰" in own.by)


def test_an_outage_without_an_end_names_none(router: Router) -> None:
    view = seen(router, None, outage(expected_end=None, say={"en": "We are digging."}))
    assert view.by is None


@pytest.mark.parametrize(
    ("own", "asked", "spoken"),
    [("ru", None, "ru"), ("ru", "fa", "fa"), (None, None, "en"), ("de", None, "en"),
     ("ru", "xx", "ru")],
)  # fmt: skip
def test_the_language_is_the_asked_one_else_his_own(
    own: str | None, asked: str | None, spoken: str
) -> None:
    assert language_of(Subscriber(id="1", language=own), "en", asked) == spoken


def test_what_others_wrote_cannot_become_markup(router: Router, content: Content) -> None:
    evil = document(content.rule("none.ok"), content, say={"en": "<b onclick=x>"})
    assert "<b onclick" not in customer_page(seen(router, evil))


def test_the_page_is_right_to_left_in_persian_and_brings_everything_along(
    router: Router, content: Content
) -> None:
    last = document(content.rule("none.ok"), content)
    for language in LANGUAGES:
        text = customer_page(seen(router, last, language=language))
        assert f'<html lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}">' in text
        assert "<script" not in text
        assert "src=" not in text
        assert "http" not in text
