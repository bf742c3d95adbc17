"""netdiag explain KEY|FILE."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import click

from netdiag.cli.options import Common, common, emit, key_argument
from netdiag.cli.words import isolate, line, translator
from netdiag.model.content import Content
from netdiag.model.verdict import Diagnosis
from netdiag.model.words import Side
from netdiag.service.diagnosis.explain import Explained

_MARKS = {"confirmed": "[x]", "open": "[?]", "excluded": "[ ]"}


@dataclass(frozen=True, slots=True)
class _Judged:
    diagnosis: Diagnosis
    content: Content
    demarcation: Side


@click.command()
@key_argument("key_or_file", "KEY|FILE")
@click.option("--all", "show_all", is_flag=True, help="Also those that are excluded.")
@common
def explain(key_or_file: str, show_all: bool, common: Common) -> int:
    """Every fault: matched, excluded, open, and for want of what."""
    from netdiag.service.diagnosis.explain import explain as explained

    judged = _judged(key_or_file, common)
    rows = list(explained(judged.diagnosis.facts, judged.content, judged.demarcation))
    if common.json:
        emit([_document(row) for row in rows])
        return 0
    say = translator(common.language)

    def told(text: str) -> None:
        click.echo(line(text, common.language))

    told(_headline(judged, common.language))
    told(say("[x] proven, [?] open, [ ] excluded; nearest the core first"))
    for row in rows:
        if row.status != "excluded" or show_all:
            _print(row, common.language)
    hidden = sum(row.status == "excluded" for row in rows)
    if hidden and not show_all:
        told(say(f"{hidden} more faults are excluded; --all shows what excluded each."))
    return 0


def _headline(judged: _Judged, language: str) -> str:
    from netdiag.cli.answer import View

    view = View(
        diagnosis=judged.diagnosis,
        content=judged.content,
        language=language,
        say=translator(language),
    )
    return view.headline()


def _judged(key_or_file: str, common: Common) -> _Judged:
    path = Path(key_or_file)
    if path.suffix == ".json" or path.is_file():
        from netdiag.service.diagnosis.replay import replay
        from netdiag.service.setup import offline

        settings, content = offline(common.config)
        common.speak(settings.language)
        diagnosis = replay(path, content, settings)
        return _Judged(diagnosis, content.relearned(diagnosis.learned), diagnosis.demarcation)
    return asyncio.run(_live(key_or_file, common))


async def _live(key: str, common: Common) -> _Judged:
    from netdiag.cli.waiting import waiting
    from netdiag.service.app import App
    from netdiag.service.diagnosis.diagnose import Request

    async with App.open(common.config) as app:
        common.speak(app.settings.language)
        with waiting(f"asking the network about {key}", common):
            diagnosis = await app.diagnose(key, Request(deep=True))
        return _Judged(diagnosis, app.content, app.settings.demarcation)


def _print(row: Explained, language: str) -> None:
    say = translator(language)
    title = row.rule.title.get(language, row.rule.title["en"])
    marked = f"{_MARKS[row.status]} {row.rule.rank:4} {row.rule.fault}  {row.share:6.1%}"
    click.echo(line(f"{isolate(marked, language)}  {title}", language))
    for text in row.decided_by:
        click.echo(line(f"         {isolate(text, language)}", language))
    for text in row.lacks:
        fact, _, why = text.partition(": ")
        wants = f"{say('wants')} {isolate(fact, language)}: {say(why)}"
        click.echo(line(f"         {wants}", language))


def _document(row: Explained) -> dict[str, object]:
    return {
        "fault": row.rule.fault,
        "rank": row.rule.rank,
        "side": row.side,
        "status": row.status,
        "confidence": row.share,
        "points_db": row.score_db,
        "decided_by": list(row.decided_by),
        "lacks": list(row.lacks),
    }
