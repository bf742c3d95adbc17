"""Numbers and speeds as devices write them."""

import pytest

from netdiag.probing.notations import NotReadableError, number, speed_mbps


@pytest.mark.parametrize(
    ("text", "mbps"),
    [
        ("1Gbps", 1000.0),
        ("100M-baseT-full", 100.0),
        ("2.5G", 2500.0),
        ("1000 Mb/s", 1000.0),
        ("100TX", 100.0),
        ("10T half", 10.0),
        ("1 Tbps", 1e6),
        ("64kbit", 0.064),
        ("1000", 1000.0),
    ],
)
def test_a_speed_is_in_megabits(text: str, mbps: float) -> None:
    assert speed_mbps(text) == mbps


@pytest.mark.parametrize(
    ("text", "value"),
    [("-21.55 dBm", -21.55), ("1,234,567 packets", 1234567.0), ("12 errors, 3 CRC", 12.0)],
)
def test_a_number_may_have_its_thousands_parted(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["-21,55 dBm", "10,100,1000", "none"])
def test_a_comma_that_parts_no_thousands_is_not_guessed_at(text: str) -> None:
    with pytest.raises(NotReadableError):
        number(text)
