"""Keys in every notation that people and devices use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.inventory.cells import phones
from netdiag.inventory.keys import By, PhoneRule, ipv4, mac, phone, readings

OCTETS = st.lists(st.integers(0, 255), min_size=6, max_size=6)
RULE = PhoneRule()


def written(octets: list[int], form: int, upper: bool) -> str:
    digits = "".join(f"{o:02x}" for o in octets)
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    fours = [digits[i : i + 4] for i in (0, 4, 8)]
    text = [
        ":".join(pairs),
        "-".join(pairs),
        " ".join(pairs),
        digits,
        ".".join(fours),
        "-".join(fours),
        f"{digits[:6]}-{digits[6:]}",
        ":".join(f"{o:x}" for o in octets),
    ][form]
    return text.upper() if upper else text


@given(OCTETS, st.integers(0, 7), st.booleans())
def test_a_mac_reads_the_same_in_every_notation(octets: list[int], form: int, upper: bool) -> None:
    assert mac(written(octets, form, upper)) == ":".join(f"{o:02x}" for o in octets)


@given(OCTETS, st.sampled_from([0, 1, 4]), st.booleans())
def test_a_mac_with_separators_is_looked_up_as_a_mac(
    octets: list[int], form: int, upper: bool
) -> None:
    found = readings(written(octets, form, upper))
    assert By.MAC in [r.by for r in found]
    assert {r.value for r in found if r.by is By.MAC} == {":".join(f"{o:02x}" for o in octets)}


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_error_and_a_mac_is_in_one_form_or_none(text: str) -> None:
    readings(text)
    found = mac(text)
    assert found is None or (len(found) == 17 and mac(found) == found)


@pytest.mark.parametrize(
    "text",
    ["", "aa:bb:cc:dd:ee", "aa:bb:cc:dd:ee:fg", "aa:bb-cc:dd:ee:ff", "aabbccddeef", "1.2.3.4.5.6"],
)
def test_what_is_no_mac_is_none(text: str) -> None:
    assert mac(text) is None


NUMBER = st.text("0123456789", min_size=10, max_size=10)


@given(NUMBER, st.sampled_from(["+7", "7", "8", "+98", "0", ""]), st.data())
def test_a_phone_compares_by_its_last_ten_digits_however_it_is_written(
    number: str, prefix: str, data: st.DataObject
) -> None:
    cut = sorted(data.draw(st.lists(st.integers(1, 9), max_size=3)))
    pieces = [number[a:b] for a, b in zip([0, *cut], [*cut, 10], strict=True)]
    text = prefix + data.draw(st.sampled_from([" ", "-", " (", ") ", "."])).join(pieces)
    digits = phone(text)
    assert digits is not None
    assert RULE.key(digits) == number


def test_the_three_ways_of_dialling_one_phone_are_equal() -> None:
    texts = ("+7 912 345-67-89", "89123456789", "9123456789", "8 (912) 345 67 89")
    assert {RULE.key(phone(text) or "") for text in texts} == {"9123456789"}


def test_persian_digits_are_digits() -> None:
    assert RULE.key(phone("۰۹۱۲ ۳۴۵ ۶۷۸۹") or "") == "9123456789"
    assert readings("۱۰۰۲۳۴")[0].by is By.ID
    assert readings("۱۰۰۲۳۴")[0].value == "100234"


def test_fewer_digits_than_the_rule_asks_for_are_no_phone() -> None:
    assert RULE.key("12345") is None
    assert RULE.key("123456") == "123456"
    assert PhoneRule(compare=7, least=5).key("0012345") == "0012345"


def test_a_cell_may_hold_several_phones_and_words() -> None:
    assert phones("8 912 345-67-89 home, +7(913)1112233", RULE) == ("9123456789", "9131112233")
    assert phones("89123456789 89131112233", RULE) == ("9123456789", "9131112233")


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_read_with_and_without_a_prefix_length(address: object) -> None:
    assert ipv4(f" {address}/32 ") == str(address)
    assert readings(str(address))[0].by is By.IP


@pytest.mark.parametrize(
    ("key", "ways"),
    [
        ("100234", ["id", "phone", "login"]),
        ("petrov", ["id", "login"]),
        ("+7 912 345-67-89", ["phone", "id", "login"]),
        ("100.64.0.7", ["ip", "id", "login"]),
        ("aa:bb:cc:00:00:01", ["mac", "id", "login"]),
        ("112233445566", ["id", "phone", "mac", "login"]),
        ("sw-12:7", ["port", "id", "login"]),
    ],
)
def test_a_key_is_read_the_surest_way_first(key: str, ways: list[str]) -> None:
    assert [r.by.value for r in readings(key) if not r.fold] == ways


def test_a_word_before_the_key_forces_one_reading() -> None:
    assert {r.by for r in readings("phone:234567")} == {By.PHONE}
    assert {r.by for r in readings("login: petrov")} == {By.LOGIN}
    assert readings("mac:3")[0].by is By.PORT  # a device may be called mac


def test_a_port_with_colons_is_cut_at_every_colon() -> None:
    cuts = [(r.value, r.port) for r in readings("olt-1:0/1/3:12") if r.by is By.PORT]
    assert cuts == [("olt-1", "0/1/3:12"), ("olt-1:0/1/3", "12")]


def test_an_empty_key_has_no_reading() -> None:
    assert readings("  ") == ()
