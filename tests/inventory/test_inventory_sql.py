"""The same town in SQLite, and in real MariaDB and PostgreSQL servers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import billing_town
import pytest
import sql_servers
import sqlalchemy as sa
from small_town import Open, said

from netdiag.inventory.found import FoundKind
from netdiag.inventory.inventory import Inventory
from netdiag.inventory.keys import By
from netdiag.model.errors import InventoryUnavailableError
from netdiag.model.subscriber import Attachment
from netdiag.model.words import Role, ServiceKind

OTHERS = """SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="module")
def mariadb() -> Iterator[tuple[sa.Engine, str]]:
    with sql_servers.mariadb() as server:
        billing_town.fill(server[0])
        yield server


@pytest.fixture(scope="module")
def postgresql() -> Iterator[tuple[sa.Engine, str]]:
    with sql_servers.postgresql() as server:
        billing_town.fill(server[0])
        yield server


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sa.Engine, str]]:
    path = tmp_path_factory.mktemp("sqlite") / "billing.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    billing_town.fill(engine)
    yield engine, f"sqlite:///{path}"
    engine.dispose()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("mariadb", marks=pytest.mark.real),
        pytest.param("postgresql", marks=pytest.mark.real),
    ]
)
def server(request: pytest.FixtureRequest) -> tuple[sa.Engine, str]:
    found: tuple[sa.Engine, str] = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def billing(
    server: tuple[sa.Engine, str], opened: Open, monkeypatch: pytest.MonkeyPatch
) -> Inventory:
    monkeypatch.setenv("BILLING_URL", server[1])
    return opened(billing_town.SOURCE)


@pytest.mark.parametrize(
    ("key", "by", "ident"),
    [
        ("100234", By.ID, "100234"),
        ("petrov", By.LOGIN, "100234"),
        ("SIDOROV", By.LOGIN, "100235"),
        ("100.64.0.7", By.IP, "100234"),
        ("aabb.cc00.0001", By.MAC, "100234"),
        ("aa-bb-cc-00-00-02", By.MAC, "100235"),
        ("sw-12:8", By.PORT, "100235"),
        ("SW-13:1/0/9", By.PORT, "100236"),
    ],
)
def test_every_kind_of_key_is_looked_up_live(
    billing: Inventory, key: str, by: By, ident: str
) -> None:
    found = billing.find(key)
    assert (found.kind, found.by) == (FoundKind.ONE, by)
    assert found.subscriber is not None
    assert found.subscriber.id == ident


def test_columns_of_any_type_are_read(billing: Inventory) -> None:
    petrov = billing.subscriber("100234")
    assert petrov is not None
    assert petrov.service is ServiceKind.PPPOE
    assert petrov.macs == ("aa:bb:cc:00:00:01",)
    assert petrov.ip == "100.64.0.7"
    assert petrov.phone == "89123456789"
    assert petrov.attachment == Attachment(device="sw-12", port="7", vlan=200, bng="bng-1")
    assert float(petrov.extra["account_debt"]) == 120.5


def test_a_phone_of_two_contracts_is_ambiguous(billing: Inventory) -> None:
    assert [s.id for s in billing.find("+7 (912) 345-67-89").subscribers] == ["100234", "100235"]


@pytest.mark.parametrize(
    "key", ["abc", "100234abc", "0", "' OR 1=1 --", "999999999999999999999999"]
)
def test_a_key_that_a_database_would_compare_loosely_finds_nobody(
    billing: Inventory, key: str
) -> None:
    assert billing.find(key).kind is FoundKind.NOBODY


def test_devices_links_and_impact_come_from_the_same_database(billing: Inventory) -> None:
    device = billing.device("SW-12")
    assert device is not None
    assert (device.id, device.host, device.role, device.site) == (
        "sw-12", "127.0.0.12", Role.ACCESS, "a:b",
    )  # fmt: skip
    assert billing.topology().path("sw-13") == ("bng-1", "agg-1", "sw-12", "sw-13")
    assert set(billing.behind("agg-1").subscribers) == {"100234", "100235", "100236"}
    assert billing.behind("sw-12", "7").subscribers == ("100234",)
    assert len(billing.behind("bng-1").subscribers) == 4
    assert [a.port for a in billing.neighbours(Attachment(device="sw-12", port="7"))] == ["8"]


def test_broken_rows_are_named_by_table_and_key(billing: Inventory) -> None:
    text = said(billing)
    for expected in (
        "users uid=100236: subscriber 100236: vlan must be a number from 1 to 4094",
        "users uid=100237: subscriber 100237: phone must have at least 6 digits",
        "users uid=100237: subscriber 100237: service cannot be '7'",
        "users uid=100237: 1 subscribers (here the first) are on sw-99",
        "wires low=sw-13 high=sw-77: the link names sw-77",
    ):
        assert expected in text, expected
    assert text.count("\n") == 4
    (state,) = billing.describe()
    assert (state.subscribers, state.devices, state.links) == (4, 4, 2)
    assert sql_servers.PASSWORD not in repr(state)


def test_the_inventory_cannot_write(server: tuple[sa.Engine, str], billing: Inventory) -> None:
    source = billing._pool.sources[0]
    with pytest.raises(Exception, match=r"(?i)read.?only|denied|permission"):
        source._database.rows(sa.text("INSERT INTO wires VALUES ('a', 'b')"))  # type: ignore[attr-defined]


def test_a_wrong_column_is_named_with_those_that_are_there(
    server: tuple[sa.Engine, str], opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_URL", server[1])
    inventory = opened(
        "- sql: {url: {env: BILLING_URL}, subscribers: {table: users, columns: {id: number}}}"
    )
    with pytest.raises(InventoryUnavailableError, match=r"users has no column number.*uid, login"):
        inventory.find("petrov")


def test_a_missing_table_is_unavailable_and_not_unknown(
    server: tuple[sa.Engine, str], opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_URL", server[1])
    inventory = opened("- sql: {url: {env: BILLING_URL}, subscribers: {table: people}}")
    with pytest.raises(InventoryUnavailableError, match=r"did not answer: .*people"):
        inventory.find("petrov")


@pytest.mark.parametrize("scheme", ["mysql", "postgresql"])
def test_an_unreachable_database_is_said_to_be_so_without_its_password(
    opened: Open, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    port = sql_servers.free_port()
    monkeypatch.setenv("BILLING_URL", f"{scheme}://netdiag:hush-hush@127.0.0.1:{port}/billing")
    inventory = opened("- sql: {url: {env: BILLING_URL}, subscribers: {table: users}}")
    with pytest.raises(InventoryUnavailableError) as raised:
        inventory.find("petrov")
    assert f"127.0.0.1:{port}/billing" in str(raised.value)
    assert "Check that it runs" in str(raised.value)
    assert "hush" not in str(raised.value)
    assert not inventory.describe()[0].available


@pytest.mark.real
@pytest.mark.parametrize("name", ["mariadb", "postgresql"])
def test_a_refused_password_is_said_without_the_password(
    request: pytest.FixtureRequest, opened: Open, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    url = request.getfixturevalue(name)[1].replace(sql_servers.PASSWORD, "wrong-password")
    monkeypatch.setenv("BILLING_URL", url)
    inventory = opened("- sql: {url: {env: BILLING_URL}, subscribers: {table: users}}")
    with pytest.raises(
        InventoryUnavailableError, match=r"(?i)denied|authentication failed"
    ) as raised:
        inventory.find("petrov")
    assert "wrong-password" not in str(raised.value)


def test_a_url_that_cannot_be_read_is_not_repeated(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_URL", "mysql://netdiag:hu@sh:x@127.0.0.1:port/billing")
    inventory = opened("- sql: {url: {env: BILLING_URL}, subscribers: {table: users}}")
    with pytest.raises(InventoryUnavailableError, match="special characters") as raised:
        inventory.find("petrov")
    assert "hu@sh" not in str(raised.value)


def test_a_missing_driver_is_named(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_URL", "firebird://127.0.0.1/billing")
    inventory = opened("- sql: {url: {env: BILLING_URL}, subscribers: {table: users}}")
    with pytest.raises(InventoryUnavailableError, match="no driver for 'firebird'"):
        inventory.find("petrov")


def test_phones_and_macs_in_odd_formatting_are_found_by_reading_all_rows(
    tmp_path: Path, opened: Open
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/b.db")
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE users (id TEXT, phone TEXT, mac TEXT)")
        db.exec_driver_sql(
            "INSERT INTO users VALUES ('1', '8 912 345-67-89 (home), 23-45-67', "
            "'AABB.CC00.0001; AABB.CC00.0002')"
        )
    engine.dispose()
    text = "- sql: {url: 'sqlite:///b.db', subscribers: {table: users}%s}"
    inventory = opened(text % "")
    assert inventory.find("+79123456789").kind is FoundKind.ONE
    assert inventory.find("234567").kind is FoundKind.ONE
    assert inventory.find("aa:bb:cc:00:00:02").kind is FoundKind.ONE
    frugal = opened(text % ", scan: false")
    assert frugal.find("+79123456789").kind is FoundKind.NOBODY


def test_a_missing_sqlite_file_is_not_created(tmp_path: Path, opened: Open) -> None:
    inventory = opened("- sql: {url: 'sqlite:///gone.db', subscribers: {table: users}}")
    with pytest.raises(InventoryUnavailableError, match="unable to open database file"):
        inventory.find("petrov")
    assert not (tmp_path / "gone.db").exists()


def read_in_scans(engine: sa.Engine) -> int:
    """Rows that the server has read without an index since it began."""
    with engine.connect() as db:
        if engine.dialect.name == "postgresql":
            db.exec_driver_sql("SELECT pg_stat_force_next_flush()")
            while db.exec_driver_sql(OTHERS).scalar_one():  # a session counts at its end
                time.sleep(0.05)
            count = "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables"
            return int(db.exec_driver_sql(count).scalar_one())
        count = "SHOW GLOBAL STATUS LIKE 'Handler_read_rnd_next'"
        return int(db.exec_driver_sql(count).one()[1])


@pytest.mark.real
@pytest.mark.parametrize("name", ["mariadb", "postgresql"])
def test_among_a_hundred_thousand_rows_an_index_is_used_where_there_is_one(
    request: pytest.FixtureRequest, opened: Open, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    engine, url = request.getfixturevalue(name)
    numbers = {
        "mariadb": "SELECT seq AS n FROM seq_0_to_99999",
        "postgresql": "SELECT generate_series(0, 99999) AS n",
    }[name]
    with engine.begin() as db:
        db.exec_driver_sql(
            "CREATE TABLE many (id BIGINT PRIMARY KEY, login VARCHAR(20), tel VARCHAR(20))"
        )
        db.exec_driver_sql(
            "INSERT INTO many SELECT 200000 + n, CONCAT('user', n), CONCAT('8912', 1000000 + n) "
            f"FROM ({numbers}) AS numbers"
        )
        db.exec_driver_sql("CREATE INDEX many_login ON many (login)")
        db.exec_driver_sql("CREATE INDEX many_tel ON many (tel)")
        # What the server does by itself after a while: else it guesses how often a number occurs.
        db.exec_driver_sql("ANALYZE TABLE many" if name == "mariadb" else "ANALYZE many")
    monkeypatch.setenv("BILLING_URL", url)
    inventory = opened(
        "- sql: {url: {env: BILLING_URL}, subscribers: {table: many, columns: {phone: tel}}}"
    )
    begun = read_in_scans(engine)
    found = [inventory.find(key) for key in ("user4711", "204711", "+7 912 100-47-11")]
    assert {f.subscriber.id for f in found if f.subscriber} == {"204711"}
    inventory.close()
    assert read_in_scans(engine) - begun < 10_000
    assert inventory.find("USER4711").subscriber == found[0].subscriber
    inventory.close()
    assert read_in_scans(engine) - begun >= 100_000
