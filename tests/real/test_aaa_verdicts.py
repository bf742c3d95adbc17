"""netdiag's answer to faults of log-in and account, on both database servers."""

from __future__ import annotations

import pytest
from realnet import faults_core as faults
from realnet.answer import Answer, diagnose
from realnet.network import Backend, Network
from realnet.plan import SESSION_IP, flat

FLAT = flat("cpe5")


def name_of(net: Network, backend: Backend) -> str:
    return next(name for name, one in net.backends.items() if one is backend)


def test_a_session_that_is_up_has_no_fault(net: Network, aaa: Backend) -> None:
    aaa.radius.register(FLAT.login, "right")
    assert aaa.radius.log_in(FLAT.login, "right", FLAT.mac)
    aaa.radius.account("Start", "s1", FLAT.login, FLAT.mac)
    aaa.radius.account("Interim-Update", "s1", FLAT.login, FLAT.mac, Acct_Session_Time="60")
    answer = diagnose(net, FLAT.id, name_of(net, aaa))
    assert answer.said == ("none.ok", "none", 0), answer.story()
    expected = {"session.state": "up", "session.count": 1, "session.mac": FLAT.mac}
    assert answer.values(expected) == expected, answer.story()
    assert answer.value("session.ip") == SESSION_IP


def test_a_wrong_password_is_the_subscribers_setting(net: Network, aaa: Backend) -> None:
    answer = after_a_wrong_password(net, aaa)
    assert answer.value("aaa.tried_login") == FLAT.login


def test_a_wrong_password_is_told_by_the_packaged_table_too(net: Network, aaa: Backend) -> None:
    with aaa.radius.as_packaged():
        after_a_wrong_password(net, aaa)


def after_a_wrong_password(net: Network, aaa: Backend) -> Answer:
    aaa.radius.register(FLAT.login, "right")
    for _ in range(2):
        assert not aaa.radius.log_in(FLAT.login, "wrong", FLAT.mac)
    answer = diagnose(net, FLAT.id, name_of(net, aaa))
    fault = "settings.pppoe.wrong-password"
    assert answer.said == (fault, "subscriber", 11), answer.story()
    expected = {"aaa.last_reject_reason": "wrong_password", "session.state": "absent"}
    assert answer.values(expected) == expected, answer.story()
    assert isinstance(age := answer.value("aaa.last_reject_age_s"), int)
    assert age < 10
    return answer


def test_a_login_that_is_not_his_is_named(net: Network, aaa: Backend) -> None:
    aaa.radius.register(FLAT.login, "right")
    for _ in range(2):
        assert not aaa.radius.log_in("ivanov", "right", FLAT.mac)
    answer = diagnose(net, FLAT.id, name_of(net, aaa))
    fault = "settings.pppoe.wrong-login"
    assert answer.said == (fault, "subscriber", 11), answer.story()
    expected = {"aaa.last_reject_reason": "unknown_user", "aaa.tried_login": "ivanov"}
    assert answer.values(expected) == expected, answer.story()


def test_a_paid_login_that_radius_does_not_know_is_ours_to_mend(net: Network, aaa: Backend) -> None:
    aaa.radius.forget(FLAT.login)
    with faults.account(aaa, FLAT.id, provisioned="false"):
        for _ in range(2):
            assert not aaa.radius.log_in(FLAT.login, "right", FLAT.mac)
        answer = diagnose(net, FLAT.id, name_of(net, aaa))
    fault = "account.not-provisioned"
    assert answer.said == (fault, "provider", 10), answer.story()
    expected = {"account.provisioned": False, "account.state": "active"}
    assert answer.values(expected) == expected, answer.story()


@pytest.mark.parametrize(
    ("columns", "fault", "fact"),
    [
        (
            {"state": "'blocked_nonpayment'"},
            "account.blocked-nonpayment",
            ("account.state", "blocked_nonpayment"),
        ),
        ({"state": "'suspended'"}, "account.suspended", ("account.state", "suspended")),
        ({"paid_until": "'2026-01-01'"}, "account.tariff-expired", ("account.state", "active")),
    ],
    ids=["unpaid", "suspended", "tariff ended"],
)
def test_an_account_that_is_closed_is_the_accounts_matter(
    net: Network,
    backend: Backend,
    columns: dict[str, str],
    fault: str,
    fact: tuple[str, object],
) -> None:
    with faults.account(backend, "1002", **columns):
        answer = diagnose(net, "1002", name_of(net, backend))
    assert answer.said == (fault, "account", 12), answer.story()
    assert answer.value(fact[0]) == fact[1]


def test_a_dead_database_is_said_and_blames_nobody(net: Network, backend: Backend) -> None:
    with faults.database_down(backend):
        answer = diagnose(net, "1002", name_of(net, backend))
    assert answer.value("account.state") == "absent: not_reachable", answer.story()
    assert answer.value("port.oper_status") == "up"
    assert answer.side in ("none", "undetermined"), answer.story()
    missing = {one["fact"]: one["why"] for one in answer.document["evidence"]["missing"]}
    assert missing.get("account.state") == "not_reachable", answer.story()
    assert backend.db.password not in str(answer.document) + answer.errors


def test_a_hanging_radius_server_is_never_the_subscribers_fault(net: Network, aaa: Backend) -> None:
    aaa.radius.register(FLAT.login, "right")
    with faults.radius_silent(aaa):
        assert not aaa.radius.log_in(FLAT.login, "right", FLAT.mac)
        answer = diagnose(net, FLAT.id, name_of(net, aaa))
    assert answer.side in ("provider", "undetermined"), answer.story()
    assert answer.value("session.state") == "absent"
