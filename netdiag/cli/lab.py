"""netdiag lab, netdiag demo: the simulated provider."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netdiag.cli.options import Common, common, emit, options
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.lab import Lab
    from netdiag.service.demo import Shown, Tell


def _loopback(_: click.Context, __: click.Parameter, base: str) -> str:
    if not re.fullmatch(r"127\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])", base):
        raise click.BadParameter(f"{base!r} is not 127.N with N up to 255, such as 127.78.")
    return base


_base = click.option(
    "--base",
    default="127.77",
    show_default=True,
    metavar="127.N",
    callback=_loopback,
    help="Its addresses are below this one.",
)


@click.command()
@_base
@click.option("--once", is_flag=True, help="Diagnose, print, end. Without it the lab stays up.")
@common
def demo(base: str, once: bool, common: Common) -> int:
    """Start the lab, switch faults on, diagnose: try netdiag without a network."""
    with tempfile.TemporaryDirectory(prefix="netdiag-demo-") as directory:
        return asyncio.run(_demo(Path(directory), base, once or common.json, common))


async def _demo(directory: Path, base: str, once: bool, common: Common) -> int:
    from netdiag.cli.demo_table import show_demo
    from netdiag.lab import Lab
    from netdiag.service.demo import diagnose_story

    async with Lab(directory, base=base) as lab:
        lab.start_story()
        shown = await diagnose_story(lab, _progress(common))
        if common.json:
            emit([one.document() for one in shown])
        else:
            show_demo(shown, common)
        if not once:
            await _stay(lab, shown, common)
    return 0 if all(one.right for one in shown) else 1


def _progress(common: Common) -> Tell:
    def tell(done: int, total: int, subscriber: str) -> None:
        if not common.json:
            click.echo(f"{subscriber} diagnosed ({done} of {total})", err=True)

    return tell


async def _stay(lab: Lab, shown: list[Shown], common: Common) -> None:
    config = lab.config_path
    first = shown[0].subscriber
    click.echo("")
    click.echo("The lab stays up. In another terminal:")
    click.echo(f"  export NETDIAG_CONFIG={config}")
    click.echo(f"  netdiag diagnose {first}          the answer with its evidence")
    click.echo(f"  netdiag explain {first}           every fault, and why not")
    click.echo(f"  netdiag impact {shown[0].device}  who is behind that switch")
    click.echo("Ctrl-C ends it.")
    await _until_stopped()


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
@_base
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
