"""netdiag lab: the simulated provider."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import click

from netdiag.cli.options import Common, common, emit, options
from netdiag.model.errors import ContentError


def loopback(_: click.Context, __: click.Parameter, base: str) -> str:
    if not re.fullmatch(r"127\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])", base):
        raise click.BadParameter(f"{base!r} is not 127.N with N up to 255, such as 127.78.")
    return base


base_option = click.option(
    "--base",
    default="127.77",
    show_default=True,
    metavar="127.N",
    callback=loopback,
    help="Its addresses are below this one.",
)


async def _until_stopped() -> None:
    import signal

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


@click.group()
@options
def lab(**_: object) -> None:
    """The simulated provider: real protocols on loopback, faults to switch on."""


@lab.command("faults")
@common
def faults(common: Common) -> int:
    """What can be switched on."""
    from netdiag.lab import all_faults

    rows = all_faults()
    if common.json:
        emit([{"name": f.name, "title": f.title, "expected": f.expected} for f in rows])
        return 0
    for fault in rows:
        click.echo(f"{fault.name:28} {fault.title}")
    return 0


@lab.command("start")
@base_option
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False),
    default="netdiag-lab",
    show_default=True,
    help="Where its configuration and databases go.",
)
@click.option(
    "--fault",
    "chosen",
    multiple=True,
    metavar="NAME[:SUBSCRIBER]",
    help="Switch a fault on; `lab faults` lists them. May be repeated.",
)
@click.option("--story", is_flag=True, help="The faults of the demo.")
@common
def start(directory: str, base: str, chosen: tuple[str, ...], story: bool, common: Common) -> int:
    """Start the lab and keep it up; faults by --fault."""
    place = Path(directory)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ContentError(
            f"{place}: cannot be made: {error.strerror}. Choose another with --dir."
        ) from None
    return asyncio.run(_start(place, base, chosen, story))


async def _start(directory: Path, base: str, chosen: tuple[str, ...], story: bool) -> int:
    from netdiag.lab import Lab

    async with Lab(directory, base=base) as lab:
        if story:
            lab.start_story()
        for one in chosen:
            name, _, subscriber = one.partition(":")
            lab.switch_on(name, subscriber or None)
        click.echo("The lab is up. In another terminal:")
        click.echo(f"  export NETDIAG_CONFIG={lab.config_path}")
        click.echo(f"  netdiag diagnose {lab.story()[0].subscriber}")
        click.echo("Ctrl-C ends it.")
        await _until_stopped()
    return 0
