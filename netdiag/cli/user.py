"""netdiag user: who may use the board."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from netdiag.cli.consent import in_terminal, person
from netdiag.cli.moments import shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, done, emit
from netdiag.cli.words import translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.service.board.accounts import Accounts

_ROLES = ("viewer", "operator", "noc", "admin")
_role = click.option(
    "--role",
    type=click.Choice(_ROLES),
    required=True,
    help="What he may do: look; diagnose; write outages; everything.",
)
_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)


@click.group()
def user() -> None:
    """Users of the board: add, list, change, remove."""


@user.command()
@click.argument("name")
@_role
@_from_stdin
@common
def add(name: str, role: str, password_stdin: bool, common: Common) -> int:
    """Add a user. The password is asked for, and kept as an Argon2id digest."""
    from netdiag.model.user import UserRole

    with _accounts(common) as (accounts, _):
        password = _password(password_stdin, common)
        accounts.add(name, UserRole(role), password, datetime.now(UTC), by=person())
    return done(f"{name} can sign in now.", common)


@user.command("list")
@common
def all_users(common: Common) -> int:
    """Every user with his role and when he was last here."""
    with _accounts(common) as (accounts, timezone):
        found = accounts.users.all()
    if common.json:
        emit(
            [
                {
                    "name": one.name,
                    "role": one.role,
                    "created_at": one.created_at.isoformat(),
                    "seen_at": one.seen_at and one.seen_at.isoformat(),
                }
                for one in found
            ]
        )
        return 0
    say = translator(common.language)
    for one in found:
        click.echo(f"{one.name}  {one.role}  {shown(one.seen_at, timezone)}")
    if not found:
        click.echo(say("There are no users. `netdiag user add NAME --role admin` makes one."))
    return 0


@user.command()
@click.argument("name")
@_role
@common
def role(name: str, role: str, common: Common) -> int:
    """Give another role; he has to sign in again."""
    from netdiag.model.user import UserRole

    with _accounts(common) as (accounts, _):
        accounts.set_role(name, UserRole(role), datetime.now(UTC), by=person())
    return done(f"{name} has to sign in again.", common)


@user.command()
@click.argument("name")
@_from_stdin
@common
def password(name: str, password_stdin: bool, common: Common) -> int:
    """Set another password; he has to sign in again."""
    with _accounts(common) as (accounts, _):
        given = _password(password_stdin, common)
        accounts.set_password(name, given, datetime.now(UTC), by=person())
    return done(f"{name} has to sign in again.", common)


@user.command()
@click.argument("name")
@common
def remove(name: str, common: Common) -> int:
    """Take a user away; he is signed out at once."""
    with _accounts(common) as (accounts, _):
        accounts.remove(name, datetime.now(UTC), by=person())
    return done(f"{name} is removed.", common)


def _password(from_stdin: bool, common: Common) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not in_terminal():
        raise ContentError("Nobody can be asked for the password here. Give --password-stdin.")
    say = translator(common.language)
    return str(click.prompt(say("Password"), hide_input=True, confirmation_prompt=True, err=True))


@contextmanager
def _accounts(common: Common) -> Iterator[tuple[Accounts, str]]:
    """The users, and the time zone in which times are shown."""
    from netdiag.service.board.accounts import Accounts

    with opened_store(common) as (database, settings):
        yield Accounts(database), settings.timezone
