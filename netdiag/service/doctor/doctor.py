"""Can we work here: ping, state directory, secrets, databases, devices; each with the mend."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from tempfile import TemporaryFile

from netdiag.model.errors import NetdiagError
from netdiag.model.subscriber import Device
from netdiag.model.wire import Deadline, NoAnswer, Ping, SqlQuery, Target
from netdiag.service.app import App
from netdiag.service.doctor.daemon import examine_daemon
from netdiag.service.doctor.devices import Reached, reach, sample
from netdiag.service.doctor.finding import Finding
from netdiag.service.patience import look_up
from netdiag.service.targets import beside_devices
from netdiag.service.touch.restore import at_work
from netdiag.settings import Settings

_PATIENCE_S = 3.0
_INVENTORY_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that was tried. `devices`: those that were tried, of `listed` in the inventory."""

    findings: tuple[Finding, ...]
    devices: tuple[Reached, ...] = ()
    listed: int = 0
    language: str = "en"

    @property
    def ok(self) -> bool:
        """Nothing is to mend."""
        return all(f.ok for f in self.findings) and all(d.ok for d in self.devices)


async def examine(
    config: str | None, *, most_devices: int = 100, deadline_s: float = 30.0
) -> Examination:
    """Try everything that a diagnosis will need, and at most so many devices of the inventory
    (0: none). Configuration errors are findings too."""
    deadline = Deadline.after(deadline_s)
    try:
        app = App.open(config)
    except NetdiagError as error:
        wrong = Finding(what="configuration", ok=False, text=str(error), mend="netdiag check")
        return Examination(findings=(wrong,))
    async with app:
        findings = [
            Finding(what="configuration", ok=True, text=str(app.settings.path)),
            _state(app.settings),
            _fping(),
            await asyncio.to_thread(_tests, app),
        ]
        checks: tuple[Callable[[App], Awaitable[list[Finding]]], ...] = (
            examine_daemon,
            _ping,
            _databases,
        )
        for check in checks:
            findings += await check(app)
        findings.append(await _bounded(partial(_inventory, app), app, deadline))
        if not most_devices:
            return Examination(findings=tuple(findings), language=app.settings.language)
        listed = await _devices(app, deadline)
        if isinstance(listed, Finding):
            findings, listed = [*findings, listed], ()
        return Examination(
            findings=tuple(findings),
            devices=tuple(await reach(app, sample(listed, most_devices), deadline)),
            listed=len(listed),
            language=app.settings.language,
        )


async def _bounded(work: Callable[[], Finding], app: App, deadline: Deadline) -> Finding:
    try:
        return await look_up(work, app.inventory, deadline.at_most(_INVENTORY_S))
    except NetdiagError as error:
        return Finding(what="inventory", ok=False, text=str(error), mend="netdiag check")


async def _devices(app: App, deadline: Deadline) -> tuple[Device, ...] | Finding:
    limit = deadline.at_most(_INVENTORY_S)
    try:
        return await look_up(app.inventory.devices, app.inventory, limit)
    except NetdiagError as error:
        return Finding(what="devices", ok=False, text=str(error), mend="netdiag check")


def _state(settings: Settings) -> Finding:
    place = settings.state_dir
    try:
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=place) as file:
            file.write(b"netdiag doctor")
        writable = True
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
        text=found or "not installed; sweeps ping host by host, fifty at once",
        mend="" if found else "apt install fping",
    )


def _tests(app: App) -> Finding:
    """Tests that stop the service, and that nobody lived to undo."""
    try:
        lines = [ln for ln in app.journal.open_lines() if not at_work(ln, datetime.now(UTC))]
    except NetdiagError as error:
        return Finding(what="tests", ok=False, text=str(error), mend="see 'store'")
    if not lines:
        return Finding(what="tests", ok=True, text="none was left half-done")
    places = ", ".join(f"{ln.what} on {ln.device}:{ln.port}" for ln in lines)
    return Finding(
        what="tests", ok=False, text=f"not undone: {places}", mend="netdiag tests restore"
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


def _inventory(app: App) -> Finding:
    problems = app.inventory.problems()
    notes = "; ".join(str(line) for line in app.inventory.describe())
    mend = f"{len(problems)} rows to mend: netdiag check" if problems else ""
    return Finding(what="inventory", ok=not problems, text=notes, mend=mend)
