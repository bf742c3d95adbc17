"""Tables, on SQLite or PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    # The port that was read; what belongs to a subscriber has no device, and his id as port.
    Column("device", String(200), nullable=False),
    Column("port", String(200), nullable=False),
    Column("fact", String(100), nullable=False),
    Column("value", Text, nullable=False),  # JSON: value, and the device that was asked
    Column("probe", String(100), nullable=False),
    Column("transport", String(30), nullable=False),
    Column("measured_at", DateTime, nullable=False),  # UTC
    Index("readings_by_place", "device", "port", "fact", "measured_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),  # UTC
    Column("who", String(100), nullable=False),
    Column("what", String(200), nullable=False),
    Column("device", String(200), nullable=False),
    Column("port", String(200), nullable=False),
    Column("why", Text, nullable=False),
)
