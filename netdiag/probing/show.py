"""A question as a person writes it, for the evidence. Holds no secrets: questions have none."""

from __future__ import annotations

from netdiag.model.wire import (
    DnsLookup,
    LogLines,
    Ping,
    Question,
    RouterosCall,
    SnmpColumns,
    SnmpGet,
    SnmpSet,
    SnmpSheet,
    SqlQuery,
    SshCommand,
    Touch,
)


def shown(question: Question) -> str:
    """One line that an engineer can put to the device himself."""
    match question:
        case SnmpGet() | SnmpColumns() | SnmpSheet() | SnmpSet():
            return _snmp(question)
        case Touch(act=act, look=look):
            undo = f"{shown(act.undo)}; " if act.undo else ""
            return f"{shown(act.do)}; {act.hold_s:g} s; {undo}{shown(look)}"
        case RouterosCall():
            return _routeros(question)
        case SshCommand(command=command):
            return command.replace("\n", " / ")
        case Ping(address=address, count=count):
            return f"ping -c {count} {address}"
        case SqlQuery(text=text, params=params):
            told = ", ".join(f"{k}={v}" for k, v in params.items())
            return " ".join(text.split()) + (f" [{told}]" if told else "")
        case DnsLookup(resolver=resolver, name=name, type=kind):
            return f"{kind} {name} @{resolver}"
        case LogLines(hours=hours):
            return f"received log lines of the last {hours:g} h"


def _snmp(question: SnmpGet | SnmpColumns | SnmpSheet | SnmpSet) -> str:
    match question:
        case SnmpGet(oids=oids):
            return "GET " + " ".join(oids.values())
        case SnmpColumns(oids=oids):
            return "GETBULK " + " ".join(oids.values())
        case SnmpSheet(single=single, columns=columns):
            return "GETBULK " + " ".join((*single.values(), *columns.values()))
        case SnmpSet(oids=oids):
            return "SET " + " ".join(f"{oid}={value}" for oid, value in oids.items())


def _routeros(call: RouterosCall) -> str:
    words = [call.path]
    words += [f"?{key}={value}" for key, value in call.where.items()]
    words += [f"={key}={value}" for key, value in call.attributes.items()]
    if call.proplist:
        words.append("=.proplist=" + ",".join(call.proplist))
    return " ".join(words)
