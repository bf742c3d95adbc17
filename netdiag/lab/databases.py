"""The RADIUS and billing databases as SQLite files, written anew with every look at the world.

The RADIUS tables are FreeRADIUS's (`mods-config/sql/main`), with the columns that operators add to
radpostauth: callingstationid, nasipaddress, reason.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from netdiag.lab import records
from netdiag.lab.history import Scene

RADIUS, BILLING = "radius.db", "billing.db"

_RADIUS_SCHEMA = """
CREATE TABLE IF NOT EXISTS radacct (
  radacctid INTEGER PRIMARY KEY, acctsessionid TEXT NOT NULL, acctuniqueid TEXT NOT NULL,
  username TEXT NOT NULL, groupname TEXT NOT NULL DEFAULT '', realm TEXT DEFAULT '',
  nasipaddress TEXT NOT NULL, nasportid TEXT, nasporttype TEXT, acctstarttime DATETIME,
  acctupdatetime DATETIME, acctstoptime DATETIME, acctinterval INTEGER, acctsessiontime INTEGER,
  acctauthentic TEXT, connectinfo_start TEXT, connectinfo_stop TEXT, acctinputoctets BIGINT,
  acctoutputoctets BIGINT, calledstationid TEXT NOT NULL DEFAULT '',
  callingstationid TEXT NOT NULL DEFAULT '', acctterminatecause TEXT NOT NULL DEFAULT '',
  servicetype TEXT, framedprotocol TEXT, framedipaddress TEXT NOT NULL DEFAULT '',
  framedipv6address TEXT NOT NULL DEFAULT '', framedipv6prefix TEXT NOT NULL DEFAULT '',
  framedinterfaceid TEXT NOT NULL DEFAULT '', delegatedipv6prefix TEXT NOT NULL DEFAULT '',
  class TEXT);
CREATE INDEX IF NOT EXISTS radacct_username ON radacct (username);
CREATE TABLE IF NOT EXISTS radcheck (
  id INTEGER PRIMARY KEY, username TEXT NOT NULL DEFAULT '', attribute TEXT NOT NULL DEFAULT '',
  op TEXT NOT NULL DEFAULT '==', value TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS radpostauth (
  id INTEGER PRIMARY KEY, username TEXT NOT NULL DEFAULT '', pass TEXT NOT NULL DEFAULT '',
  reply TEXT NOT NULL DEFAULT '', authdate TIMESTAMP NOT NULL, class TEXT,
  callingstationid TEXT NOT NULL DEFAULT '', nasipaddress TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS nas (
  id INTEGER PRIMARY KEY, nasname TEXT NOT NULL, shortname TEXT NOT NULL, type TEXT NOT NULL,
  ports INTEGER, secret TEXT NOT NULL, server TEXT, community TEXT, description TEXT);
"""
_BILLING_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY, login TEXT, phone TEXT, address TEXT, state TEXT NOT NULL,
  paid_until TIMESTAMP, tariff TEXT, tariff_down_mbps INTEGER, quota_shaped INTEGER NOT NULL,
  provisioned INTEGER NOT NULL, outage_id TEXT);
"""


class Databases:
    """Both files. Readers never see half of a rewrite: each is one transaction."""

    def __init__(self, directory: Path) -> None:
        self.radius = directory / RADIUS
        self.billing = directory / BILLING
        for path, schema in ((self.radius, _RADIUS_SCHEMA), (self.billing, _BILLING_SCHEMA)):
            with closing(sqlite3.connect(path)) as db:
                db.executescript(schema)

    def write(self, scene: Scene, now: float) -> None:
        """Bring both to this moment."""
        with closing(sqlite3.connect(self.radius, timeout=2.0)) as db, db:
            _replace(db, "nas", records.nas(scene))
            _replace(db, "radcheck", records.radcheck(scene))
            _replace(db, "radacct", records.radacct(scene, now))
            _replace(db, "radpostauth", records.radpostauth(scene, now))
        with closing(sqlite3.connect(self.billing, timeout=2.0)) as db, db:
            _replace(db, "accounts", records.accounts(scene))


def _replace(db: sqlite3.Connection, table: str, rows: Iterable[records.Row]) -> None:
    """All rows of a table; names come from this module alone."""
    listed = list(rows)
    db.execute(f"DELETE FROM {table}")  # noqa: S608
    if not listed:
        return
    names = list(listed[0])
    marks = ", ".join(f":{name}" for name in names)
    db.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", listed)  # noqa: S608
