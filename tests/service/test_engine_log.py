"""What the durable engine complains of while the store is away: one line, once a minute."""

import logging

import pytest

from netdiag.service.daemon import durable

TRACE = (
    "Exception polling schedules: Traceback (most recent call last):\n  File x\n"
    "psycopg.errors.ConnectionTimeout: connection timeout expired\n(Background on this error at: …)"
)


def record(text: str, line: int, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("dbos", level, "_scheduler.py", line, text, (), None)


def test_a_stack_is_one_line_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_said", {})
    told = record(TRACE, 289)
    assert durable._one_line(told)
    assert told.getMessage() == (
        "Exception polling schedules:  psycopg.errors.ConnectionTimeout: connection timeout expired"
    )


def test_the_same_place_is_heard_once_a_minute_and_an_error_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(durable, "_said", {})
    first, again, later, elsewhere = record("x", 1), record("x", 1), record("x", 1), record("x", 2)
    later.created = first.created + 61
    said = [durable._one_line(one) for one in (first, again, later, elsewhere)]
    assert said == [True, False, True, True]
    assert durable._one_line(record("x", 2, logging.ERROR))
