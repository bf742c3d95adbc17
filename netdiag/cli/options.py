"""Options that every command takes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Common:
    """How to find the configuration and how to speak."""

    config: str | None
    json: bool
    lang: str | None
    color: bool

    @property
    def fancy(self) -> bool:
        """Tables and colour: in a terminal, unless refused; plain text in a pipe."""
        return not self.json and sys.stdout.isatty()


def common(command: F) -> F:
    """Add --config, --json, --lang, --no-color and -v; the command gets them as `common`."""
    from functools import wraps

    @click.option("--config", metavar="FILE", help="Configuration (env NETDIAG_CONFIG).")
    @click.option("--json", "as_json", is_flag=True, help="For machines.")
    @click.option("--lang", type=click.Choice(["en", "ru", "fa"]), help="Language of the answer.")
    @click.option("--no-color", is_flag=True, help="No colour (env NO_COLOR).")
    @click.option("-v", "--verbose", count=True, help="Say more on stderr; twice for all.")
    @wraps(command)
    def wrapped(
        *args: Any,
        config: str | None,
        as_json: bool,
        lang: str | None,
        no_color: bool,
        verbose: int,
        **kwargs: Any,
    ) -> Any:
        # Without -v nothing is logged: what went wrong with a device stands in the answer.
        level = (logging.CRITICAL, logging.INFO, logging.DEBUG)[min(verbose, 2)]
        logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
        options = Common(config=config, json=as_json, lang=lang, color=not no_color)
        return command(*args, common=options, **kwargs)

    return wrapped  # type: ignore[return-value]


def emit(document: object) -> None:
    """JSON to stdout."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
