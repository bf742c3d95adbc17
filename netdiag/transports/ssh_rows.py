"""A command's text as rows, and the texts by which a device refuses a command."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from netdiag.model.wire import Cell, Row, SshCommand
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.ssh_screen import printed

_UNKNOWN = re.compile(
    r"""^\s*%\s*(?:Invalid|Unrecognized|Unknown|Incomplete|Ambiguous|Bad|Wrong)\b
    | \bUnknown\ command | \bInvalid\ (?:command|input) | Unrecognized\ command
    | ^\s*Error:\s*(?:Wrong|Incomplete|Too\ many|Ambiguous)\s+(?:parameter|command)
    | ^\s*Available\ commands: | bad\ command\ name | expected\ end\ of\ command
    | command\ not\ found | :\ not\ found\s*$ | No\ such\ file\ or\ directory
    | ^\s*syntax\ error""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_DENIED = re.compile(
    r"Permission denied|Operation not permitted|not authorized|authorization failed"
    r"|insufficient (?:privilege|right)|not enough permissions",
    re.IGNORECASE,
)
_SHORT = 12  # lines; in anything longer such words are part of what was asked for


class UnreadableError(Exception):
    """The text cannot be read as the probe says; the message is a sentence."""


def complaint(output: str) -> tuple[Why, str] | None:
    """The reason and the device's own line, when it refused the command."""
    output = printed(output)
    lines = [line for line in output.splitlines() if line.strip()]
    if len(lines) > _SHORT:
        return None
    for pattern, why in ((_DENIED, Why.ACCESS_DENIED), (_UNKNOWN, Why.NOT_SUPPORTED)):
        found = pattern.search(output)
        if found:
            said = next(line for line in lines if found.group().strip() in line)
            return why, " ".join(said.split())[:120].rstrip(".")
    return None


def read_rows(question: SshCommand, output: str) -> tuple[Row, ...]:
    """The rows of a reply. Raises UnreadableError."""
    output = printed(output)
    if question.textfsm is not None:
        return _by_textfsm(question.textfsm, output)
    if question.json:
        return _by_json(output)
    if question.lines is not None:
        return _by_lines(question.lines, output)
    return ({"output": output},)


def _by_lines(pattern: str, output: str) -> tuple[Row, ...]:
    try:
        regex = re.compile(pattern)
    except re.error as error:
        raise UnreadableError(f"`lines` of the probe is no regular expression: {error}.") from None
    found = (regex.search(line) for line in output.splitlines())
    return tuple(match.groupdict() for match in found if match)


def _by_textfsm(template: str, output: str) -> tuple[Row, ...]:
    import textfsm

    try:
        machine = textfsm.TextFSM(io.StringIO(template))
        rows = machine.ParseTextToDicts(output)
    except (textfsm.TextFSMTemplateError, textfsm.TextFSMError) as error:
        raise UnreadableError(f"The reply does not fit the TextFSM template: {error}.") from None
    return tuple({name.lower(): _joined(value) for name, value in row.items()} for row in rows)


def _joined(value: Any) -> str | None:
    """TextFSM's empty value is "not seen"."""
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return text or None


def _by_json(output: str) -> tuple[Row, ...]:
    try:
        tree = json.loads(output)
    except ValueError:
        raise UnreadableError("The reply is not JSON.") from None
    items = tree if isinstance(tree, list) else [tree]
    if not all(isinstance(item, dict) for item in items):
        raise UnreadableError("The reply is JSON, but neither an object nor a list of them.")
    # `ip -j` prints an empty object for each entry that its filter left out.
    return tuple(dict(_flat(item, "")) for item in items if item)


def _flat(item: dict[str, Any], prefix: str) -> list[tuple[str, Cell]]:
    """Inner objects by dotted names; lists of plain values joined by commas, others as JSON."""
    cells: list[tuple[str, Cell]] = []
    for name, value in item.items():
        if isinstance(value, dict):
            cells += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            plain = not any(isinstance(part, dict | list) for part in value)
            text = ",".join(str(_cell(part)) for part in value) if plain else json.dumps(value)
            cells.append((prefix + name, text))
        else:
            cells.append((prefix + name, _cell(value)))
    return cells


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, int | float) else str(value)
