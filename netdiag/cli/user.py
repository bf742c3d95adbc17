"""netdiag user: who may use the board."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from netdiag.cli.failure import tell
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import translator

if TYPE_CHECKING:
    from netdiag.service.accounts import Accounts

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

    with _accounts(common) as accounts:
        password = _password(password_stdin, common)
        accounts.add(name, UserRole(role), password, datetime.now(UTC), by=getpass.getuser())
    return _done(f"{name} can sign in now.", common)


@user.command("list")
@common
def all_users(common: Common) -> int:
    """Every user with his role and when he was last here."""
    with _accounts(common) as accounts:
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
        seen = f"{one.seen_at:%Y-%m-%d %H:%M}" if one.seen_at else "-"
        click.echo(f"{one.name}  {one.role}  {seen}")
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

    with _accounts(common) as accounts:
        accounts.set_role(name, UserRole(role), datetime.now(UTC), by=getpass.getuser())
    return _done(f"{name} has to sign in again.", common)


@user.command()
@click.argument("name")
@_from_stdin
@common
def password(name: str, password_stdin: bool, common: Common) -> int:
    """Set another password; he has to sign in again."""
    with _accounts(common) as accounts:
        given = _password(password_stdin, common)
        accounts.set_password(name, given, datetime.now(UTC), by=getpass.getuser())
    return _done(f"{name} has to sign in again.", common)


@user.command()
@click.argument("name")
@common
def remove(name: str, common: Common) -> int:
    """Take a user away; he is signed out at once."""
    with _accounts(common) as accounts:
        accounts.remove(name, datetime.now(UTC), by=getpass.getuser())
    return _done(f"{name} is removed.", common)


def _password(from_stdin: bool, common: Common) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    say = translator(common.language)
    return str(click.prompt(say("Password"), hide_input=True, confirmation_prompt=True, err=True))


def _done(text: str, common: Common) -> int:
    if common.json:
        emit({"done": True})
    else:
        tell(text, common.language)
    return 0


@contextmanager
def _accounts(common: Common) -> Iterator[Accounts]:
    from netdiag.service.accounts import Accounts
    from netdiag.service.serve_settings import open_database
    from netdiag.service.setup import load_settings

    settings = load_settings(common.config)
    common.speak(settings.language)
    database = open_database(settings)
    try:
        yield Accounts(database)
    finally:
        database.close()
