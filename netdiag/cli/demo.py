"""netdiag demo: the lab's story, diagnosed, and the board over it."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netdiag.cli.lab import base_option
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator

if TYPE_CHECKING:
    from netdiag.lab import Lab
    from netdiag.service.demo import Shown, Tell

_PATIENCE_S = 120.0  # for inference to name the dead switch by itself


def _here(_: click.Context, __: click.Parameter, listen: str | None) -> str | None:
    if listen is not None and not re.fullmatch(r"(127(\.\d{1,3}){3}|localhost):\d{1,5}", listen):
        raise click.BadParameter(
            f"{listen!r} is not an address of this machine alone, such as 127.0.0.1:8787: "
            "nobody has to sign in to the demo."
        )
    return listen


@click.command()
@base_option
@click.option("--once", is_flag=True, help="Diagnose, print, end. Without it the lab stays up.")
@click.option(
    "--listen",
    metavar="ADDRESS:PORT",
    callback=_here,
    help="Where the board is; on loopback only. Default 127.0.0.1:8787, or a free port.",
)
@common
def demo(base: str, once: bool, listen: str | None, common: Common) -> int:
    """Start the lab, switch faults on, diagnose, serve the board: netdiag without a network."""
    with tempfile.TemporaryDirectory(prefix="netdiag-demo-") as directory:
        return asyncio.run(_demo(Path(directory), base, once or common.json, listen, common))


async def _demo(directory: Path, base: str, once: bool, listen: str | None, common: Common) -> int:
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
            await _stay(lab, shown, listen, common)
    return 0 if all(one.right for one in shown) else 1


def _progress(common: Common) -> Tell:
    say = translator(common.language)

    def tell(done: int, total: int, subscriber: str) -> None:
        if not common.json:
            told = say(f"{subscriber} diagnosed ({done} of {total})")
            click.echo(line(told, common.language), err=True)

    return tell


async def _stay(lab: Lab, shown: list[Shown], listen: str | None, common: Common) -> None:
    """The board over the lab, until Ctrl-C."""
    from netdiag.service.demo import announce_dead, board_of, visitor
    from netdiag.web.server import serve

    daemon, reload, tell_story = board_of(lab, shown, listen)

    async def ready() -> None:
        await tell_story()
        address = f"http://{daemon.serve.host}:{daemon.serve.port}/"
        for text in _what_next(lab, shown, address, common.language):
            click.echo(text)
        await announce_dead(daemon, shown, _PATIENCE_S)

    await serve(daemon, reload, guest=visitor(), ready=ready)


def _what_next(lab: Lab, shown: list[Shown], address: str, language: str) -> Iterator[str]:
    say, first = translator(language), shown[0].subscriber
    yield ""
    yield line(say(f"The board: {address}"), language)
    yield line(say("The lab stays up. In another terminal:"), language)
    yield f"  export NETDIAG_CONFIG={lab.config_path}"
    if shutil.which("netdiag") is None:
        yield f"  export PATH={Path(sys.executable).parent}:$PATH"
    for command, gives in (
        (f"netdiag diagnose {first}", "the answer with its evidence"),
        (f"netdiag explain {first}", "every fault, and why not"),
        (f"netdiag impact {shown[0].device}", "who is behind that switch"),
    ):
        yield line(f"  {isolate(f'{command:24}', language)}  {say(gives)}", language)
    yield line(say("Ctrl-C ends it."), language)
