"""The reference of the command line tells every command and option, and only those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from netdiag.cli.group import cli
from tests.cli.site import netdiag

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "command-line.md"


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


ALL = dict(commands(cli, "netdiag"))


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ALL)
def test_every_command_and_each_of_its_options_is_told(page: str, path: str) -> None:
    assert f"`{path}" in page
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert any(name in page for name in parameter.opts), (path, parameter.opts)


def test_nothing_is_told_that_is_not_there(page: str) -> None:
    told = set(re.findall(r"`(netdiag(?: [a-z][a-z-]*)+)", page))
    assert told
    assert {t for t in told if t not in ALL and t.rpartition(" ")[0] not in ALL} == set()


@pytest.mark.parametrize("path", ALL)
def test_every_command_has_help_for_itself_and_its_options(path: str) -> None:
    told = netdiag(*path.split()[1:], "--help")
    assert told.code == 0
    assert ALL[path].help
    bare = [p.opts for p in ALL[path].params if isinstance(p, click.Option) and not p.help]
    assert bare == []
