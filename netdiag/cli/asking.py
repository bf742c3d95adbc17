"""Questions on the terminal, each repeated until its answer can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from netdiag.model.errors import ContentError

Check = Callable[[str], object]


def ask(question: str, usual: str | None = None, check: Check | None = None) -> str:
    """One answer; Enter takes the usual one. `check` raises ContentError for a wrong one."""
    while True:
        answer = str(click.prompt(question, default=usual, err=True)).strip()
        try:
            if check:
                check(answer)
        except ContentError as error:
            click.echo(str(error), err=True)
            continue
        return answer


def choose(question: str, words: Iterable[str], usual: str) -> str:
    """One of some words."""
    kind = click.Choice(list(words))
    return str(click.prompt(question, type=kind, default=usual, err=True))


def several(question: str, check: Check | None = None, *, least: int = 0) -> tuple[str, ...]:
    """Any number of answers; an empty one ends them."""
    found: list[str] = []
    while True:
        usual = None if len(found) < least else ""
        answer = ask(
            question if not found else "  and (Enter: no more)", usual, _unless_empty(check)
        )
        if not answer:
            return tuple(found)
        found.append(answer)


def _unless_empty(check: Check | None) -> Check:
    return lambda text: check(text) if check and text else None


def in_languages(question: str) -> dict[str, str]:
    """A text in English, and in Russian and Persian where the engineer writes them."""
    english = ask(f"{question}, in English")
    return {
        "en": english,
        "ru": ask("  in Russian (Enter: the English one)", english),
        "fa": ask("  in Persian (Enter: the English one)", english),
    }
