"""Tables of several processes that work together: who lives, what was taken over, whose turn."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from netdiag.store.schema import metadata
from netdiag.store.tables import Moment

workers = Table(
    "workers",
    metadata,
    Column("name", String(200), primary_key=True),  # the engine's executor id
    Column("instance", String(40), nullable=False),  # one start of it
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("sites", Text, nullable=False),  # JSON list
    Column("version", String(40), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),  # by the clock of the database
    Column("left_at", Moment),  # it said goodbye
    Column("alone", Text),  # JSON: what it keeps, and last did, without this store
)

takeovers = Table(
    "takeovers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job", String(200), nullable=False),
    Column("worker", String(200), nullable=False),  # who had died over it
    Column("at", Moment, nullable=False),
    Index("takeovers_by_job", "job"),
    Index("takeovers_by_time", "at"),
)

leases = Table(
    "leases",
    metadata,
    Column("device", String(200), primary_key=True),
    Column("holder", String(40), nullable=False),  # instance of a worker
    Column("until", Moment, nullable=False),  # by the clock of the database
    Column("wanted_by", String(40)),  # another one waits for it
    Column("wanted_at", Moment),
)
