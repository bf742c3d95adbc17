"""Reading declared types out of a YAML tree. Every error names file and line and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from netdiag.content.yaml import Items, Place, Scalar, Table, Tree
from netdiag.model.errors import ContentError

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_BOOL = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def fail(place: Place, text: str) -> ContentError:
    """The error to raise for something wrong at that place."""
    return ContentError(f"{place}: {text}")


def suggest(word: str, known: list[str]) -> str:
    """A sentence that offers the nearest known word, or lists them."""
    near = get_close_matches(word, known, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(sorted(known)[:40])}." if known else ""


class Reader:
    """One mapping, read key by key. Call `done` last: it refuses keys that nobody read."""

    def __init__(self, tree: Tree, what: str) -> None:
        if not isinstance(tree, Table):
            raise fail(tree.place, f"{what} must be a mapping of keys to values.")
        self._table = tree
        self._what = what
        self._read: set[str] = set()

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return self._table.place

    def where(self, key: str) -> Place:
        """Where that key stands, or the mapping itself."""
        return self._table.key_places.get(key, self._table.place)

    def has(self, key: str) -> bool:
        """Is the key given?"""
        return key in self._table.entries

    def keys(self) -> Iterator[str]:
        """All keys, in the order of the file."""
        return iter(self._table.entries)

    def tree(self, key: str) -> Tree | None:
        """The raw value of a key, or None when it is not given."""
        self._read.add(key)
        return self._table.entries.get(key)

    def need(self, key: str) -> Tree:
        """The raw value of a key that must be given."""
        value = self.tree(key)
        if value is None:
            raise fail(self.place, f"{self._what} has no {key!r}. Add it.")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Text of a key; without a default it must be given."""
        value = self.tree(key) if default is not None else self.need(key)
        return default if value is None and default is not None else scalar(value, key)

    def optional(self, key: str) -> str | None:
        """Text of a key, or None when it is not given or null."""
        value = self.tree(key)
        return None if value is None or is_null(value) else scalar(value, key)

    def number(self, key: str, default: float | None = None) -> float:
        """A number."""
        if default is not None and not self.has(key):
            self._read.add(key)
            return default
        return self._typed(key, float, "a number")

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        if default is not None and not self.has(key):
            self._read.add(key)
            return default
        return self._typed(key, int, "a whole number")

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self.tree(key)
        if value is None:
            return default
        word = scalar(value, key).lower()
        if word not in _BOOL:
            raise fail(value.place, f"{key!r} must be true or false, not {word!r}.")
        return _BOOL[word]

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """A member of a closed set of words."""
        value = self.tree(key)
        if value is None and default is not None:
            return default
        return member(value if value is not None else self.need(key), key, kind)

    def word(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """One of these words."""
        word = self.text(key, default)
        if word not in known:
            raise fail(self.where(key), f"{key!r} is one of {', '.join(known)}, not {word!r}.")
        return word

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one; not given is empty."""
        value = self.tree(key)
        if value is None or is_null(value):
            return ()
        if isinstance(value, Scalar):
            return (value.text,)
        if not isinstance(value, Items):
            raise fail(value.place, f"{key!r} must be a list of texts.")
        return tuple(scalar(item, key) for item in value)

    def trees(self, key: str) -> tuple[Tree, ...]:
        """The items of a list; not given is empty."""
        value = self.tree(key)
        if value is None or is_null(value):
            return ()
        if not isinstance(value, Items):
            raise fail(value.place, f"{key!r} must be a list.")
        return value.items

    def texts_by_key(self, key: str) -> dict[str, str]:
        """A mapping of texts; not given is empty."""
        value = self.tree(key)
        if value is None or is_null(value):
            return {}
        if not isinstance(value, Table):
            raise fail(value.place, f"{key!r} must be a mapping of keys to texts.")
        return {name: scalar(item, name) for name, item in value.entries.items()}

    def inner(self, key: str) -> Reader | None:
        """A mapping inside this one, or None when it is not given."""
        value = self.tree(key)
        return None if value is None or is_null(value) else Reader(value, f"{key!r}")

    def done(self) -> None:
        """Refuse every key that was not read."""
        for key, place in self._table.key_places.items():
            if key not in self._read:
                raise fail(
                    place,
                    f"{self._what} has no key {key!r}. {suggest(key, sorted(self._read))}",
                )

    def _typed(self, key: str, kind: Callable[[str], T], name: str) -> T:
        value = self.need(key)
        word = scalar(value, key)
        try:
            return kind(word)
        except ValueError:
            raise fail(value.place, f"{key!r} must be {name}, not {word!r}.") from None


def is_null(tree: Tree) -> bool:
    """Is it YAML's null?"""
    return isinstance(tree, Scalar) and tree.is_null


def scalar(tree: Tree | None, what: str) -> str:
    """The text of a scalar."""
    if not isinstance(tree, Scalar):
        place = tree.place if tree is not None else Place("?", 0)
        raise fail(place, f"{what!r} must be a single value.")
    return tree.text


def member(tree: Tree, what: str, kind: type[E]) -> E:
    """A member of a closed set of words."""
    word = scalar(tree, what)
    try:
        return kind(word)
    except ValueError:
        known = [str(m) for m in kind]
        raise fail(tree.place, f"{what!r} cannot be {word!r}. {suggest(word, known)}") from None
