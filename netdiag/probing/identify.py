"""Which platform a device is, by what its SNMP agent says of itself. Pure."""

from __future__ import annotations

import re

from netdiag.model.content import Content
from netdiag.model.probe import Platform


def identify(sys_object_id: str, sys_descr: str, content: Content) -> str | None:
    """The id of the platform whose `identify` fits, or None. Models are told by `model_of`.

    The longest sysObjectID prefix wins, among platforms whose `sys_descr` is found in the text
    (makers share one branch among switches, telephones and UPSes). An agent that tells no
    sysObjectID, or 0.0, is known by its description alone. Dots before the OID do not matter.
    """
    oid = sys_object_id.strip().lstrip(".")
    families = [p for p in content.platforms.values() if not p.is_model]
    if not oid or oid.startswith("0.0"):  # zeroDotZero (RFC 2578): it tells nothing
        return next((p.id for p in families if _described_alone(p, sys_descr)), None)
    fitting = [p for p in families if _described(p, sys_descr)]
    ranked = [(_depth(p, oid), p.id) for p in fitting]
    depth, name = max(ranked, key=lambda pair: pair[0], default=(0, ""))
    return name if depth else None


def model_of(platform: str, sys_object_id: str, sys_descr: str, content: Content) -> str:
    """The model of that platform which fits, else the platform itself.

    A model may be told by its sysObjectID, by its description, or by both; the first that fits in
    the order of the file wins. What is not known (empty) fits no model.
    """
    oid = sys_object_id.strip().lstrip(".")
    for model in content.platforms.values():
        if model.is_model and model.family == platform and _is_it(model, oid, sys_descr):
            return model.id
    return platform


def _is_it(model: Platform, oid: str, sys_descr: str) -> bool:
    by_oid = not model.sys_object_ids or _depth(model, oid) > 0
    return by_oid and _described(model, sys_descr)


def _described(platform: Platform, sys_descr: str) -> bool:
    return not platform.sys_descr or re.search(platform.sys_descr, sys_descr) is not None


def _described_alone(platform: Platform, sys_descr: str) -> bool:
    wanted = platform.descr_alone or platform.sys_descr
    return bool(wanted) and re.search(wanted, sys_descr) is not None


def _depth(platform: Platform, oid: str) -> int:
    """How many arcs of the OID the platform's longest prefix covers; 0 for none, or where a
    prefix written with `!` says that this branch is another's."""
    if any(f"{oid}.".startswith(f"{p[1:]}.") for p in platform.sys_object_ids if p[0] == "!"):
        return 0
    below = (p.count(".") + 1 for p in platform.sys_object_ids if f"{oid}.".startswith(f"{p}."))
    return max(below, default=0)
