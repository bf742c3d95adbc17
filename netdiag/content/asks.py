"""The `ask` of a probe file into a question template, per transport."""

from __future__ import annotations

import re
from collections.abc import Callable

from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.yaml import Place
from netdiag.model import wire

_OID = re.compile(r"^[0-9{][0-9a-z_.{}|]*$")


def read_ask(transport: str, reader: Reader, place: Place) -> wire.Question:
    """The question template of one probe. ContentError when the transport is not known."""
    if transport not in _READERS:
        raise fail(place, f"there is no transport {transport!r}. {suggest(transport, [*_READERS])}")
    question = _READERS[transport](reader)
    reader.done()
    return question


def _snmp(reader: Reader) -> wire.Question:
    get, columns = reader.texts_by_key("get"), reader.texts_by_key("columns")
    if bool(get) == bool(columns):
        raise fail(reader.place, "an SNMP question has either 'get' or 'columns'.")
    for name, oid in (get or columns).items():
        if not _OID.match(oid):
            raise fail(reader.place, f"{name}: {oid!r} is no numeric OID (MIB names are not used).")
    if get:
        return wire.SnmpGet(oids=get)
    return wire.SnmpColumns(oids=columns, max_rows=reader.integer("max_rows", 256))


def _routeros(reader: Reader) -> wire.Question:
    path = reader.text("path")
    if not path.startswith("/"):
        raise fail(reader.where("path"), "a RouterOS path begins with /, e.g. /ppp/active/print.")
    call = wire.RouterosCall(
        path=path,
        proplist=reader.texts("proplist"),
        where=reader.texts_by_key("where"),
        attributes=reader.texts_by_key("attributes"),
        max_rows=reader.integer("max_rows", 64),
    )
    if path.endswith("/print") and not call.proplist:
        raise fail(reader.place, "a print without 'proplist' reads whole rows. Name the fields.")
    return call


def _ssh(reader: Reader) -> wire.Question:
    command = wire.SshCommand(
        command=reader.text("command"),
        textfsm=reader.optional("textfsm"),
        json=reader.flag("json"),
        lines=reader.optional("lines"),
    )
    if sum((command.textfsm is not None, command.json, command.lines is not None)) > 1:
        raise fail(reader.place, "give one of 'textfsm', 'json' and 'lines'.")
    if command.lines is not None:
        pattern(command.lines, reader.where("lines"))
    return command


def _icmp(reader: Reader) -> wire.Question:
    return wire.Ping(
        address=reader.text("address", "{host}"),
        count=reader.integer("count", 3),
        interval_s=reader.number("interval_s", 0.2),
        timeout_s=reader.number("timeout_s", 1.0),
        size=reader.integer("size", 56),
    )


def _sql(reader: Reader) -> wire.Question:
    return wire.SqlQuery(
        text=reader.text("text"),
        params=reader.texts_by_key("params"),
        max_rows=reader.integer("max_rows", 64),
    )


def _dns(reader: Reader) -> wire.Question:
    return wire.DnsLookup(
        resolver=reader.text("resolver", "{resolver}"),
        name=reader.text("name", "{dns_name}"),
        type=reader.text("type", "A"),
    )


def _log(reader: Reader) -> wire.Question:
    hours = reader.number("hours", 24.0)
    if not 0 < hours <= 168:
        raise fail(reader.where("hours"), "'hours' is above 0 and at most 168.")
    return wire.LogLines(hours=hours)


_READERS: dict[str, Callable[[Reader], wire.Question]] = {
    "snmp": _snmp,
    "routeros": _routeros,
    "ssh": _ssh,
    "icmp": _icmp,
    "sql": _sql,
    "dns": _dns,
    "log": _log,
}


def pattern(text: str, place: Place) -> str:
    """A regular expression that compiles; ContentError otherwise."""
    try:
        re.compile(text)
    except re.error as error:
        raise fail(place, f"the regular expression does not compile: {error}.") from None
    return text
