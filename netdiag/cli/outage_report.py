"""netdiag outages report: in the terminal, as JSON, as a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from netdiag.cli.failure import tell
from netdiag.cli.options import Common, emit
from netdiag.cli.words import foreign, isolate, line, translator
from netdiag.model.errors import ContentError
from netdiag.service.diagnosis.values import span
from netdiag.service.outages.report import Report, as_json


def show_report(
    report: Report, now: datetime, zone: str, into: Path | None, common: Common
) -> None:
    """JSON with --json, the page into a file with --html, else lines."""
    if into is not None:
        _write(report, now, zone, into, common)
    if common.json:
        emit(as_json(report))
    elif into is None:
        for text in _lines(report, zone, common.language):
            click.echo(line(text, common.language))


def _write(report: Report, now: datetime, zone: str, into: Path, common: Common) -> None:
    from netdiag.web.board.report_file import report_html

    text = report_html(report, now, language=common.language, zone=zone)
    try:
        into.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{into}: cannot be written: {error.strerror}.") from None
    tell(f"{into}: written.", common.language)


def _lines(report: Report, zone: str, language: str) -> Iterator[str]:
    say, outage = translator(language), report.outage

    def when(moment: datetime) -> str:
        return isolate(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}", language)

    def row(name: str, value: str) -> str:
        return f"{say(name)}: {value}"

    end = when(outage.cleared_at) if outage.cleared_at else say("not over yet")
    yield f"{isolate(outage.id, language)}  {isolate(outage.root, language)}  {say(outage.state)}"
    yield row(
        "Since", f"{when(outage.since)} – {end} ({_span(report.lasted.total_seconds(), language)})"
    )
    yield row("Subscribers", "?" if report.peak is None else str(report.peak))
    if report.minutes is not None:
        yield row("Subscribers × minutes", f"{report.minutes:.0f}")
    if report.detected is not None:
        yield row("Known after", _span(report.detected.total_seconds(), language))
    for one in report.promises:
        kept = say("still open" if one.kept is None else "kept" if one.kept else "missed")
        yield row(one.what, f"{when(one.due)}: {kept}")
    if report.weakened:
        lost = isolate(", ".join(report.weakened), language)
        yield row("Their redundancy was lost, service went on", lost)
    yield row("Tickets", str(len(report.tickets)))
    for entry in report.timeline:
        who, note = isolate(entry.who, language), foreign(entry.note, language)
        yield f"  {when(entry.at)}  {say(entry.state)}  {who}  {note}".rstrip()


def _span(seconds: float, language: str) -> str:
    return span(seconds, language) or f"{seconds:.0f} {translator(language)('s')}"
