"""netdiag's answer to faults of log-in and account, on both database servers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from realnet import faults_core as faults
from realnet.answer import Answer, diagnose
from realnet.network import Backend, Network
from realnet.plan import SESSION_IP, flat

OnBoth = Callable[[Callable[[Backend], None]], None]
FLAT = flat("cpe5")


def ask(net: Network, aaa: Backend, subscriber: str = FLAT.id) -> Answer:
    """netdiag with this backend's accounting and billing."""
    return diagnose(net, subscriber, next(k for k, one in net.backends.items() if one is aaa))


def refused(aaa: Backend, login: str, password: str) -> None:
    """The flat's router is refused twice."""
    for _ in range(2):
        assert not aaa.radius.log_in(login, password, FLAT.mac)


def test_a_session_that_is_up_has_no_fault(net: Network, on_both: OnBoth) -> None:
    def check(aaa: Backend) -> None:
        aaa.radius.register(FLAT.login, "right")
        assert aaa.radius.log_in(FLAT.login, "right", FLAT.mac)
        aaa.radius.account("Start", "s1", FLAT.login, FLAT.mac)
        aaa.radius.account("Interim-Update", "s1", FLAT.login, FLAT.mac, Acct_Session_Time="60")
        answer = ask(net, aaa)
        assert answer.said == ("none.ok", "none", 0), answer.story()
        expected = {"session.state": "up", "session.count": 1, "session.mac": FLAT.mac}
        assert answer.values(expected) == expected, answer.story()
        assert answer.value("session.ip") == SESSION_IP

    on_both(check)


def check_wrong_password(net: Network, aaa: Backend) -> Answer:
    aaa.radius.register(FLAT.login, "right")
    refused(aaa, FLAT.login, "wrong")
    answer = ask(net, aaa)
    assert answer.said == ("settings.pppoe.wrong-password", "subscriber", 11), answer.story()
    expected = {"aaa.last_reject_reason": "wrong_password", "session.state": "absent"}
    assert answer.values(expected) == expected, answer.story()
    assert isinstance(age := answer.value("aaa.last_reject_age_s"), int)
    assert age < 10
    return answer


def test_a_wrong_password_is_the_subscribers_setting(net: Network, on_both: OnBoth) -> None:
    def check(aaa: Backend) -> None:
        answer = check_wrong_password(net, aaa)
        assert answer.value("aaa.tried_login") == FLAT.login

    on_both(check)


def test_a_wrong_password_is_told_by_the_packaged_table_too(net: Network, on_both: OnBoth) -> None:
    def check(aaa: Backend) -> None:
        with aaa.radius.as_packaged():
            check_wrong_password(net, aaa)

    on_both(check)


def test_a_login_that_is_not_his_is_named(net: Network, on_both: OnBoth) -> None:
    def check(aaa: Backend) -> None:
        aaa.radius.register(FLAT.login, "right")
        refused(aaa, "ivanov", "right")
        answer = ask(net, aaa)
        assert answer.said == ("settings.pppoe.wrong-login", "subscriber", 11), answer.story()
        expected = {"aaa.last_reject_reason": "unknown_user", "aaa.tried_login": "ivanov"}
        assert answer.values(expected) == expected, answer.story()

    on_both(check)


def test_a_paid_login_that_radius_does_not_know_is_ours_to_mend(
    net: Network, on_both: OnBoth
) -> None:
    def check(aaa: Backend) -> None:
        aaa.radius.forget(FLAT.login)
        with faults.account(aaa, FLAT.id, provisioned="false"):
            refused(aaa, FLAT.login, "right")
            answer = ask(net, aaa)
        assert answer.said == ("account.not-provisioned", "provider", 10), answer.story()
        expected = {"account.provisioned": False, "account.state": "active"}
        assert answer.values(expected) == expected, answer.story()

    on_both(check)


@pytest.mark.parametrize(
    ("columns", "fault", "state"),
    [
        (
            {"state": "'blocked_nonpayment'"},
            "account.blocked-nonpayment",
            "blocked_nonpayment",
        ),
        ({"state": "'suspended'"}, "account.suspended", "suspended"),
        ({"paid_until": "'2026-01-01'"}, "account.tariff-expired", "active"),
    ],
    ids=["unpaid", "suspended", "tariff ended"],
)
def test_an_account_that_is_closed_is_the_accounts_matter(
    net: Network, on_both: OnBoth, columns: dict[str, str], fault: str, state: str
) -> None:
    def check(aaa: Backend) -> None:
        with faults.account(aaa, "1002", **columns):
            answer = ask(net, aaa, "1002")
        assert answer.said == (fault, "account", 12), answer.story()
        assert answer.value("account.state") == state

    on_both(check)


def test_a_dead_database_is_said_and_blames_nobody(net: Network, on_both: OnBoth) -> None:
    def check(aaa: Backend) -> None:
        with faults.database_down(aaa):
            answer = ask(net, aaa, "1002")
        assert answer.value("account.state") == "absent: not_reachable", answer.story()
        assert answer.value("port.oper_status") == "up"
        assert answer.side in ("none", "undetermined"), answer.story()
        missing = {one["fact"]: one["why"] for one in answer.document["evidence"]["missing"]}
        assert missing.get("account.state") == "not_reachable", answer.story()
        assert aaa.db.password not in str(answer.document) + answer.errors

    on_both(check)


def test_a_hanging_radius_server_is_never_the_subscribers_fault(
    net: Network, on_both: OnBoth
) -> None:
    def check(aaa: Backend) -> None:
        aaa.radius.register(FLAT.login, "right")
        with faults.radius_silent(aaa):
            assert not aaa.radius.log_in(FLAT.login, "right", FLAT.mac)
            assert not aaa.radius.alive()
            answer = ask(net, aaa)
        assert answer.side in ("provider", "undetermined"), answer.story()
        assert answer.value("session.state") == "absent"
        assert aaa.radius.log_in(FLAT.login, "right", FLAT.mac)

    on_both(check)
