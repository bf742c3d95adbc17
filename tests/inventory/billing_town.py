"""The town in a billing database, in the column types that billing systems really use."""

from __future__ import annotations

import sqlalchemy as sa

SOURCE = """\
- sql:
    url: {env: BILLING_URL}
    subscribers:
      table: users
      columns: {id: uid, phone: tel, service: svc, device: switch, bng: nas, account_debt: debt}
      values: {service: {"1": pppoe, "2": dhcp}}
    devices:
      query: >-
        SELECT name AS id, addr AS host, kind AS role, 'a:b' AS site, up AS parent FROM boxes
        WHERE name LIKE '%%' OR name = ':none'
      values: {role: {L2: access, L3: aggregation}}
    links: {table: wires, columns: {device: low, parent: high}}
"""

_SQLITE = {"number": "INTEGER", "mac": "TEXT", "ip": "TEXT"}
_MARIADB = {"number": "BIGINT", "mac": "CHAR(17)", "ip": "VARCHAR(40)"}
_POSTGRESQL = {"number": "BIGINT", "mac": "MACADDR", "ip": "INET"}

ROWS = [
    (
        100234,
        "petrov",
        89123456789,
        "aa:bb:cc:00:00:01",
        "100.64.0.7",
        "1",
        "sw-12",
        "7",
        200,
        120.50,
    ),
    (100235, "Sidorov", 79123456789, "AA:BB:CC:00:00:02", "100.64.0.8", "2", "sw-12", "8", 200, 0),
    (100236, "ivanova", None, None, None, "1", "sw-13", "1/0/9", 4095, 0),
    (100237, "nobody", 12, None, None, "7", "sw-99", "1", None, None),
]


def fill(engine: sa.Engine) -> None:
    """Create the tables and rows, with the types of that database."""
    types = {"sqlite": _SQLITE, "mysql": _MARIADB}.get(engine.dialect.name, _POSTGRESQL)
    with engine.begin() as db:
        for text in (
            f"""CREATE TABLE users (uid {types["number"]} PRIMARY KEY, login VARCHAR(40),
                tel {types["number"]}, mac {types["mac"]}, ip {types["ip"]}, svc SMALLINT,
                switch VARCHAR(40), port VARCHAR(20), vlan INT, nas VARCHAR(20),
                debt DECIMAL(10, 2))""",
            "CREATE TABLE boxes (name VARCHAR(40), addr VARCHAR(40), kind VARCHAR(9), "
            "up VARCHAR(40))",
            "CREATE TABLE wires (low VARCHAR(40), high VARCHAR(40))",
            "CREATE INDEX users_login ON users (login)",
        ):
            db.exec_driver_sql(text)
        users = sa.text(
            "INSERT INTO users VALUES (:uid, :login, :tel, "
            + (
                ":mac, :ip"
                if types is not _POSTGRESQL
                else "CAST(:mac AS macaddr), CAST(:ip AS inet)"
            )
            + ", :svc, :switch, :port, :vlan, 'bng-1', :debt)"
        )
        names = ("uid", "login", "tel", "mac", "ip", "svc", "switch", "port", "vlan", "debt")
        for row in ROWS:
            db.execute(users, dict(zip(names, row, strict=True)) | {"svc": int(row[5])})
        boxes = sa.text("INSERT INTO boxes VALUES (:a, :b, :c, :d)")
        for a, b, c, d in (
            ("bng-1", "127.0.0.2", "bng", None),
            ("agg-1", "127.0.0.3", "L3", "bng-1"),
            ("sw-12", "127.0.0.12", "L2", None),
            ("sw-13", "127.0.0.13", "L2", "sw-12"),
        ):
            db.execute(boxes, {"a": a, "b": b, "c": c, "d": d})
        db.execute(sa.text("INSERT INTO wires VALUES ('sw-12', 'agg-1'), ('sw-13', 'sw-77')"))
