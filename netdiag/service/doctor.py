"""Can we work here: ping, state directory, secrets, databases, devices; each with the mend."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from netdiag.model.errors import NetdiagError
from netdiag.model.wire import Deadline, NoAnswer, Ping, SqlQuery, Target
from netdiag.service.app import App
from netdiag.service.targets import beside_devices
from netdiag.settings import Settings

_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was tried."""

    what: str
    ok: bool
    text: str
    mend: str = ""


async def examine(config: str | None) -> list[Finding]:
    """Try everything that a diagnosis will need. Configuration errors are findings too."""
    try:
        app = App.open(config)
    except NetdiagError as error:
        return [Finding(what="configuration", ok=False, text=str(error), mend="netdiag check")]
    async with app:
        findings = [
            Finding(what="configuration", ok=True, text=str(app.settings.path)),
            _state(app.settings),
            _fping(),
        ]
        checks: tuple[Callable[[App], Awaitable[list[Finding]]], ...] = (_ping, _databases)
        for check in checks:
            findings += await check(app)
        findings += await asyncio.to_thread(_inventory, app)
    return findings


def _state(settings: Settings) -> Finding:
    place = settings.state_dir
    try:
        place.mkdir(parents=True, exist_ok=True)
        writable = os.access(place, os.W_OK)
    except OSError:
        writable = False
    return Finding(
        what="state directory",
        ok=writable,
        text=str(place),
        mend="" if writable else f"make {place} writable, or set state_dir in netdiag.yaml",
    )


def _fping() -> Finding:
    found = shutil.which("fping")
    return Finding(
        what="fping",
        ok=bool(found),
        text=found or "not installed; sweeps will ping slowly",
        mend="" if found else "apt install fping",
    )


async def _ping(app: App) -> list[Finding]:
    here = Target(device="localhost", host="127.0.0.1")
    question = Ping(address="127.0.0.1", count=1, timeout_s=1.0)
    reply = await app.wires.ask("icmp", here, question, Deadline.after(_PATIENCE_S))
    if isinstance(reply, NoAnswer):
        mend = "sysctl -w net.ipv4.ping_group_range='0 2147483647', or give CAP_NET_RAW"
        return [Finding(what="ping", ok=False, text=reply.detail, mend=mend)]
    return [Finding(what="ping", ok=True, text="this host can send ICMP echo")]


async def _databases(app: App) -> list[Finding]:
    findings: list[Finding] = []
    for targets in beside_devices(app.settings, None).values():
        for target in targets:
            if "sql.url" not in target.secrets:
                continue
            question = SqlQuery(text="SELECT 1 AS one")
            reply = await app.wires.ask("sql", target, question, Deadline.after(_PATIENCE_S))
            failed = isinstance(reply, NoAnswer)
            text = reply.detail if isinstance(reply, NoAnswer) else "answers"
            mend = f"check '{target.device}' in netdiag.yaml" if failed else ""
            findings.append(
                Finding(what=f"database {target.device}", ok=not failed, text=text, mend=mend)
            )
    return findings


def _inventory(app: App) -> list[Finding]:
    problems = app.inventory.problems()
    notes = "; ".join(str(line) for line in app.inventory.describe())
    mend = f"{len(problems)} rows to mend: netdiag check" if problems else ""
    return [Finding(what="inventory", ok=not problems, text=notes, mend=mend)]
