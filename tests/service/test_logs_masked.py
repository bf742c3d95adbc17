"""What is written into the log: no secret, no whole address of a person, however it is worded."""

import pytest

from netdiag.service.daemon.logs import masked


@pytest.mark.parametrize(
    "line",
    [
        "postgresql://netdiag:HUSH@db/x cannot be used",
        "postgresql://netdiag:p@HUSH@db/x cannot be used",
        "redis://:HUSH@cache:6379",
        "Authorization: Bearer HUSH",
        "authorization: Basic HUSH",
        "{'authorization': 'Basic HUSH'}",
        "password=HUSH",
        'password: "HUSH"',
        "snmp.write_community: HUSH",
        "enable_secret=HUSH",
        "key_passphrase = HUSH",
        "auth_key=HUSH, priv_key=HUSH",
        "token nd_0a1b2c3d_HUSH",
        "secret whsec_HUSH==",
        "GET /my/AAAAAAAAAAAAAAAAAAAAHUSH failed",
        "Cookie: netdiag_session=HUSH",
    ],
)
def test_no_secret_is_left(line: str) -> None:
    assert "HUSH" not in masked(line)


def test_what_is_needed_to_understand_a_line_stays() -> None:
    line = "sw-12: no answer from 192.0.2.7 in 2.0 s (job dx-0123456789abcdef0123456789abcdef)"
    assert masked(line) == line
    assert masked("postgresql://netdiag:x@db/store is locked") == (
        "postgresql://netdiag:***@db/store is locked"
    )


def test_a_person_is_not_told_by_his_telephone_or_mac() -> None:
    assert "9120000001" not in masked("no subscriber '+79120000001'")
    assert masked("02:00:5e:10:00:01") == "02:00:5e:10:**:**"
