"""netdiag rules backtest|learn: today's rules against what was diagnosed and found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.moments import span
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.kpi.learn import Lesson
    from netdiag.model.content import Content
    from netdiag.service.diagnosis.past import Past

WORSE = 1
_SHOWN = 20


@click.command()
@click.option("--since", default="180d", metavar="TIME", show_default=True, help="From then.")
@click.option("--until", metavar="TIME", help="Until then; without it now.")
@click.option("--refuse-worse", is_flag=True, help="Exit with 1 when fewer sides would be right.")
@common
def backtest(since: str, until: str | None, refuse_worse: bool, common: Common) -> int:
    """Today's rules against stored diagnoses and findings: what would change. Offline."""
    from netdiag.service.diagnosis.past import backtest_of

    past, _ = _past(since, until, common, learned=True)
    found = backtest_of(past)
    if common.json:
        emit(found)
    else:
        for text in _told(found, common.language):
            click.echo(line(text, common.language))
    return WORSE if refuse_worse and found["worse"] > found["better"] else 0


@click.command()
@click.option("--since", default="365d", metavar="TIME", show_default=True, help="From then.")
@click.option("--until", metavar="TIME", help="Until then; without it now.")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the lessons; put the file into a directory of `content`.",
)
@common
def learn(since: str, until: str | None, write: Path | None, common: Common) -> int:
    """How often each rule was right by the technicians' findings, and what follows from it."""
    from netdiag.service.diagnosis.past import lessons_of, written

    past, content = _past(since, until, common, learned=False)
    found = lessons_of(past, content)
    if write:
        try:
            write.write_text(written(found), encoding="utf-8")
        except OSError as error:
            raise ContentError(f"{write}: cannot be written: {error.strerror}.") from None
    if common.json:
        emit([asdict(one) | {"doubtful": one.doubtful} for one in found])
        return 0
    for text in _lessons(found, common.language):
        click.echo(line(text, common.language))
    return 0


def _past(since: str, until: str | None, common: Common, *, learned: bool) -> tuple[Past, Content]:
    from zoneinfo import ZoneInfo

    from netdiag.content.load import load
    from netdiag.kpi.report import Period
    from netdiag.service.diagnosis.past import look_back

    with opened_store(common) as (database, settings):
        begin, end = span(since, until, datetime.now(UTC), settings.timezone)
        content = load(settings.content)
        content = content if learned else content.relearned({})
        period = Period(since=begin, until=end, zone=ZoneInfo(settings.timezone))
        return look_back(database, settings, content, period), content


def _told(found: dict[str, Any], language: str) -> Iterator[str]:
    say = translator(language)
    judged, changed, sides = (found[name] for name in ("judged", "changed", "changed_sides"))
    yield say(f"{judged} diagnoses judged again, {changed} change, {sides} of them the side.")
    if found["not_judged"]:
        yield f"{say('Without facts, not judged')}: {found['not_judged']}"
    if found["with_truth"]:
        before, now = found["right_before"], found["right_now"]
        shares = f"{before['rate']:.1%} > {now['rate']:.1%} ({now['whole']})"
        yield f"{say('Right side')}: {isolate(shares, language)}"
        yield say(f"{found['better']} become right, {found['worse']} are right no more.")
    for move in found["by_fault"][:_SHOWN]:
        yield "  " + isolate(f"{move['count']:5} {move['before']} > {move['now']}", language)
    if len(found["by_fault"]) > _SHOWN:
        yield f"  {say('and more; all with --json')}: {len(found['by_fault']) - _SHOWN}"


def _lessons(found: tuple[Lesson, ...], language: str) -> Iterator[str]:
    say = translator(language)
    if not found:
        yield say("No finding fits a stored diagnosis yet: there is nothing to learn.")
    for one in found:
        figures = (
            f"{one.fault:42} {one.confirmed:4}/{one.cases:<4} {one.share:.0%} "
            f"({one.low:.0%}-{one.high:.0%}), {one.stated:.0%}: {one.shift_db:+.1f} dB"
        )
        doubt = f"  {say('more often wrong than right')}" if one.doubtful else ""
        yield isolate(figures, language) + doubt
