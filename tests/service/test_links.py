"""Signed links: one subscriber, for some days, and nothing can be changed in them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from netdiag.model.secret import Secret
from netdiag.service.customer.links import Link, StaleLinkError, WrongLinkError, read, sign

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = Secret("links-8dWm-0123456789")
LINK = Link("100234", NOW + timedelta(hours=1))


def test_a_link_says_whose_page_it_is_until_it_expires() -> None:
    token = sign(LINK, SECRET)
    assert read(token, SECRET, NOW) == LINK
    assert read(token, SECRET, NOW + timedelta(minutes=59)) == LINK
    with pytest.raises(StaleLinkError):
        read(token, SECRET, NOW + timedelta(hours=1))


def test_another_secret_makes_every_link_worthless() -> None:
    with pytest.raises(WrongLinkError):
        read(sign(LINK, SECRET), Secret("another-secret-0123"), NOW)


@given(place=some.integers(0, 200), sign_=some.sampled_from("AZaz09-_=.+/"))
def test_a_link_with_one_character_changed_is_refused(place: int, sign_: str) -> None:
    token = sign(LINK, SECRET)
    place %= len(token)
    changed = token[:place] + sign_ + token[place + 1 :]
    if changed != token:
        with pytest.raises(WrongLinkError):
            read(changed, SECRET, NOW)


@given(some.text(max_size=80))
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(WrongLinkError):
        read(token, SECRET, NOW)


@given(some.text(min_size=1, max_size=60))
def test_any_id_comes_back_whole(ident: str) -> None:
    try:
        ident.encode()
    except UnicodeEncodeError:
        return  # lone surrogates are no text
    link = Link(ident, LINK.expires_at)
    assert read(sign(link, SECRET), SECRET, NOW) == link


def test_a_link_fits_into_a_message_of_160_characters() -> None:
    assert len("https://my.example.net/my/" + sign(LINK, SECRET)) < 80
