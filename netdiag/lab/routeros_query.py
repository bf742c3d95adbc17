"""Query words of the RouterOS API (MikroTik: RouterOS API, "Queries").

Words are worked through in order over a stack of truth values that begins as endless `true`.
An item passes when no `false` is left on it: several `?key=value` are an AND by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_STEP = re.compile(r"(\d+)|(.)")


class BadQueryError(ValueError):
    """The query word is none that the API knows."""


def passes(row: Mapping[str, str], query: Sequence[str]) -> bool:
    """Does this row pass the query words (`?name=x`, `?=name=x`, `?>name=5`, `?-name`, `?#!&|`)?"""
    stack: list[bool] = []
    for word in query:
        if word.startswith("?#"):
            _operate(stack, word[2:])
        else:
            stack.append(_test(row, word[1:]))
    return all(stack)


def _test(row: Mapping[str, str], test: str) -> bool:
    if test.startswith("-"):
        return test[1:] not in row
    sign = test[:1] if test[:1] in "=<>" else ""
    name, equals, wanted = test.removeprefix(sign).partition("=")
    if not equals:
        return name in row
    if name not in row:
        return False
    if sign in ("<", ">"):
        left, right = _ordered(row[name], wanted)
        return left < right if sign == "<" else left > right
    return row[name] == wanted


def _ordered(left: str, right: str) -> tuple[tuple[int, str], tuple[int, str]]:
    try:
        return (int(left), ""), (int(right), "")
    except ValueError:
        return (0, left), (0, right)


def _operate(stack: list[bool], operations: str) -> None:
    """`!` not, `&` and, `|` or, `.` copy of the top; an index pushes a copy of that value, and at
    the end of the word replaces the whole stack by it."""
    steps = [(m.group(1), m.group(2)) for m in _STEP.finditer(operations)]
    after_index = False
    for place, (index, sign) in enumerate(steps):
        if index is not None:
            value = _peek(stack, int(index))
            if place == len(steps) - 1:
                stack.clear()
            stack.append(value)
        elif sign == ".":
            if not after_index:
                stack.append(_peek(stack, 0))
        else:
            _apply(stack, sign)
        after_index = index is not None


def _apply(stack: list[bool], sign: str) -> None:
    if sign == "!":
        stack.append(not _pop(stack))
    elif sign == "&":
        right, left = _pop(stack), _pop(stack)
        stack.append(left and right)
    elif sign == "|":
        right, left = _pop(stack), _pop(stack)
        stack.append(left or right)
    else:
        raise BadQueryError(sign)


def _pop(stack: list[bool]) -> bool:
    return stack.pop() if stack else True


def _peek(stack: list[bool], index: int) -> bool:
    return stack[-1 - index] if index < len(stack) else True
