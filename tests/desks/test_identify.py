"""Whom a ticket is about, by its words."""

import pytest

from netdiag.routing.identify import From, clues


@pytest.mark.parametrize(
    ("text", "source", "key"),
    [
        ("Договор № 100234, нет интернета", From.CONTRACT, "100234"),
        ("лицевой счёт: 55-1234", From.CONTRACT, "55-1234"),
        ("Contract number 100234.", From.CONTRACT, "100234"),
        ("شماره اشتراک: ۱۰۰۲۳۴", From.TEXT, "100234"),
        ("قرارداد شماره ۱۰۰۲۳۴", From.CONTRACT, "100234"),
        ("my login: petrov.ivan", From.LOGIN, "login:petrov.ivan"),
        ("логин petrov", From.LOGIN, "login:petrov"),
        ("Звоните +7 (912) 345-67-89 после шести", From.PHONE, "phone:+7 (912) 345-67-89"),
        ("تلفن ۰۹۱۲۳۴۵۶۷۸۹", From.PHONE, "phone:09123456789"),
        ("router aa-bb-cc-00-11-22", From.ADDRESS, "mac:aa-bb-cc-00-11-22"),
        ("my address is 10.1.2.33.", From.ADDRESS, "ip:10.1.2.33"),
        ("flat ab1234 has no link", From.TEXT, "ab1234"),
    ],
)
def test_a_key_is_found(text: str, source: From, key: str) -> None:
    found = {clue.source: clue.keys for clue in clues(text=text)}
    assert key in found[source]


def test_a_filled_in_field_comes_first_and_bare_words_last() -> None:
    found = clues(
        fields=(" 100234 ", None, ""),
        subject="номер 79123456789",
        text="логин petrov",
        senders=("ivan@isp.test",),
        own_domains=("isp.test",),
    )
    sources = [clue.source for clue in found]
    assert sources == [From.FIELD, From.LOGIN, From.PHONE, From.SENDER, From.TEXT]
    assert found[0].keys == ("100234",)
    assert found[3].keys == ("login:ivan@isp.test", "login:ivan")


def test_a_strangers_mail_address_is_no_login_of_ours() -> None:
    (clue,) = clues(senders=("admin@elsewhere.test",), own_domains=("isp.test",))
    assert clue.keys == ("login:admin@elsewhere.test",)


def test_a_huge_or_odd_text_is_read_within_bounds() -> None:
    for text in (
        "1" * 3_000_000,
        "(" * 200_000,
        "login " * 100_000,
        "😀" * 500_000,
        "a1b2 " * 99_999,
    ):
        for clue in clues(text=text):
            assert len(clue.keys) <= 25


def test_a_text_without_anything_gives_nothing() -> None:
    assert clues(subject="help", text="It does not work since 5 o'clock!") == ()
