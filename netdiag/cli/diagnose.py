"""netdiag diagnose KEY."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import click

from netdiag.cli.consent import agree, in_terminal, person
from netdiag.cli.failure import whoever_reads
from netdiag.cli.options import Common, common, emit, key_argument
from netdiag.model.errors import ContentError, NetdiagError
from netdiag.model.words import Side

EXIT = {
    Side.NONE: 0,
    Side.PROVIDER: 10,
    Side.SUBSCRIBER: 11,
    Side.ACCOUNT: 12,
    Side.UNDETERMINED: 13,
}
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_COMPLAINTS = ("no_internet", "slow", "intermittent", "one_site")
SYMPTOMS = (*_COMPLAINTS, "wifi_only", "redirect_page", "login_error", "other")


@click.command()
@key_argument()
@click.option("--ticket", metavar="ID", help="The ticket this is for.")
@click.option("--symptom", type=click.Choice(SYMPTOMS), help="What the customer reports.")
@click.option("--cannot-open", metavar="HOST", help="The site that he says he cannot reach.")
@click.option("--deadline", type=click.FloatRange(0.1, 300), metavar="S", help="Seconds for all.")
@click.option("--deep", is_flag=True, help="Measure everything, also what cannot decide.")
@click.option("--disruptive", is_flag=True, help="Allow tests that stop the service (recorded).")
@click.option("--yes", is_flag=True, help="Do not ask before such tests, in a terminal.")
@click.option("--save", type=click.Path(dir_okay=False), metavar="FILE", help="Keep every fact.")
@common
def diagnose(
    key: str,
    ticket: str | None,
    symptom: str | None,
    cannot_open: str | None,
    deadline: float | None,
    deep: bool,
    disruptive: bool,
    yes: bool,
    save: str | None,
    common: Common,
) -> int:
    """Whose fault is it. KEY is a subscriber's id, login, phone, IP, MAC, or device:port."""
    from netdiag.service.diagnosis.diagnose import Request

    if save:
        _can_save(Path(save))
    if cannot_open and not _HOST.fullmatch(cannot_open):
        raise click.BadParameter(f"{cannot_open!r} is no host name or address.")
    request = Request(
        ticket=ticket,
        symptom=symptom,
        named_site=cannot_open,
        deadline_s=deadline,
        deep=deep,
        disruptive=disruptive,
        who=f"cli:{person()}",
    )
    if disruptive and not yes and in_terminal():
        agree(key, common)
    return asyncio.run(_diagnose(key, request, save, common))


async def _diagnose(key: str, request: Any, save: str | None, common: Common) -> int:
    from netdiag.cli.answer import show
    from netdiag.cli.waiting import waiting
    from netdiag.service.app import App
    from netdiag.service.diagnosis.document import to_document

    async with App.open(common.config) as app:
        language = common.speak(app.settings.language)
        with waiting(f"asking the network about {key}", common):
            diagnosis = await app.diagnose(key, request)
        with whoever_reads():
            if common.json:
                emit(to_document(diagnosis, app.content))
            else:
                show(diagnosis, app.content, common, language=language)
        if save:
            _save(Path(save), to_document(diagnosis, app.content, facts=True))
        return EXIT[diagnosis.verdict.side]


def _can_save(path: Path) -> None:
    """Said before the network is asked, not after."""
    folder = path.parent
    if not folder.is_dir():
        raise ContentError(f"{path}: cannot be written: there is no directory {folder}. Make it.")
    if not os.access(folder, os.W_OK):
        raise ContentError(f"{path}: cannot be written: {folder} is not writable. Choose another.")


def _save(path: Path, document: dict[str, Any]) -> None:
    """Whole or not at all, and for the owner alone: it tells of a person."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
        partial.replace(path)
    except OSError as error:
        raise NetdiagError(f"{path}: cannot be written: {error.strerror}.") from None
