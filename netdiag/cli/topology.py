"""netdiag topology discover."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from netdiag.cli.failure import FAILED, tell, whoever_reads
from netdiag.cli.options import Common, common, emit, options
from netdiag.cli.proposal_file import can_write
from netdiag.cli.proposal_file import write as write_proposals
from netdiag.cli.topology_text import discovery_lines
from netdiag.cli.words import line
from netdiag.locating.proposals import Fit, counts
from netdiag.model.words import Role
from netdiag.service.discover.discover import Discovery


@click.group()
@options
def topology(**_: object) -> None:
    """Which device hangs on which port of which."""


@topology.command()
@click.option("--site", metavar="S", help="Only devices of this site.")
@click.option("--device", metavar="D", help="Only this device.")
@click.option("--role", type=click.Choice([str(r) for r in Role]), help="Only of this role.")
@click.option("--deadline", type=click.FloatRange(1, 3600), default=60.0, show_default=True,
              metavar="S", help="Seconds for all.")  # fmt: skip
@click.option("--write", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write proposals, .yaml or .csv, to read and to adopt by hand.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Also show links that agree.")
@common
def discover(
    site: str | None,
    device: str | None,
    role: str | None,
    deadline: float,
    write: str | None,
    everything: bool,
    common: Common,
) -> int:
    """Ask devices whom they hear (LLDP, CDP, MNDP) and compare it with the inventory.

    Nothing is adopted: --write makes a file to read first. Exit codes: 0 all as in the inventory, 1
    something is new, differs or is missing, 4 no device told of any neighbour.
    """
    from netdiag.service.discover.discover import Which

    if write:
        can_write(Path(write))
    which = Which(site=site, device=device, role=Role(role) if role else None)
    return asyncio.run(_discover(which, deadline, write, everything, common))


async def _discover(
    which: object, deadline: float, write: str | None, everything: bool, common: Common
) -> int:
    from netdiag.cli.waiting import waiting
    from netdiag.model.wire import Deadline
    from netdiag.service.app import App
    from netdiag.service.discover.discover import Which
    from netdiag.service.discover.discover import discover as ask
    from netdiag.service.discover.document import discovery_document

    assert isinstance(which, Which)  # noqa: S101
    async with App.open(common.config) as app:
        language, zone = common.speak(app.settings.language), app.settings.timezone
        with waiting("asking devices for their neighbours", common):
            found = await ask(app.parts, which, Deadline.after(deadline))
    with whoever_reads():
        if common.json:
            emit(discovery_document(found))
        else:
            for text in discovery_lines(found, zone, language, everything=everything):
                click.echo(line(text, language))
    for note in () if common.json else found.notes:
        tell(note, language)
    if write:
        write_proposals(Path(write), found)
        tell(f"{write}: written. Read it before it goes into the inventory.", language)
    return _code(found)


def _code(found: Discovery) -> int:
    number = counts(found.proposals)
    if len(found.quiet) == len(found.asked):
        return FAILED
    return 1 if any(number[fit] for fit in (Fit.NEW, Fit.DIFFERS, Fit.MISSING)) else 0
