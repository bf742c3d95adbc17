"""routes.yaml into a checked tree. Every error names file and line; all of them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from netdiag.content.reader import Reader, fail, member, suggest
from netdiag.content.yaml import Items, Place, Scalar, Tree, load_file
from netdiag.model.errors import ContentError
from netdiag.model.hours import ALWAYS, Hours
from netdiag.model.route import MATCHERS, Clock, Desk, Node, Options, RouteTree
from netdiag.model.words import AccessKind, Category, Grade, Segment, Severity, Side
from netdiag.routing.read_hours import read_hours, read_time
from netdiag.routing.tree import word_fits

_CLOSED: dict[str, type[StrEnum]] = {
    "side": Side,
    "segment": Segment,
    "category": Category,
    "severity": Severity,
    "grade": Grade,
    "access": AccessKind,
}
T = TypeVar("T")
_PRIORITY = re.compile(r"P[1-9]")
_LANGUAGES = ("en", "ru", "fa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names that routes may use: faults of the catalogue, its desks, its SLA classes."""

    faults: tuple[str, ...]
    desks: tuple[str, ...]
    slas: tuple[str, ...]


def read_routes(path: Path, known: Known, business: Hours) -> RouteTree:
    """The tree of one file. `business`: working hours where the file names none of that name."""
    return read_tree(load_file(path, path.name), known, business)


def read_tree(tree: Tree, known: Known, business: Hours) -> RouteTree:
    """The tree of a YAML document; ContentError has one line per problem."""
    top = Reader(tree, "the routes file")
    problems: list[str] = []
    hours = {"always": ALWAYS} | _named(top.inner("hours"), read_hours, problems)
    hours.setdefault("business", business)
    desks = _named(top.inner("desks"), _desk, problems)
    clocks = _named(top.inner("sla"), lambda t, n: _clock(t, n, hours), problems)
    names = _Names(
        faults=known.faults,
        desks=tuple({*known.desks, *desks}),
        slas=tuple({*known.slas, *clocks}),
        hours=tuple(hours),
        problems=problems,
    )
    root = top.need("route")
    top.done()
    node = _node(root, names, is_root=True)
    if problems or node is None:
        raise ContentError("\n".join(dict.fromkeys(problems)))
    return RouteTree(root=node, desks=desks, clocks=clocks, hours=hours, business=hours["business"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    faults: tuple[str, ...]
    desks: tuple[str, ...]
    slas: tuple[str, ...]
    hours: tuple[str, ...]
    problems: list[str] = field(default_factory=list)


def _named(
    reader: Reader | None, read: Callable[[Tree, str], T], problems: list[str]
) -> dict[str, T]:
    found: dict[str, T] = {}
    for name in reader.keys() if reader else ():
        try:
            assert reader is not None  # noqa: S101 (it gave the name)
            found[name] = read(reader.need(name), name)
        except ContentError as error:
            problems.append(str(error))
    return found


def _desk(tree: Tree, name: str) -> Desk:
    if isinstance(tree, Scalar) and tree.is_null:
        return Desk(name=name)
    reader = Reader(tree, f"desks.{name}")
    text = reader.texts_by_key("text")
    desk = Desk(name=name, queue=reader.text("queue", ""), text=text)
    reader.done()
    missing = [language for language in _LANGUAGES if text and not text.get(language)]
    if missing:
        raise fail(reader.where("text"), f"'text' has none in {', '.join(missing)}. Add it.")
    return desk


def _clock(tree: Tree, name: str, hours: Mapping[str, Hours]) -> Clock:
    reader = Reader(tree, f"sla.{name}")
    word = reader.text("hours", "always")
    if word not in hours:
        where = reader.where("hours")
        raise fail(where, f"there are no hours {word!r}. {suggest(word, list(hours))}")
    clock = Clock(
        name=name,
        hours=hours[word],
        respond=read_time(reader, "respond"),
        restore=read_time(reader, "restore"),
    )
    reader.done()
    return clock


def _node(tree: Tree, names: _Names, *, is_root: bool = False) -> Node | None:
    """A route; what is wrong with it or below is added to the problems, and None returned."""
    before = len(names.problems)
    below: list[Node | None] = []
    try:
        reader = Reader(tree, "the root route" if is_root else "a route")
        asks = {} if is_root else _asks(reader, names)
        options = _options(reader, names)
        go_on = False if is_root else reader.flag("continue")
        below = [_node(one, names) for one in reader.trees("routes")]
        reader.done()
        if not is_root and options == Options() and not below:
            raise fail(reader.place, "this route gives nothing. Give it a desk, priority or sla.")
    except ContentError as error:
        names.problems.append(str(error))
    if len(names.problems) > before:
        return None
    return Node(
        place=str(tree.place),
        asks=asks,
        options=options,
        go_on=go_on,
        below=tuple(one for one in below if one is not None),
    )


def _asks(reader: Reader, names: _Names) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for matcher in MATCHERS:
        tree = reader.tree(matcher)
        if tree is None:
            continue
        items = tree.items if isinstance(tree, Items) else (tree,)
        if not items:
            raise fail(tree.place, f"{matcher!r} is empty and would never fit. Leave it out.")
        found[matcher] = tuple(_word(matcher, item, names) for item in items)
    return found


def _word(matcher: str, tree: Tree, names: _Names) -> str:
    if matcher in _CLOSED:
        return str(member(tree, matcher, _CLOSED[matcher]))
    if not isinstance(tree, Scalar) or not tree.text:
        raise fail(tree.place, f"{matcher!r} is one word or a list of words.")
    word = tree.text
    if matcher == "fault" and not any(word_fits("fault", word, one) for one in names.faults):
        raise _unknown(tree.place, "fault", word, names.faults)
    if matcher == "hours" and word.removeprefix("not ") not in names.hours:
        raise _unknown(tree.place, "hours", word.removeprefix("not "), names.hours)
    return word


def _options(reader: Reader, names: _Names) -> Options:
    options = Options(
        desk=_one_of(reader, "desk", names.desks),
        queue=reader.optional("queue"),
        priority=reader.optional("priority"),
        sla=_one_of(reader, "sla", names.slas),
        visit=reader.flag("visit") if reader.has("visit") else None,
        paid=reader.flag("paid") if reader.has("paid") else None,
        fields=reader.texts_by_key("fields"),
    )
    if options.priority is not None and not _PRIORITY.fullmatch(options.priority):
        where = reader.where("priority")
        raise fail(where, f"'priority' is P1 (the highest) to P9, not {options.priority!r}.")
    return options


def _one_of(reader: Reader, key: str, known: tuple[str, ...]) -> str | None:
    word = reader.optional(key)
    if word is not None and word not in known:
        raise _unknown(reader.where(key), key, word, known)
    return word


def _unknown(place: Place, key: str, word: str, known: tuple[str, ...]) -> ContentError:
    end = ""
    if key == "desk":
        end = " A desk of your own stands under 'desks' first."
    return fail(place, f"there is no {key} {word!r}. {suggest(word, list(known))}{end}")
