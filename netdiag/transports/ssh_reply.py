"""What a device printed into rows: a TextFSM template, JSON, or one row per matching line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from netdiag.model.wire import Cell, Row, SshCommand


class UnreadableError(Exception):
    """The output is not what was expected; the text says how."""


def rows_of(question: SshCommand, output: str) -> tuple[Row, ...]:
    """Rows of the output. Raises UnreadableError."""
    if question.textfsm is not None:
        return tuple(_by_template(question.textfsm, output))
    if question.json:
        return tuple(_by_json(output))
    if question.lines is not None:
        pattern = re.compile(question.lines)
        found = (pattern.search(line) for line in output.splitlines())
        return tuple(match.groupdict() for match in found if match)
    return ({"output": output},)


def _by_template(template: str, output: str) -> Iterator[Row]:
    import textfsm

    try:
        parser = textfsm.TextFSM(StringIO(template))
        parsed = parser.ParseText(output)
    except textfsm.Error as error:
        raise UnreadableError(f"the output does not fit the template: {error}") from None
    names = [name.lower() for name in parser.header]
    for values in parsed:
        yield {name: _cell(value) for name, value in zip(names, values, strict=True)}


def _by_json(output: str) -> Iterator[Row]:
    try:
        document = json.loads(output)
    except json.JSONDecodeError as error:
        raise UnreadableError(f"the output is not JSON: {error.msg}") from None
    for item in document if isinstance(document, list) else [document]:
        if not isinstance(item, dict):
            raise UnreadableError("the JSON holds no objects")
        yield {name: _cell(value) for name, value in item.items()}


def _cell(value: Any) -> Cell:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value or None if isinstance(value, str) else value
    return json.dumps(value)
