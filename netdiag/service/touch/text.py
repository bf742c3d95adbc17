"""A change as text for the journal, and back."""

from __future__ import annotations

import json
from dataclasses import asdict

from netdiag.model.errors import NetdiagError
from netdiag.model.wire import Change, RouterosChange, SnmpSet, SshChange


def as_json(change: Change) -> str:
    """One object: `kind` and the fields of the change."""
    return json.dumps({"kind": type(change).__name__, **asdict(change)}, ensure_ascii=False)


def from_json(text: str) -> Change:
    """The change of a journal line. Raises NetdiagError for a damaged one."""
    try:
        told = json.loads(text)
        match told["kind"]:
            case "SnmpSet":
                return SnmpSet(oids=dict(told["oids"]))
            case "SshChange":
                return SshChange(command=str(told["command"]))
            case "RouterosChange":
                return RouterosChange(path=told["path"], attributes=dict(told["attributes"]))
            case kind:
                raise NetdiagError(f"the journal holds a change of unknown kind {kind!r}.")
    except (ValueError, KeyError, TypeError):
        raise NetdiagError("a line of the journal is damaged; undo the test by hand.") from None
