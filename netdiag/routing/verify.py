"""Somebody says that it is done; the line was diagnosed again. Is it? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from netdiag.model.words import Grade, Side

_SURE = (Grade.CERTAIN, Grade.PROBABLE)


class Finding(StrEnum):
    """What the second look says."""

    HEALED = "healed"  # nothing is found any more
    STILL = "still"  # the same fault, or another of the provider's
    CANNOT_TELL = "cannot-tell"  # not enough could be seen
    ELSEWHERE = "elsewhere"  # what is left is not for this desk: the subscriber's, or his account


def second_look(before: str | None, document: Mapping[str, Any]) -> Finding:
    """`before`: the fault of the ticket; `document`: the diagnosis of now.

    A fault that is only possible does not undo a person's word, unless it is the very same.
    """
    verdict = document["verdict"]
    side = Side(verdict["side"])
    if side is Side.NONE:
        return Finding.HEALED
    if verdict["fault"] == before and side is not Side.UNDETERMINED:
        return Finding.STILL
    if side is Side.UNDETERMINED or verdict["grade"] not in _SURE:
        return Finding.CANNOT_TELL
    return Finding.STILL if side is Side.PROVIDER else Finding.ELSEWHERE


def healthy(document: Mapping[str, Any]) -> bool:
    """Nothing is found, and that is no guess."""
    verdict = document["verdict"]
    return Side(verdict["side"]) is Side.NONE and verdict["grade"] in _SURE


def unsure(document: Mapping[str, Any]) -> bool:
    """Too little could be seen to say anything: it is worth another look."""
    verdict = document["verdict"]
    return Side(verdict["side"]) is Side.UNDETERMINED or verdict["grade"] not in _SURE
