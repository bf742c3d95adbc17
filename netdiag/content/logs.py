"""probes/logs/*.yaml: what lines of device logs mean for outages."""

from __future__ import annotations

import re

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.event import CAUSES, KINDS, STATES
from netdiag.model.log_pattern import PLACES, LogPattern


def read_logs(tree: Tree) -> tuple[LogPattern, ...]:
    """The patterns of one file, in its order; ContentError names file and line."""
    top = Reader(tree, "a file of log lines")
    found = tuple(_pattern(one) for one in top.trees("logs"))
    top.done()
    return found


def _pattern(tree: Tree) -> LogPattern:
    reader = Reader(tree, "a log line")
    found = LogPattern(
        name=reader.text("log"),
        like=_like(reader),
        kind=reader.word("kind", KINDS),
        state=reader.word("state", STATES),
        cause=reader.word("cause", CAUSES) if reader.has("cause") else None,
        source=reader.text("source"),
        proven=reader.texts("proven"),
    )
    _examples(reader, found)
    reader.done()
    return found


def _like(reader: Reader) -> re.Pattern[str]:
    text = reader.text("like")
    try:
        like = re.compile(text)
    except re.error as error:
        raise fail(reader.where("like"), f"'like' is no regular expression: {error}.") from None
    unknown = sorted(set(like.groupindex) - set(PLACES))
    if unknown or len(like.groupindex) > 1:
        raise fail(reader.where("like"), f"'like' names one group out of {', '.join(PLACES)}.")
    return like


def _examples(reader: Reader, pattern: LogPattern) -> None:
    """Every pattern shows a line that it fits, and who that line means."""
    shown = reader.texts_by_key("examples")
    if not shown:
        raise fail(reader.place, "'examples' is missing: a line, and whom it means.")
    for line, meant in shown.items():
        found = pattern.like.search(line)
        told = (found.groupdict() or {"": "device"}) if found else {}
        if list(told.values()) != [meant]:
            said = next(iter(told.values()), "nothing")
            raise fail(reader.where("examples"), f"{line!r} means {said!r}, not {meant!r}.")
