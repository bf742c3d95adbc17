"""Messages over Apprise, to real servers on loopback."""

from __future__ import annotations

import email
import email.header

import pytest

from netdiag.model.notice import News
from netdiag.model.outage import Cause
from netdiag.model.secret import Secret
from netdiag.notify.people import AddressError, check, tell
from netdiag.notify.webhook import NotDeliveredError
from netdiag.notify.wording import Line, message
from tests.notify.receiver import mailbox, receiving

CUT = Line(
    kind=News.RAISED, id="out-1", root="agg-1", site="north", cause=Cause.FIBRE, subscribers=240,
    since="12:01", expected_end="16:00",
)  # fmt: skip
SMALL = Line(
    kind=News.CLEARED, id="out-2", root="sw-9", site=None, cause=Cause.POWER, subscribers=8,
    since="11:00", minutes=61,
)  # fmt: skip


async def test_a_web_receiver_gets_title_and_text():
    with receiving() as received:
        title, text = message([SMALL, CUT], "en")
        await tell("noc", Secret(f"json://127.0.0.1:{received.port}/"), title, text)
    assert received.bodies[0]["title"] == "netdiag: OUTAGE agg-1 +1"
    assert received.bodies[0]["message"].splitlines() == [
        "OUTAGE agg-1 (north), 240 subscribers, fibre cut, since 12:01, expected end 16:00 [out-1]",
        "OVER sw-9, 8 subscribers, lasted 61 min [out-2]",
    ]


async def test_a_letter_arrives_in_russian():
    with mailbox() as (port, letters):
        url = f"mailto://127.0.0.1:{port}?from=netdiag@example.net&to=noc@example.net&mode=insecure"
        await tell("noc", Secret(url), *message([CUT], "ru"))
    letter = email.message_from_string(letters[0])
    subject = email.header.make_header(email.header.decode_header(letter["Subject"]))
    assert str(subject) == "netdiag: АВАРИЯ agg-1"
    bodies = [part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart()]
    assert any("обрыв кабеля" in body.decode() for body in bodies)


async def test_a_receiver_that_refuses_is_an_error_without_the_url():
    with receiving() as received:
        received.status = 500
        with pytest.raises(NotDeliveredError) as caught:
            await tell("noc", Secret(f"json://u:hush@127.0.0.1:{received.port}/"), "t", "x")
    assert "hush" not in str(caught.value)


def test_a_url_that_nobody_knows_is_refused_without_being_shown():
    with pytest.raises(AddressError) as caught:
        check("noc", Secret("telegramm://hush"))
    assert "noc" in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("language", ["en", "ru", "fa"])
def test_many_outages_are_one_short_message(language: str):
    lines = [
        Line(kind=News.RAISED, id=f"out-{n}", root=f"sw-{n}", site=None, cause=Cause.UNKNOWN,
             subscribers=n, since="12:00")
        for n in range(60)
    ]  # fmt: skip
    title, text = message(lines, language)
    assert title.endswith("sw-59 +59")
    assert len(text.splitlines()) == 16
    assert "45" in text.splitlines()[-1]
