"""Masks what is personal in a record: MAC and IP addresses, logins, comments, names of devices and
places, serial numbers. The same original becomes the same mask everywhere, in every notation and
inside OIDs, so that a replay still works.

Masks: MAC 02:00:5e:00:00:01, IPv4 198.18.0.1 (RFC 2544), IPv6 2001:db8::1, login user-1, name
name-1, serial number serial-1 (of an ONU HWTC00000001), other text text-1. Broadcast, multicast,
zero, loopback and netmasks stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from netdiag.transports.replay_masks import Masks
from netdiag.transports.replay_names import names_in, serials_in

_LOGIN = {"login", "user", "username", "user-name", "user_name"}
_TEXT = {"comment", "phone", "email", "password", "contact", "full_name", "contract"}
_NAME_IS_LOGIN = ("/ppp", "/ip/hotspot", "/queue", "/tool/user-manager", "/user-manager")
# Tables whose index holds an address: OID of the entry → how many numbers stand before it.
_MAC_INDEX = {"1.3.6.1.2.1.17.4.3.1.": 0, "1.3.6.1.2.1.17.7.1.2.2.1.": 1}
_IP_INDEX = {"1.3.6.1.2.1.4.22.1.": 1, "1.3.6.1.2.1.4.20.1.": 0}


def scrub(lines: Iterable[str], words: Iterable[str] = (), names: Iterable[str] = ()) -> list[str]:
    """A record with everything personal masked. `words` are logins, `names` names of devices,
    places and people to mask besides.

    Raises ValueError when a line is no JSON.
    """
    entries = [json.loads(line) for line in lines if line.strip()]
    masks = Masks()
    for word in words:
        masks.login(word)
    for name in names:
        masks.name(name)
    for entry in entries:
        _collect(entry, masks)
    return [json.dumps(_masked(entry, masks), ensure_ascii=False) for entry in entries]


def _collect(entry: Mapping[str, Any], masks: Masks) -> None:
    """Learn every address, login, name and serial number of one exchange."""
    masks.name(str(entry.get("device", "")))
    for name in names_in(entry):
        masks.name(name)
    for serial in serials_in(entry):
        masks.serial(serial)
    question = entry["question"]
    named = str(question.get("path", "")).startswith(_NAME_IS_LOGIN)
    for key, value in _leaves(entry):
        if isinstance(value, bytes):
            masks.learn_octets(value)
            continue
        masks.learn_text(value)
        if key in _LOGIN or (named and key == "name"):
            masks.login(value)
        elif key in _TEXT:
            masks.text(value)
    for row in entry["reply"].get("rows", ()):
        _learn_index(question, str(row.get("index", "")), masks)


def _learn_index(question: Mapping[str, Any], index: str, masks: Masks) -> None:
    numbers = index.split(".")
    for oid in map(str, question.get("oids", {}).values()):
        for entry, before in _MAC_INDEX.items():
            if oid.lstrip(".").startswith(entry) and len(numbers) == before + 6:
                masks.learn_octets(bytes(map(int, numbers[before:])))
        for entry, before in _IP_INDEX.items():
            if oid.lstrip(".").startswith(entry) and len(numbers) == before + 4:
                masks.learn_text(".".join(numbers[before:]))


def _leaves(value: Any, key: str = "") -> Iterable[tuple[str, str | bytes]]:
    """Texts and octets with the key they stand under."""
    if isinstance(value, Mapping):
        if set(value) == {"hex"}:
            yield key, bytes.fromhex(value["hex"])
            return
        for name, inner in value.items():
            yield from _leaves(inner, str(name).lower())
    elif isinstance(value, str):
        yield key, value
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _leaves(inner, key)


def _masked(value: Any, masks: Masks, key: str = "") -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"hex"}:
            return {"hex": masks.octets(bytes.fromhex(value["hex"])).hex()}
        return {name: _masked(inner, masks, name) for name, inner in value.items()}
    if isinstance(value, str):
        return masks.apply(value)
    if isinstance(value, list):
        return [_masked(inner, masks, key) for inner in value]
    return value
