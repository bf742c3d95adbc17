"""A value that must never be printed."""

from __future__ import annotations

from netdiag.model.errors import ContentError


class Secret:
    """Holds a password or community. Prints as `<secret>`; `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the wire and nothing else."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("netdiag.secret", self._text))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a secret is never pickled")


class AbsentSecret(Secret):
    """A secret that is not here. Only who needs its text hears of it: ContentError says why."""

    __slots__ = ()

    def reveal(self) -> str:
        """Raises ContentError."""
        raise ContentError(self._text)
