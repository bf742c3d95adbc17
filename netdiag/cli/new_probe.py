"""netdiag probes new: asks, and writes a probe (and a platform where there is none)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from netdiag.cli.asking import ask, choose, several
from netdiag.cli.consent import in_terminal
from netdiag.cli.options import Common, common, emit
from netdiag.cli.templates import remind, written_or_withdrawn
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.service.teach.new_probe import NewPlatform, NewProbe, platform_yaml, probe_yaml

_TRANSPORTS = ("snmp", "routeros", "ssh")


@click.command("new")
@click.argument("platform")
@click.argument("probe")
@click.option("--title", metavar="TEXT", help="What it asks.")
@click.option("--transport", type=click.Choice(_TRANSPORTS), help="How it is asked.")
@click.option("--get", multiple=True, metavar="COLUMN=OID", help="SNMP: one value (repeatable).")
@click.option("--columns", multiple=True, metavar="COLUMN=OID", help="SNMP: a table's column.")
@click.option("--path", metavar="PATH", help="RouterOS: /menu/print, with --field for the columns.")
@click.option("--field", multiple=True, metavar="NAME", help="RouterOS: a field (repeatable).")
@click.option("--command", metavar="TEXT", help="SSH: the show command.")
@click.option("--lines", metavar="REGEX", help="SSH: a line, with named groups for the columns.")
@click.option("--fact", multiple=True, metavar="FACT=COLUMN", help="What is read (repeatable).")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FACT:RAW=VALUE",
    help="What a raw value means (repeatable).",
)
@click.option("--target", default="access", show_default=True, help="Who is asked.")
@click.option("--source", metavar="TEXT", help="The manual or MIB.")
@click.option("--name", metavar="TEXT", help="Of a new platform: what people call it.")
@click.option("--object-id", multiple=True, metavar="OID", help="Of a new platform: sysObjectID.")
@click.option("--descr", metavar="REGEX", help="Of a new platform: found in its sysDescr.")
@click.option(
    "--into",
    default="probes",
    type=click.Path(file_okay=False),
    show_default=True,
    help="Directory of probes.",
)
@common
def new(platform: str, probe: str, into: str, common: Common, **given: Any) -> int:
    """Write a probe: asks for what no option says, and checks it."""
    from netdiag.service.setup import offline

    settings, content = offline(common.config)
    fresh = platform not in content.platforms
    if in_terminal():
        _ask_for(given, content, fresh=fresh)
    files = {Path(into) / platform / f"{probe}.yaml": probe_yaml(_probe(probe, given))}
    if fresh:
        made = NewPlatform(
            platform=platform,
            title=given["name"] or platform,
            transports=tuple(dict.fromkeys(("snmp", given["transport"]))),
            sys_object_ids=given["object_id"],
            sys_descr=given["descr"] or "",
        )
        files[Path(into) / platform / "platform.yaml"] = platform_yaml(made)
    written_or_withdrawn(files, Path(into), common.config, examples=False)
    if common.json:
        emit({"files": [str(path) for path in files]})
        return 0
    for path in files:
        click.echo(f"{path}: written.")
    click.echo(f"Try it: netdiag probes try DEVICE:PORT --probe {probe}")
    remind(settings, Path(into))
    return 0


def _probe(probe: str, given: dict[str, Any]) -> NewProbe:
    missing = [f"--{name}" for name in ("title", "transport", "fact") if not given[name]]
    if missing:
        raise ContentError(f"Nobody can be asked here. Give {', '.join(missing)} as well.")
    maps: dict[str, dict[str, str]] = {}
    for text in given["maps"]:
        fact, colon, rest = text.partition(":")
        raw, equals, value = rest.partition("=")
        if not colon or not equals:
            raise ContentError(f"--map {text!r}: write FACT:RAW=VALUE.")
        maps.setdefault(fact, {})[raw] = value
    return NewProbe(
        probe=probe,
        title=given["title"],
        transport=given["transport"],
        asks=_asks(given),
        facts=_pairs("--fact", given["fact"]),
        maps=maps,
        target=given["target"],
        source=given["source"] or "",
    )


def _asks(given: dict[str, Any]) -> dict[str, object]:
    """The `ask` of the file. Raises ContentError with the option that is wanting."""
    asks: dict[str, object] = {}
    if given["transport"] == "snmp":
        key = "get" if given["get"] else "columns"
        asks[key] = _pairs(f"--{key}", given[key])
    elif given["transport"] == "routeros":
        asks = {"path": given["path"], "proplist": list(given["field"])}
    else:
        asks = {"command": given["command"]}
        if given["lines"]:
            asks["lines"] = given["lines"]
    empty = [key for key, value in asks.items() if not value]
    if empty:
        wanted = {"columns": "--get or --columns", "proplist": "--field"}
        raise ContentError(f"What is asked? Give {wanted.get(empty[0], '--' + empty[0])} as well.")
    return asks


def _pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise ContentError(f"{option} {text!r}: write NAME=VALUE.")
        found[name] = value
    return found


def _ask_for(given: dict[str, Any], content: Content, *, fresh: bool) -> None:
    """Fill in what no option says."""
    if fresh:
        given["name"] = given["name"] or ask("A new platform. What do people call it")
        given["object_id"] = given["object_id"] or several("Its sysObjectID begins with")
        given["descr"] = given["descr"] or ask("Found in its sysDescr (regex; Enter: nothing)", "")
    given["title"] = given["title"] or ask("What does the probe ask")
    given["transport"] = given["transport"] or choose("How", _TRANSPORTS, "snmp")
    if given["transport"] == "snmp" and not (given["get"] or given["columns"]):
        given["get"] = several("COLUMN=OID, e.g. oper=1.3.6.1.2.1.2.2.1.8.{port.if_index}", least=1)
    if given["transport"] == "routeros" and not given["path"]:
        given["path"] = ask("Menu, such as /interface/ethernet/print")
        given["field"] = several("Field", least=1)
    if given["transport"] == "ssh" and not given["command"]:
        given["command"] = ask("Show command; {port} stands for the port")
        given["lines"] = ask("A line of the reply (regex with (?P<column>…); Enter: none)", "")
    if not given["fact"]:
        given["fact"] = several(
            "FACT=COLUMN, e.g. port.oper_status=oper (facts: netdiag probes list --facts)",
            lambda text: _known(text, content),
            least=1,
        )
        given["maps"] = several("What a raw value means, FACT:RAW=VALUE (Enter: as it is)")
    given["source"] = given["source"] or ask("Manual or MIB", "")


def _known(text: str, content: Content) -> None:
    fact = text.partition("=")[0]
    if fact not in content.vocabulary:
        from difflib import get_close_matches

        near = get_close_matches(fact, content.vocabulary.types, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ContentError(f"There is no fact {fact!r}.{hint}")
