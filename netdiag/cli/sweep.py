"""netdiag sweep: visit every device, tell what is new."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.failure import FAILED
from netdiag.cli.options import Common, common, emit
from netdiag.cli.sweep_findings import cancel, findings, nonsense, runs, useful
from netdiag.cli.sweep_progress import progress
from netdiag.cli.sweep_text import one_line, show
from netdiag.model.words import Role

if TYPE_CHECKING:
    from netdiag.service.sweep.run import Sweeper

_NEW = 1


@click.group(invoke_without_command=True)
@click.option("--site", metavar="S", help="Only the devices of this site.")
@click.option("--device", metavar="D", help="Only this device.")
@click.option("--role", type=click.Choice([str(r) for r in Role]), help="Only this role.")
@click.option("--resume", is_flag=True, help="Go on with one that was cut short.")
@click.option("--deadline", type=click.FloatRange(1), metavar="S", help="Seconds for all of it.")
@common
def sweep(
    site: str | None,
    device: str | None,
    role: str | None,
    resume: bool,
    deadline: float | None,
    common: Common,
) -> int:
    """Visit every device: what is new since the last sweep.

    Exit codes: 0 nothing new, 1 new findings, 2 bad usage, 4 failed or cut short.
    """
    if click.get_current_context().invoked_subcommand:
        return 0
    from netdiag.service.sweep.stops import Scope

    scope = Scope(site=site, device=device, role=role)
    began = time.monotonic()
    told = asyncio.run(_run(scope, resume, deadline, common))
    told["seconds"] = round(time.monotonic() - began, 1)
    return _tell(told, common)


sweep.add_command(findings)
sweep.add_command(useful)
sweep.add_command(nonsense)
sweep.add_command(runs)
sweep.add_command(cancel)


def _tell(told: dict[str, Any], common: Common) -> int:
    from netdiag.service.sweep.report import news

    if common.json:
        emit(told)
    else:
        show(told, common)
    click.echo(one_line(told), err=True)
    if told["state"] != "done":
        return FAILED
    return _NEW if news(told) else 0


async def _run(scope: Any, resume: bool, deadline: float | None, common: Common) -> dict[str, Any]:
    from dataclasses import replace

    from netdiag.service.app import App
    from netdiag.service.sweep.policy import read_policy
    from netdiag.service.sweep.report import report
    from netdiag.service.sweep.run import Sweeper

    app = App.open(common.config)
    common.speak(app.settings.language)
    policy = read_policy(app.settings)
    if deadline is not None:
        policy = replace(policy, deadline_s=deadline)
    async with app:
        sweeper = Sweeper(app, policy)
        _end_on_signals(sweeper)
        with progress(common) as say:
            outcome = await sweeper.run(scope, resume=resume, progress=say)
        return report(outcome, app.content, app.database, common.language)


def _end_on_signals(sweeper: Sweeper) -> None:
    """Ctrl-C or SIGTERM: nobody else is asked, what came in is kept, `--resume` goes on."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, sweeper.cancel, "it was cancelled by a signal")
