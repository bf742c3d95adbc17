"""A sweep as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from netdiag.cli.options import Common
from netdiag.cli.words import foreign, isolate, line, translator

_MOST = 30  # of each kind
Json = Mapping[str, Any]


def show(told: Json, common: Common) -> None:
    """What is new, what is over, who did not answer."""
    say, language = translator(common.language), common.language
    fresh = [one for one in told["new"] if not one["muted"]]
    for title, found in (("New", fresh), ("Over", told["gone"])):
        if not found:
            continue
        click.echo(line(f"{say(title)} ({len(found)})", language))
        for one in found[:_MOST]:
            for text in finding_lines(one, common, full=title == "New"):
                click.echo(text)
        if len(found) > _MOST:
            click.echo(line(f"  … {len(found) - _MOST} {say('more')}", language))
    _trouble(told["trouble"], common)
    if not fresh:
        click.echo(line(say("Nothing new."), language))
    click.echo(line(f"{say('Open findings')}: {told['open']}", language))


def finding_lines(one: Json, common: Common, *, full: bool) -> list[str]:
    """A finding: where, what, how sure, whom it hurts; then what was seen and what to do."""
    say, language = translator(common.language), common.language
    where = f"{one['device']}:{one['port']}" if one["port"] else one["device"]
    people = one["subscribers"]
    hurt = f", {say('subscribers')}: {people}" if people else ""
    head = (
        f"  #{one['id']}  {say(one['severity'])}  {isolate(where, language)}  "
        f"{foreign(one['title'], language)}  ({one['sure']:.0%}{hurt})"
    )
    if not full:
        return [line(head, language)]
    rest = (one["say"], f"→ {one['do']}")
    return [line(text, language) for text in (head, *(f"      {text}" for text in rest))]


def _trouble(trouble: list[Json], common: Common) -> None:
    say, language = translator(common.language), common.language
    by_reach: dict[str, list[Json]] = {}
    for one in trouble:
        by_reach.setdefault(one["reach"], []).append(one)
    for reach, found in sorted(by_reach.items()):
        click.echo(line(f"{say(_REACH[reach])} ({len(found)})", language))
        for one in found[:_MOST]:
            why = f": {one['why']}" if one["why"] else ""
            click.echo(line(f"  {isolate(one['device'] + why, language)}", language))
        if len(found) > _MOST:
            click.echo(line(f"  … {len(found) - _MOST} {say('more')}", language))


_REACH = {
    "partial": "Answered in part",
    "silent": "Silent",
    "behind": "Not asked, behind a silent device",
    "no_answer": "Answers ping, but not its management",
    "refused": "Refused us, or answered nonsense",
    "not_asked": "Not asked",
}


def one_line(told: Json) -> str:
    """For a log: always English, one line."""
    counts = ", ".join(f"{n} {reach}" for reach, n in sorted(told["devices"].items()))
    return (
        f"netdiag: {told['id']} {told['state']}: {counts or 'no devices'}; "
        f"{len(told['new'])} new, {len(told['gone'])} over, {told['open']} open; "
        f"{told['seconds']} s"
    )
