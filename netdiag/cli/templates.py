"""Files that `netdiag rules new` and `netdiag probes new` write."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import click

from netdiag.model.errors import ContentError
from netdiag.settings import Settings


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises ContentError with the way out."""
    if path.exists():
        raise ContentError(f"{path}: is there already. Choose another name or edit it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ContentError(
            f"{path}: cannot be written: {error.strerror}. Choose another place with --into."
        ) from None


def written_or_withdrawn(
    files: Mapping[Path, str], directory: Path, config: str | None, *, examples: bool = True
) -> None:
    """Write new files, load them as a site would, run the examples; what does not hold is taken
    away again. Raises ContentError that says what is wrong."""
    from netdiag.content.load import load
    from netdiag.service.doctor.check import examples_that_fail
    from netdiag.service.setup import offline

    settings, _ = offline(config)
    for path, text in files.items():
        write_new(path, text)
    try:
        content = load((*settings.content, directory))
        failed = [str(one) for one in examples_that_fail(content)] if examples else []
        if failed:
            raise ContentError("\n".join(failed))
    except ContentError:
        for path in files:
            path.unlink()
            with contextlib.suppress(OSError):  # a directory that is not empty stays
                path.parent.rmdir()
        raise


def remind(settings: Settings, directory: Path) -> None:
    """Say how netdiag finds the directory, when it does not yet."""
    from netdiag.content.load import shipped

    known = {path.resolve() for path in (*settings.content, *shipped())}
    if directory.resolve() not in known:
        click.echo(
            f"Not read yet: add {directory.resolve()} to 'content' in netdiag.yaml.", err=True
        )
