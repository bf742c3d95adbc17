"""netdiag kpi."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from netdiag.cli.failure import tell
from netdiag.cli.moments import span
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator
from netdiag.model.errors import ContentError

_GROUPS = ("fault", "desk", "site", "hour")


@click.command()
@click.option("--since", default="30d", metavar="TIME", show_default=True, help="From then.")
@click.option("--until", metavar="TIME", help="Until then; without it now.")
@click.option("--by", type=click.Choice(_GROUPS), help="Also in groups.")
@click.option("--csv", "as_csv", is_flag=True, help="One figure a line, for a spreadsheet.")
@click.option(
    "--html", type=click.Path(dir_okay=False), metavar="FILE", help="A page with pictures."
)
@common
def kpi(
    since: str, until: str | None, by: str | None, as_csv: bool, html: str | None, common: Common
) -> int:
    """How well it goes: sides, first contacts, repeats, bounces, deadlines, people needed."""
    from netdiag.kpi.lines import rows

    report = _report(since, until, by, common)
    if html:
        _write(Path(html), report, common.language)
    if common.json:
        emit(report)
    elif as_csv:
        csv.writer(sys.stdout).writerows(rows(report))
    elif not html:
        for text in _lines(report, common.language):
            click.echo(line(text, common.language))
    return 0


def _report(since: str, until: str | None, by: str | None, common: Common) -> dict[str, Any]:
    from netdiag.content.load import load
    from netdiag.kpi.report import By
    from netdiag.service.kpi.report import count_subscribers, make_report
    from netdiag.service.setup import open_inventory

    with opened_store(common) as (database, settings):
        begin, end = span(since, until, datetime.now(UTC), settings.timezone)
        with closing(open_inventory(settings)) as inventory:
            subscribers = count_subscribers(inventory)
        return make_report(
            database,
            settings,
            load(settings.content),
            since=begin,
            until=end,
            by=By(by) if by else None,
            subscribers=subscribers,
        )


def _write(path: Path, report: dict[str, Any], language: str) -> None:
    from netdiag.kpi.page import page

    try:
        path.write_text(page(report, language, translator(language)), encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path}: cannot be written: {error.strerror}.") from None
    tell(f"{path}: written.", language)


def _lines(report: dict[str, Any], language: str) -> Iterator[str]:
    say = translator(language)
    contacts, verdicts = report["contacts"], report["verdicts"]
    yield f"{say('Contacts')}: {contacts['count']} ({say('by ' + contacts['based_on'])})"
    per = contacts["per_1000_subscribers"]
    if per is not None:
        yield f"{say('Contacts per 1,000 subscribers')}: {per:g}"
    known = f"{say('of known truth')}: {verdicts['with_truth']}"
    yield f"{say('Diagnoses')}: {verdicts['count']}, {known}"
    yield from _figures(report, language)
    busiest = report["people"]["busiest"]
    if busiest:
        yield f"{say('People needed in the busiest hour')}: {busiest['people']}"
    for group in report.get("groups", ()):
        yield ""
        yield f"{isolate(group['key'] or '?', language)}: {group['verdicts']['count']}"
        for text in _figures(group, language):
            yield f"  {text}"


def _figures(figures: dict[str, Any], language: str) -> Iterator[str]:
    from netdiag.kpi.lines import NUMBERS, SHARES, TIMES

    say = translator(language)
    for (part, name), told in SHARES.items():
        share = (figures[part] or {}).get(name)
        if share and share["whole"]:
            rate = f"{share['rate']:.1%} ({share['part']} / {share['whole']})"
            yield f"{say(told)}: {isolate(rate, language)}"
    for (part, name), told in NUMBERS.items():
        value = (figures[part] or {}).get(name)
        if value is not None:
            yield f"{say(told)}: {isolate(f'{value:g}', language)}"
    for (part, name), told in TIMES.items():
        times = (figures[part] or {}).get(name)
        if times and times["count"]:
            spans = f"{times['median']:.1f} s (90 %: {times['p90']:.1f} s)"
            yield f"{say(told)}: {isolate(spans, language)}"
