"""netdiag doctor."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from netdiag.cli.options import Common, common, emit


@click.command()
@common
def doctor(common: Common) -> int:
    """Can we ping, read secrets and databases, write the store; with the mend."""
    from netdiag.service.doctor import examine

    findings = asyncio.run(examine(common.config))
    if common.json:
        emit([asdict(finding) for finding in findings])
    for finding in () if common.json else findings:
        mark = _mark("ok  ", "green", common) if finding.ok else _mark("MEND", "red", common)
        click.echo(f"{mark} {finding.what}: {finding.text}")
        if finding.mend:
            click.echo(f"     → {finding.mend}")
    return 0 if all(finding.ok for finding in findings) else 4


def _mark(word: str, colour: str, common: Common) -> str:
    return click.style(word, fg=colour) if common.color else word
