"""Faults of the contract, as databases and routers tell them."""

import pytest


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("account-blocked", "blocked"),
        ("account-suspended", "suspended"),
        ("tariff-ended", "active"),
    ],
)
def test_who_may_not_use_the_service_is_turned_away_by_radius(town, fault, state):
    with town.fault(fault) as home:
        assert town.account(home.id)["state"] == state
        newest = town.answers(home.login)[0]
        assert (newest["reply"], newest["reason"]) == ("Access-Reject", "Account blocked")
        assert newest["callingstationid"] == home.router.mac.upper()
        assert town.api(home.bng, "/ppp/active/print", name=home.login) == []
        assert town.open_sessions(home.login) == []
        (ended,) = town.sql(
            "radius",
            f"SELECT acctterminatecause AS cause FROM radacct WHERE username = '{home.login}' "
            "ORDER BY acctstoptime DESC LIMIT 1",
        )
        assert ended["cause"] == "Admin-Reset"
        assert town.oper(home.id) == 1
        assert home.router.mac in town.macs(home.id) or home.port[0] == "sw-4"


def test_the_tariff_ended_when_the_fault_began(town):
    with town.fault("tariff-ended", ago_s=3600) as home:
        (row,) = town.sql(
            "billing",
            "SELECT strftime('%s','now') - strftime('%s', paid_until) AS age FROM accounts "
            f"WHERE id = '{home.id}'",
        )
        assert 3599 <= row["age"] <= 3610


def test_a_blocked_home_without_pppoe_is_on_the_debtors_list(town):
    with town.fault("account-blocked", "100204") as home:
        (row,) = town.api("bng-1", "/ip/firewall/address-list/print", address=home.ip)
        assert row["list"] == "debtors"
        (lease,) = town.api(
            "bng-1", "/ip/dhcp-server/lease/print", mac_address=home.macs[0].upper()
        )
        assert lease["status"] == "bound"
    assert town.api("bng-1", "/ip/firewall/address-list/print") == []


def test_a_login_that_was_never_made_is_unknown(town):
    with town.fault("not-provisioned") as home:
        assert town.account(home.id)["provisioned"] == 0
        assert town.sql("radius", f"SELECT * FROM radcheck WHERE username = '{home.login}'") == []
        assert "not found" in town.answers(home.login)[0]["reason"]
        assert town.api(home.bng, "/ppp/active/print", name=home.login) == []


def test_a_used_up_quota_lowers_the_queue_and_keeps_the_session(town):
    with town.fault("quota-shaped") as home:
        assert town.account(home.id)["quota_shaped"] == 1
        (queue,) = town.api(home.bng, "/queue/simple/print", name=f"<pppoe-{home.login}>")
        assert queue["max-limit"].split("/")[1] == str(home.account.down_mbps * 100_000)
        assert len(town.open_sessions(home.login)) == 1
