"""netdiag token: who may use the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from netdiag.cli.failure import tell
from netdiag.cli.moments import shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, done, emit
from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.store.tokens import Tokens

_SCOPES = ("diagnose", "read", "tickets", "events", "admin")


@click.group()
def token() -> None:
    """API tokens: make, list, revoke."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(_SCOPES),
    required=True,
    help="What it may do; may be given several times.",
)
@click.option("--days", type=click.IntRange(1, 3650), default=365, help="It ends after so many.")
@click.option(
    "--per-minute",
    type=click.IntRange(1, 1_000_000),
    default=600,
    help="More requests than that are refused with 429.",
)
@common
def new(name: str, scopes: tuple[str, ...], days: int, per_minute: int, common: Common) -> int:
    """Make a token. It is shown once; the store keeps only a digest."""
    from netdiag.store.tokens import Scope

    with _tokens(common) as (tokens, _):
        made = tokens.make(
            name,
            frozenset(Scope(word) for word in scopes),
            datetime.now(UTC),
            lasts=timedelta(days=days),
            per_minute=per_minute,
        )
    if common.json:
        emit({"name": name, "token": made, "scopes": sorted(scopes)})
        return 0
    tell("Keep it now: it is not shown again.", common.language)
    click.echo(made)
    return 0


@token.command("list")
@common
def all_tokens(common: Common) -> int:
    """Every token with its scopes, end and last use."""
    now = datetime.now(UTC)
    with _tokens(common) as (tokens, timezone):
        found = tokens.all()
    if common.json:
        emit(
            [
                {
                    "id": one.id,
                    "name": one.name,
                    "scopes": sorted(one.scopes),
                    "expires_at": one.expires_at and one.expires_at.isoformat(),
                    "last_used_at": one.last_used_at and one.last_used_at.isoformat(),
                    "valid": one.valid_at(now),
                }
                for one in found
            ]
        )
        return 0
    say = translator(common.language)
    for one in found:
        end = f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "-"
        used = shown(one.last_used_at, timezone)
        state = say("valid") if one.valid_at(now) else say("ended")
        scopes = ",".join(sorted(one.scopes))
        click.echo(f"{one.id}  {state}  {one.name}  {scopes}  {end}  {used}")
    if not found:
        click.echo(
            line(say("There are no tokens. `netdiag token new` makes one."), common.language)
        )
    return 0


@token.command()
@click.argument("key", metavar="ID")
@common
def revoke(key: str, common: Common) -> int:
    """End a token at once."""
    with _tokens(common) as (tokens, _):
        if not tokens.revoke(key):
            raise ContentError(f"There is no token {key!r}. `netdiag token list` shows them.")
    return done(f"{key} opens nothing any more.", common)


@contextmanager
def _tokens(common: Common) -> Iterator[tuple[Tokens, str]]:
    """The tokens, and the time zone in which times are shown."""
    from netdiag.store.tokens import Tokens

    with opened_store(common) as (database, settings):
        yield Tokens(database), settings.timezone
