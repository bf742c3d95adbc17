"""netdiag doctor."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import Translate, isolate, line, translator

if TYPE_CHECKING:
    from netdiag.service.doctor.devices import Reached
    from netdiag.service.doctor.doctor import Examination

_SHOWN = 40
_WAYS = ("icmp", "snmp", "routeros", "ssh")


@click.command()
@click.option("--no-devices", is_flag=True, help="Leave the devices of the inventory alone.")
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="Try so many devices at most; of more, a sample.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(1, 600),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for all devices.",
)
@common
def doctor(no_devices: bool, most: int, deadline: float, common: Common) -> int:
    """Can we ping, reach the devices, read secrets and databases, write the store; the mend."""
    from netdiag.cli.waiting import waiting
    from netdiag.service.doctor.doctor import examine

    with waiting("trying everything", common):
        work = examine(common.config, most_devices=0 if no_devices else most, deadline_s=deadline)
        seen = asyncio.run(work)
    common.speak(seen.language)
    if common.json:
        devices = [_as_finding(one) for one in seen.devices]
        emit([*(asdict(finding) for finding in seen.findings), *devices])
    else:
        _show(seen, common)
    return 0 if seen.ok else 4


def _as_finding(one: Reached) -> dict[str, object]:
    """The same keys as every other finding, and the ways beside."""
    what = {"what": f"device {one.device}", "ok": one.ok, "mend": "; ".join(one.mends)}
    return {**what, **asdict(one)}


def _show(seen: Examination, common: Common) -> None:
    say = translator(common.language)
    for finding in seen.findings:
        mark = _mark(finding.ok, say, common)
        told = f"{mark} {say(finding.what)}: {say(finding.text)}"
        click.echo(line(told, common.language))
        if finding.mend:
            click.echo(line(f"     → {say(finding.mend)}", common.language))
    if seen.devices:
        _show_devices(seen, say, common)


def _show_devices(seen: Examination, say: Translate, common: Common) -> None:
    wrong = [one for one in seen.devices if not one.ok]
    mark = _mark(not wrong, say, common)
    right = f"{len(seen.devices) - len(wrong)} of {len(seen.devices)} answer in every way."
    told = [f"{mark} {say('devices')}: {say(right)}"]
    if seen.listed > len(seen.devices):
        told.append(say(f"That is a sample of {seen.listed} devices; try more with --most."))
    click.echo(line(" ".join(told), common.language))
    if common.fancy and wrong:
        _table(wrong[:_SHOWN], say, common)
    for one in () if common.fancy else wrong[:_SHOWN]:
        device, ways = isolate(one.device, common.language), ", ".join(_ways(one, say))
        click.echo(line(f"     {device} ({ways}): {say(one.text)}", common.language))
        click.echo(line(f"     → {_mends(one, say)}", common.language))
    if len(wrong) > _SHOWN:
        rest = Counter(mend for one in wrong[_SHOWN:] for mend in one.mends)
        for mend, count in rest.most_common():
            click.echo(line(f"     + {count}: {say(mend)}", common.language))


def _table(wrong: list[Reached], say: Translate, common: Common) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    shown = [way for way in _WAYS if any(way in one.ways for one in wrong)]
    for name in ("Device", *shown, "What is wrong", "Mend"):
        table.add_column(name if name in shown else say(name), overflow="fold")
    for one in wrong:
        cells = [say(one.ways[way]) if way in one.ways else "" for way in shown]
        table.add_row(one.device, *cells, say(one.text), _mends(one, say))
    Console(no_color=not common.color, highlight=False).print(table)


def _ways(one: Reached, say: Translate) -> list[str]:
    return [f"{way} {say(how)}" for way, how in one.ways.items()]


def _mends(one: Reached, say: Translate) -> str:
    return "; ".join(say(mend) for mend in one.mends)


def _mark(ok: bool, say: Translate, common: Common) -> str:
    fine, mend = say("fine"), say("MEND")
    word = (fine if ok else mend).ljust(max(len(fine), len(mend)))
    return click.style(word, fg="green" if ok else "red") if common.color else word
