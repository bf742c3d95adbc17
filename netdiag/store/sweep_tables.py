"""Tables of sweeps: runs, one row a device, one row a device and day, findings and their votes."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from netdiag.store.schema import metadata
from netdiag.store.tables import Moment

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(200), nullable=False),  # empty: all
    Column("scope", JSON, nullable=False),  # site, device, role as asked for
    Column("state", String(20), nullable=False),  # running, done, cut, cancelled, failed
    Column("owner", String(200), nullable=False),  # host:pid
    Column("started_at", Moment, nullable=False),
    Column("alive_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("summary", JSON, nullable=False),
    Index("sweeps_by_time", "started_at"),
)

sweep_devices = Table(
    "sweep_devices",
    metadata,
    Column("device", String(200), primary_key=True),
    Column("site", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sweep", String(64), nullable=False),  # in which it was last visited
    Column("reach", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("known", LargeBinary, nullable=False),  # what the next sweep compares with, packed
    Index("sweep_devices_by_sweep", "sweep"),
)

sweep_days = Table(
    "sweep_days",
    metadata,
    Column("device", String(200), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("told", LargeBinary, nullable=False),  # values of the day by fact and port, packed
    Index("sweep_days_by_day", "day"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule", String(100), nullable=False),
    Column("device", String(200), nullable=False),  # or site:NAME
    Column("place", String(100), nullable=False),  # index of the port; empty: the device
    Column("port", String(200), nullable=False),  # its name
    Column("site", String(200), nullable=False),
    Column("state", String(20), nullable=False),  # open, closed, nonsense
    Column("since", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("seen", Integer, nullable=False),  # in how many sweeps
    Column("missed", Integer, nullable=False),  # sweeps in a row without it
    Column("sure", Float, nullable=False),
    Column("hurt", Integer),  # subscribers behind it; not known: null
    Column("rank", Float, nullable=False),
    Column("severity", String(20), nullable=False),
    Column("evidence", JSON, nullable=False),  # fact → value
    Column("ticket", String(200)),
    Index("findings_by_device", "device", "state"),
    Index("findings_by_state", "state", "rank"),
    Index("findings_by_end", "closed_at"),
)

finding_votes = Table(
    "finding_votes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("finding", Integer, nullable=False),
    Column("useful", Boolean, nullable=False),
    Column("remark", Text, nullable=False),
    Index("finding_votes_by_rule", "rule"),
)
