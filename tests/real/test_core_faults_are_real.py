"""Stock tools see each fault of switches, router and servers, and see it heal."""

from __future__ import annotations

import pytest
from realnet import agents
from realnet import faults_core as faults
from realnet.network import Backend, Network
from realnet.plan import ADDRESSES, ANCHOR
from realnet.shell import ToolError, until

MAC = "02:00:00:00:10:05"


def test_dead_management_does_not_touch_the_subscribers(net: Network) -> None:
    with faults.management_dead(net, "acc1"):
        assert agents.get(net.space, "acc1", agents.SYS_NAME) == ""
        assert net.loss("10.1.0.101", 2) == 0
    assert agents.get(net.space, "acc1", agents.SYS_NAME) == "acc1"


def test_an_unplugged_uplink_darkens_one_switch(net: Network) -> None:
    with faults.uplink_unplugged(net):
        assert net.loss("10.1.0.103", 1) == 100
        assert net.loss("10.1.0.101", 1) == 0
        assert net.loss(ADDRESSES["acc2"], 1) == 0
    assert net.loss("10.1.0.103", 1) == 0


def test_a_ring_makes_a_storm_that_the_uplink_counts(net: Network) -> None:
    with faults.storm(net):
        assert net.broadcasts("acc2", "ul") > 2000
    until(lambda: net.broadcasts("acc2", "ul") < 20, "the uplink is calm again")


def test_the_resolver_can_be_gone(net: Network) -> None:
    assert net.resolves()
    with faults.resolver_down(net):
        assert not net.resolves()
    assert net.resolves()


def test_the_internet_can_be_gone_while_flats_answer(net: Network) -> None:
    with faults.wan_down(net):
        assert net.loss(ANCHOR, 1) == 100
        assert net.loss("10.1.0.101", 1) == 0
    assert net.loss(ANCHOR, 1) == 0


def test_a_black_hole_swallows_large_packets_only(net: Network) -> None:
    with faults.mtu_black_hole(net):
        assert net.loss(ANCHOR, 2, node="cpe1", size=1472, df=True) == 100
        assert net.loss(ANCHOR, 2, node="cpe1", size=1300, df=True) == 0
    assert net.loss(ANCHOR, 2, node="cpe1", size=1472, df=True) == 0


def test_nobody_answers_a_host_without_its_network(net: Network) -> None:
    with faults.everything_silent(net):
        assert [net.loss(address, 1) for address in ADDRESSES.values()] == [100] * 5
        assert net.loss(ANCHOR, 1, node="cpe1") == 0
    assert [net.loss(address, 1) for address in ADDRESSES.values()] == [0] * 5


def test_ssh_lets_the_operator_in_on_every_device(net: Network) -> None:
    for node in ("bng", "agg", "acc1", "acc2"):
        assert net.over_ssh(node, "id -un").strip() == "noc"
    assert "02:00:00:00:10:01 10.1.0.101" in net.over_ssh("bng", "cat /var/lib/misc/dnsmasq.leases")


def test_freeradius_itself_writes_accepts_rejects_and_sessions(aaa: Backend) -> None:
    aaa.radius.register("ivanova", "right")
    assert aaa.radius.log_in("ivanova", "right", MAC)
    assert not aaa.radius.log_in("ivanova", "wrong", MAC)
    aaa.radius.account("Start", "s1", "ivanova", MAC)
    rows = aaa.db.sql("radius", "SELECT reply, callingstationid FROM radpostauth ORDER BY id;")
    assert rows.split() == ["Access-Accept", MAC, "Access-Reject", MAC]
    session = "SELECT username, callingstationid FROM radacct WHERE acctstoptime IS NULL;"
    assert aaa.db.sql("radius", session).split() == ["ivanova", MAC]
    aaa.radius.account("Stop", "s1", "ivanova", MAC, Acct_Terminate_Cause="Lost-Carrier")
    ended = "SELECT acctterminatecause FROM radacct WHERE acctstoptime IS NOT NULL;"
    assert aaa.db.sql("radius", ended).split() == ["Lost-Carrier"]


def test_billing_can_block_an_account(backend: Backend) -> None:
    query = "SELECT state FROM accounts WHERE id = '1001';"
    with faults.account(backend, "1001", state="'blocked_nonpayment'"):
        assert backend.db.sql("billing", query).strip() == "blocked_nonpayment"
    assert backend.db.sql("billing", query).strip() == "active"


def test_the_database_can_be_gone(backend: Backend) -> None:
    with faults.database_down(backend), pytest.raises(ToolError):
        backend.db.sql("billing", "SELECT 1;")
    assert backend.db.sql("billing", "SELECT 1;").strip() == "1"
