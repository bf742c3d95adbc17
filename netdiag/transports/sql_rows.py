"""Rows of a database as cells: text, numbers, bytes or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from netdiag.model.wire import Cell, Row


def read_row(row: Mapping[Any, Any]) -> Row:
    """Column names in small letters (some databases shout)."""
    return {str(name).lower(): read_cell(value) for name, value in row.items()}


def read_cell(value: Any) -> Cell:
    """One value. Times as ISO text, with the offset where the database keeps one; durations in
    seconds; decimals as text, digit by digit; truth as true and false; lists joined by commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple | set):
        return ",".join(str(read_cell(part)) for part in value)
    return json.dumps(value) if isinstance(value, dict) else str(value)
