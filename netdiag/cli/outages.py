"""netdiag outages: the register, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netdiag.cli.consent import person
from netdiag.cli.moments import at, shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, emit
from netdiag.cli.outages_live import follow
from netdiag.cli.outages_replay import replay_stream
from netdiag.cli.outages_watch import held, maintenance, tell
from netdiag.cli.words import isolate, line, translator
from netdiag.model.outage import Cause, Outage, OutageState

if TYPE_CHECKING:
    from netdiag.settings import Settings
    from netdiag.store.outages import Register


@click.group(invoke_without_command=True)
@click.option("--all", "closed", is_flag=True, help="The newest hundred, cleared ones too.")
@click.option("--watch", is_flag=True, help="Every change as it comes, until Ctrl-C.")
@common
def outages(closed: bool, watch: bool, common: Common) -> int:
    """Open outages; `open`, `note` and `close` write the register by hand."""
    context = click.get_current_context()
    if context.invoked_subcommand:
        return 0
    if watch:
        with _register(common) as (register, settings):
            told = partial(_line, settings=settings, common=common)
            document = partial(_document, settings=settings)
            return follow(register.open_ones, document, told, settings.timezone, common)
    with _register(common) as (register, settings):
        found = register.last() if closed else register.open_ones()
    if common.json:
        emit([_document(one, settings) for one in found])
        return 0
    if not found:
        click.echo(line(translator(common.language)("No open outage."), common.language))
    for one in found:
        click.echo(_line(one, settings, common))
    return 0


for command in (replay_stream, held, maintenance, tell):
    outages.add_command(command)


@outages.command("open")
@click.argument("root", metavar="DEVICE[:PORT]|site:NAME")
@click.option(
    "--cause", type=click.Choice([str(c) for c in Cause]), default="unknown", help="What broke it."
)
@click.option("--until", metavar="TIME", help="Expected end, such as 2026-12-31T17:00.")
@click.option("--since", metavar="TIME", help="Beginning; now, when not given.")
@click.option("--note", default="", help="For colleagues.")
@common
def open_one(
    root: str, cause: str, until: str | None, since: str | None, note: str, common: Common
) -> int:
    """Announce an outage: those behind it are answered without a probe."""
    from netdiag.service.outages.announce import announce
    from netdiag.service.setup import open_inventory

    with _register(common) as (register, settings), closing(open_inventory(settings)) as inventory:
        outage = announce(
            register,
            inventory,
            root=root,
            cause=Cause(cause),
            since=at(since, settings.timezone) if since else datetime.now(UTC),
            expected_end=at(until, settings.timezone) if until else None,
            say={},
            note=note,
            who=person(),
        )
    _show(outage, settings, common)
    return 0


@outages.command()
@click.argument("key", metavar="ID")
@click.argument("text")
@click.option("--until", metavar="TIME", help="New expected end, such as 2026-12-31T17:00.")
@common
def note(key: str, text: str, until: str | None, common: Common) -> int:
    """Add a note, and a new expected end."""
    return _change(key, common, note=text, until=until)


@outages.command()
@click.argument("key", metavar="ID")
@click.option("--note", default="", help="For colleagues.")
@common
def close(key: str, note: str, common: Common) -> int:
    """It is over."""
    return _change(key, common, note=note, state=OutageState.CLEARED)


@outages.command("report")
@click.argument("key", metavar="ID")
@click.option(
    "--html",
    "into",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A page that prints as PDF.",
)
@common
def report(key: str, into: Path | None, common: Common) -> int:
    """For the morning after: timeline, cause, evidence, subscribers × minutes, tickets, SLA."""
    from netdiag.cli.outage_report import show_report
    from netdiag.content.load import load as load_content
    from netdiag.service.board.outage_view import report_of
    from netdiag.service.setup import open_inventory

    now = datetime.now(UTC)
    with _register(common) as (register, settings), closing(open_inventory(settings)) as inventory:
        content = load_content(settings.content)
        found = report_of(register.database, inventory, content, key, now)
    show_report(found, now, settings.timezone, into, common)
    return 0


def _change(
    key: str,
    common: Common,
    *,
    note: str,
    until: str | None = None,
    state: OutageState | None = None,
) -> int:
    from netdiag.service.outages.announce import Change, change

    with _register(common) as (register, settings):
        end = at(until, settings.timezone) if until else None
        wish = Change(note=note, expected_end=end, state=state)
        changed = change(register, key, wish, who=person(), now=datetime.now(UTC))
    _show(changed, settings, common)
    return 0


@contextmanager
def _register(common: Common) -> Iterator[tuple[Register, Settings]]:
    from netdiag.store.outages import Register

    with opened_store(common) as (database, settings):
        yield Register(database), settings


def _show(outage: Outage, settings: Settings, common: Common) -> None:
    if common.json:
        emit(_document(outage, settings))
    else:
        click.echo(_line(outage, settings, common))


def _document(outage: Outage, settings: Settings) -> dict[str, object]:
    from netdiag.service.outages.answer_known import outage_document

    return outage_document(outage, settings.timezone)


def _line(outage: Outage, settings: Settings, common: Common) -> str:
    say, language = translator(common.language), common.language
    since = f"{say('since')} {isolate(shown(outage.since, settings.timezone), language)}"
    if outage.expected_end:
        until = isolate(shown(outage.expected_end, settings.timezone), language)
        since += f" {say('until')} {until}"
    count = "?" if outage.subscribers is None else str(outage.subscribers)
    names = (isolate(outage.id, language), say(outage.state), isolate(outage.root, language))
    rest = (say(outage.cause), since, f"{say('subscribers')}: {count}")
    return line("  ".join((*names, *rest)), language)
