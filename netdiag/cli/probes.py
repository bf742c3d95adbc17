"""netdiag probes list|show|try|record|new."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netdiag.cli.new_probe import new
from netdiag.cli.options import Common, common, emit, options
from netdiag.model.errors import ContentError
from netdiag.model.probe import Probe

if TYPE_CHECKING:
    from netdiag.service.teach.try_probes import Tried


@click.group()
@options
def probes(**_: object) -> None:
    """The engineer's bench for probes: one question, one file."""


@probes.command("list")
@click.option("--platform", help="Only what a device of this platform is asked.")
@click.option("--facts", is_flag=True, help="The vocabulary: every fact there is.")
@common
def list_probes(platform: str | None, facts: bool, common: Common) -> int:
    """All probes, or all facts."""
    from netdiag.service.setup import offline

    settings, content = offline(common.config)
    if facts:
        language = common.lang or settings.language
        types = content.vocabulary.types.values()
        rows = [(t.name, str(t.type), t.unit, t.label.get(language, "")) for t in types]
        if common.json:
            emit([dict(zip(("fact", "type", "unit", "label"), row, strict=True)) for row in rows])
        for row in () if common.json else rows:
            click.echo(f"{row[0]:28} {row[1]:10} {row[2]:24} {row[3]}")
        return 0
    if platform and platform not in content.platforms:
        known = ", ".join(sorted(content.platforms))
        raise ContentError(f"There is no platform {platform!r}. Known: {known}.")
    shown = content.probes_of(platform) if platform else content.probes
    if common.json:
        emit([_summary(probe) for probe in shown])
    for probe in () if common.json else shown:
        proven = "proven" if probe.proven else "not proven"
        click.echo(
            f"{probe.platform:20} {probe.id:24} {probe.transport:9} {proven:11} {probe.title}"
        )
    return 0


@probes.command()
@click.argument("probe")
@click.option("--platform", help="Of this platform, where several have one of that name.")
@common
def show(probe: str, platform: str | None, common: Common) -> int:
    """One probe: what it asks, which facts it gives."""
    from netdiag.probing.show import shown
    from netdiag.service.setup import offline

    _, content = offline(common.config)
    found = [p for p in content.probes if p.id == probe and platform in (None, p.platform)]
    if not found:
        raise ContentError(f"There is no probe {probe!r}. `netdiag probes list` shows all.")
    if common.json:
        emit([{**_summary(p), "asks": shown(p.ask), "source": p.source} for p in found])
        return 0
    for one in found:
        click.echo(f"{one.platform}/{one.id}: {one.title}  ({one.origin})")
        click.echo(f"  asks the {one.target} over {one.transport}: {shown(one.ask)}")
        click.echo(f"  gives {', '.join(one.yields)}")
        click.echo(f"  cost {one.cost}, disruption {one.disruption}, consent {one.consent}")
        click.echo(f"  source: {one.source}; proven on: {', '.join(one.proven) or 'nothing yet'}")
    return 0


@probes.command("try")
@click.argument("device", metavar="DEVICE[:PORT]")
@click.option("--probe", "only", multiple=True, metavar="PROBE", help="Only this one (repeatable).")
@click.option("--disruptive", is_flag=True, help="Also tests that stop the service (recorded).")
@click.option("--keep", type=click.Path(file_okay=False), metavar="DIR",
              help="Keep each reply as a case for `probes test`.")  # fmt: skip
@common
def try_(
    device: str, only: tuple[str, ...], disruptive: bool, keep: str | None, common: Common
) -> int:
    """Ask a device everything that netdiag knows to ask it: questions, raw replies, facts."""
    return asyncio.run(_try(device, only, disruptive, keep, common))


async def _try(
    device: str, only: tuple[str, ...], disruptive: bool, keep: str | None, common: Common
) -> int:
    from netdiag.cli.probe_text import tried_document, tried_lines
    from netdiag.service.app import App
    from netdiag.service.teach.try_probes import counts, try_device

    async with App.open(common.config) as app:
        tried = await try_device(app, device, disruptive=disruptive, only=only)
        unknown = sorted(set(only) - {one.run.probe for one in tried})
        if unknown:
            raise ContentError(
                f"{device} is not asked {', '.join(unknown)}. `netdiag probes list --platform P` "
                "shows what a device of its platform is asked."
            )
        if keep:
            _keep(tried, Path(keep))
        read, absent = counts(tried)
        if common.json:
            emit([tried_document(one) for one in tried])
            return 0
        for one in tried:
            for text in tried_lines(one, whole=bool(common.verbose)):
                click.echo(text)
        click.echo(f"{read} facts read, {absent} not")
    return 0


def _keep(tried: list[Tried], directory: Path) -> None:
    from datetime import UTC, datetime

    from netdiag.service.teach.keep_case import keep_case

    for one in tried:
        if len(one.exchanges) == 1 and one.probe is not None:
            path = keep_case(one, directory, datetime.now(UTC).date())
            click.echo(f"{path}: kept", err=True)


@probes.command()
@click.argument("device", metavar="DEVICE[:PORT]")
@click.option("--into", type=click.Path(dir_okay=False), help="File (default DEVICE.jsonl).")
@click.option("--scrub", is_flag=True, help="Mask names, addresses, logins, serial numbers.")
@common
def record(device: str, into: str | None, scrub: bool, common: Common) -> int:
    """Record what a device answers, for tests and for sharing."""
    path = Path(into or f"{device.replace(':', '-').replace('/', '-')}.jsonl")
    return asyncio.run(_record(device, path, scrub, common))


async def _record(device: str, path: Path, scrub: bool, common: Common) -> int:
    from netdiag.service.app import App
    from netdiag.service.teach.known_words import known_words, refuse_leaks
    from netdiag.service.teach.try_probes import try_device
    from netdiag.transports.replay import Recorder
    from netdiag.transports.replay_scrub import scrub as scrubbed

    lines: list[str] = []
    async with App.open(common.config, lambda name, t: Recorder(t, lines.append, name)) as app:
        await try_device(app, device)
        known = await asyncio.to_thread(known_words, app, device)
    kept = scrubbed(lines, known.logins, known.names) if scrub else lines
    if scrub:
        refuse_leaks(kept, known)
    _write(path, kept)
    if common.json:
        emit({"file": str(path), "exchanges": len(kept), "scrubbed": scrub})
    else:
        click.echo(f"{path}: {len(kept)} exchanges" + (", scrubbed" if scrub else ""))
    return 0


probes.add_command(new)


@probes.command()
@click.argument("probe", required=False)
@click.option("--cases", default="probe-cases", type=click.Path(exists=True, file_okay=False),
              show_default=True, help="Directory of cases: PLATFORM/PROBE/CASE.yaml.")  # fmt: skip
@common
def test(probe: str | None, cases: str, common: Common) -> int:
    """Read kept replies again: does each become the facts that its case says?"""
    from netdiag.service.setup import offline
    from netdiag.service.teach.run_cases import run_cases

    _, content = offline(common.config)
    count, wrong = run_cases(Path(cases), content, probe)
    if common.json:
        emit({"cases": count, "wrong": wrong})
    else:
        for text in wrong:
            click.echo(text, err=True)
        click.echo(f"{count} cases, {len(wrong)} things wrong")
    return 2 if wrong or not count else 0


def _write(path: Path, lines: list[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path}: cannot be written: {error.strerror}.") from None


def _summary(probe: Probe) -> dict[str, object]:
    return {
        "probe": probe.id,
        "platform": probe.platform,
        "title": probe.title,
        "transport": probe.transport,
        "target": probe.target,
        "facts": list(probe.yields),
        "cost": probe.cost,
        "disruption": probe.disruption,
        "consent": probe.consent,
        "proven": list(probe.proven),
        "origin": probe.origin,
    }
