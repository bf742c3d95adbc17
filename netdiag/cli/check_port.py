"""netdiag check-port DEVICE:PORT: a plugin for Nagios, Icinga and their kin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from netdiag.cli.options import Common, common, emit
from netdiag.model.errors import NetdiagError
from netdiag.triage.plugin import PortState, State

if TYPE_CHECKING:
    from netdiag.service.diagnosis.check_port import Thresholds

_DOWN = {"ok": State.OK, "warning": State.WARNING, "critical": State.CRITICAL}


class Plugin(click.Command):
    """Bad usage is UNKNOWN here: 2 would be an alarm."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As usual, with the plugins' exit code."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.show()
            ctx.exit(int(State.UNKNOWN))


@click.command(cls=Plugin)
@click.argument("place", metavar="DEVICE:PORT")
@click.option("-w", "--warning", type=float, help="Damaged frames per million received.")
@click.option("-c", "--critical", type=float, help="The same, for an alarm.")
@click.option("--speed", type=float, metavar="MBPS", help="Warn below this speed.")
@click.option(
    "--down",
    type=click.Choice(list(_DOWN)),
    default="critical",
    show_default=True,
    help="What a port without link is.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.1, 300),
    default=8.0,
    show_default=True,
    metavar="S",
    help="Seconds for the answer.",
)
@common
def check_port(
    place: str,
    warning: float | None,
    critical: float | None,
    speed: float | None,
    down: str,
    deadline: float,
    common: Common,
) -> int:
    """A monitoring plugin: link, errors, speed and duplex of one port, as 0, 1, 2 or 3."""
    from netdiag.service.diagnosis.check_port import Thresholds

    wish = Thresholds(
        errors_warning=warning, errors_critical=critical, speed_mbps=speed, down=_DOWN[down]
    )
    try:
        found = asyncio.run(_check(place, wish, deadline, common.config))
    except NetdiagError as error:
        found = PortState(state=State.UNKNOWN, text=" ".join(str(error).split()), perfdata="")
    if common.json:
        emit({"place": place, "state": found.state.name, "text": found.text} | _perf(found))
    else:
        tail = f" | {found.perfdata}" if found.perfdata else ""
        click.echo(f"PORT {found.state.name} - {place}: {found.text}{tail}")
    return int(found.state)


async def _check(place: str, wish: Thresholds, deadline_s: float, config: str | None) -> PortState:
    from netdiag.service.app import App
    from netdiag.service.diagnosis.check_port import limits, read_port
    from netdiag.triage.plugin import port_state

    async with App.open(config) as app:
        return port_state(await read_port(app, place, deadline_s), limits(app, wish))


def _perf(found: PortState) -> dict[str, dict[str, float]]:
    parts = (part.split("=", 1) for part in found.perfdata.split())
    values = {name: float(rest.split(";")[0].rstrip("%")) for name, rest in parts}
    return {"perfdata": values}
