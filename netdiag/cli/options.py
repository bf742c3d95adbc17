"""Options that every command takes, and how its errors leave."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from netdiag.cli.failure import code_of, quiet_stdout, tell
from netdiag.model.errors import NetdiagError

F = TypeVar("F", bound=Callable[..., Any])
_NAMES = ("config", "as_json", "lang", "no_color", "verbose")


@dataclass(slots=True)
class Common:
    """How to find the configuration and how to speak."""

    config: str | None
    json: bool
    lang: str | None
    color: bool
    verbose: int
    language: str = "en"

    @property
    def fancy(self) -> bool:
        """Tables and colour: in a terminal, unless refused; plain text in a pipe."""
        return not self.json and sys.stdout.isatty()

    def speak(self, usual: str) -> str:
        """The language of this run: --lang, else what the configuration says."""
        self.language = self.lang or usual
        return self.language


def options(command: F) -> F:
    """Add --config, --json, --lang, --no-color and -v."""
    for option in reversed(
        (
            click.option("--config", metavar="FILE", help="Configuration (env NETDIAG_CONFIG)."),
            click.option("--json", "as_json", is_flag=True, help="For machines."),
            click.option(
                "--lang", type=click.Choice(["en", "ru", "fa"]), help="Language of the answer."
            ),
            click.option("--no-color", is_flag=True, help="No colour (env NO_COLOR)."),
            click.option("-v", "--verbose", count=True, help="Say more; twice for all."),
        )
    ):
        command = option(command)
    return command


def key_argument(name: str = "key", metavar: str = "KEY") -> Callable[[F], F]:
    """Who is meant. A phone number may come in pieces: +7 912 345-67-89."""

    def joined(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> str:
        return " ".join(words)

    return click.argument(name, nargs=-1, required=True, callback=joined, metavar=metavar)


def common(command: F) -> F:
    """Add the options of every command; the command gets them as `common`.

    They may also stand before the command's name. Errors that netdiag can explain become a
    sentence in the language of the run and an exit code of the contract.
    """

    @options
    @click.pass_context
    @wraps(command)
    def wrapped(ctx: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        own = {name: kwargs.pop(name) for name in _NAMES}
        given = _with_earlier(ctx, own)
        _log(given["verbose"])
        common = Common(
            config=given["config"],
            json=given["as_json"],
            lang=given["lang"],
            color=not (given["no_color"] or os.environ.get("NO_COLOR")),
            verbose=given["verbose"],
        )
        common.speak("en")
        try:
            return command(*args, common=common, **kwargs)
        except BrokenPipeError:
            quiet_stdout()
            return 0
        except NetdiagError as error:
            tell(str(error), common.language)
            return code_of(error)

    return wrapped  # type: ignore[return-value]


def _with_earlier(ctx: click.Context, own: dict[str, Any]) -> dict[str, Any]:
    """What stands nearest to the command's end wins."""
    given = dict(own)
    above = ctx.parent
    while above is not None:
        for name in _NAMES:
            given[name] = given[name] or above.params.get(name)
        above = above.parent
    given["verbose"] = given["verbose"] or 0
    return given


def _log(verbose: int) -> None:
    # Without -v nothing is logged: what went wrong with a device stands in the answer. Libraries
    # stay at warnings, for at debug some of them write down what they send, passwords included.
    level = (logging.CRITICAL, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger().setLevel(max(level, logging.WARNING))
    logging.getLogger("netdiag").setLevel(level)


def done(text: str, common: Common) -> int:
    """What a command that shows nothing did: a sentence, or a document for machines."""
    if common.json:
        emit({"done": True})
    else:
        tell(text, common.language)
    return 0


def emit(document: object) -> None:
    """JSON to stdout."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
