"""Databases, resolver, echo responder, configuration."""

import sqlite3
import time

import dns.message
import dns.query
import dns.rcode
import pytest

from netdiag.lab import Lab, all_faults
from netdiag.model.errors import NetdiagError
from tests.addresses import claim_base


def test_every_pppoe_login_is_known_to_radius_and_has_one_open_session(town):
    homes = [h for h in town.lab.scene.world.homes.values() if h.service == "pppoe"]
    known = town.sql("radius", "SELECT DISTINCT username FROM radcheck")
    assert {row["username"] for row in known} == {home.login for home in homes}
    for home in homes:
        (session,) = town.open_sessions(home.login)
        assert session["callingstationid"] == home.router.mac.upper()
        assert session["framedipaddress"] == home.ip


def test_radius_has_answered_somebody_a_minute_ago(town):
    (row,) = town.sql(
        "radius",
        "SELECT strftime('%s','now') - strftime('%s', max(authdate)) AS age FROM radpostauth",
    )
    assert 0 <= row["age"] <= 75


def test_open_sessions_are_kept_up(town):
    (row,) = town.sql(
        "radius",
        "SELECT max(strftime('%s','now') - strftime('%s', acctupdatetime)) AS age FROM radacct "
        "WHERE acctstoptime IS NULL",
    )
    assert 0 <= row["age"] <= 75


def test_counted_octets_grow_with_time(town):
    (first,) = town.open_sessions("home202")
    time.sleep(0.2)
    town.inside(town.lab._changed)
    (second,) = town.open_sessions("home202")
    assert second["acctinputoctets"] > first["acctinputoctets"]


def test_sqlalchemy_reads_the_databases_by_the_written_urls(town):
    import sqlalchemy

    url = (town.directory / "billing.url").read_text().strip()
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT count(*) FROM accounts")).scalar()
    engine.dispose()
    assert found == len(town.lab.scene.world.homes)


def _resolve(town, name, wait=3.0):
    query = dns.message.make_query(name, "A")
    return dns.query.udp(query, f"{town.base}.0.53", timeout=wait, port=town.lab.ports.dns)


def test_the_resolver_answers_for_its_zone_alone(town):
    good = _resolve(town, "www.example.test")
    assert [item.address for item in good.answer[0]] == ["203.0.113.10"]
    assert _resolve(town, "example.org").rcode() == dns.rcode.NXDOMAIN


def test_the_echo_responder_sends_back_what_lives(town):
    assert town.echo(town.host("sw-1"), 3) == 3
    assert town.echo(f"{town.base}.0.53") == 1
    assert town.echo("198.51.100.1") == 1


def test_homes_do_not_answer_from_here(town):
    assert town.echo(town.lab.scene.world.homes["100202"].ip, wait_s=0.1) == 0


def test_the_written_configuration_loads(town):
    from netdiag.settings import load

    settings = load(town.lab.config_path)
    assert settings.credentials["default"].secrets["snmp.community"].reveal() == (
        town.lab.keys.community
    )
    assert settings.options["icmp.responder"] == f"{town.base}.0.1:{town.lab.ports.echo}"
    assert settings.radius is not None
    assert settings.radius.url.reveal().startswith("sqlite:////")


def test_the_written_inventory_knows_every_home_and_device(town):
    from netdiag.content.yaml import load_file

    tree = load_file(town.directory / "inventory.yaml")
    world = town.lab.scene.world
    assert len(tree.entries["subscribers"].items) == len(world.homes)
    assert len(tree.entries["devices"].items) == len(world.devices)
    assert len(tree.entries["links"].items) == len(world.wires)


def test_secrets_are_readable_by_their_owner_alone(town):
    for name in ("community", "routeros.password", "ssh.password", "radius.url"):
        assert (town.directory / name).stat().st_mode & 0o077 == 0


async def test_two_labs_on_the_same_addresses_say_so(town, tmp_path):
    with pytest.raises(NetdiagError, match="another base"):
        async with Lab(tmp_path, base=town.base):
            pass


async def test_a_second_lab_starts_beside_the_first_and_leaves_its_books_written(town, tmp_path):
    async with Lab(tmp_path, base=claim_base()) as lab:
        lab.start_story()
    with sqlite3.connect(tmp_path / "billing.db") as db:
        states = dict(db.execute("SELECT id, state FROM accounts"))
    db.close()
    assert states["100201"] == "blocked"


def test_an_unknown_fault_is_named_with_its_neighbour(town):
    with pytest.raises(NetdiagError, match="Did you mean cable-cut"), town.fault("cable-cat"):
        pass


def test_a_fault_that_does_not_fit_names_somebody_whom_it_fits(town):
    with pytest.raises(NetdiagError, match="100201"), town.fault("wrong-password", "100204"):
        pass
    with pytest.raises(NetdiagError, match="no subscriber 7"), town.fault("cable-cut", "7"):
        pass


def test_the_story_has_many_faults_and_three_healthy_homes(town):
    story = town.lab.story()
    assert len({item.subscriber for item in story}) == len(story) >= 17
    assert [item.expected for item in story if item.fault is None] == ["none.ok"] * 3
    assert {item.fault for item in story if item.fault} <= {fault.name for fault in all_faults()}
