"""Secrets by reference: environment, file, systemd credential. Never plain text in a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from netdiag.content.reader import Reader, fail, scalar
from netdiag.content.yaml import Scalar, Tree
from netdiag.model.errors import ContentError
from netdiag.model.secret import AbsentSecret, Secret

# What each transport takes to log in and to be gentle: secrets, and plain options.
SECRET_KEYS = {
    "snmp": ("community", "write_community", "auth_key", "priv_key"),
    "routeros": ("password",),
    "ssh": ("password", "enable_secret", "key_passphrase"),
}
_OPTIONS = {
    "snmp": "port version user auth priv max_repetitions sweep_repetitions max_oids retries walk "
    "backend",
    "routeros": "port username login tls tls_ca tls_verify encoding",
    "ssh": "port username device_type encoding enable legacy key_file known_hosts delay_factor",
}
OPTION_KEYS = {transport: tuple(words.split()) for transport, words in _OPTIONS.items()}
_CONFIDENTIAL = re.compile(r"pass(word|phrase|wd)?$|secret|community|token|(auth|priv)_key", re.I)

_WAY_OUT = "Write {env: NAME}, {file: PATH} or {credential: NAME} instead."


def confidential(option: str) -> bool:
    """Does an option's name (`ssh.password`) tell that its value must never be printed?"""
    return _CONFIDENTIAL.search(option) is not None


def resolver(base: Path, *, needed: bool = True) -> Callable[[Tree], Secret]:
    """A function that resolves secret references; files are relative to `base`.

    Raises ContentError with the place when the text stands in the file itself, or when the
    variable, file or credential is not there; where they are not `needed`, an AbsentSecret.
    """

    def resolve(tree: Tree) -> Secret:
        if isinstance(tree, Scalar):
            raise fail(tree.place, f"a secret must not stand in this file. {_WAY_OUT}")
        reader = Reader(tree, "a secret")
        keys = [key for key in ("env", "file", "credential") if reader.has(key)]
        if len(keys) != 1:
            raise fail(tree.place, f"a secret needs one reference. {_WAY_OUT}")
        name = scalar(reader.need(keys[0]), keys[0])
        reader.done()
        try:
            return Secret(_read(keys[0], name, base))
        except ContentError as error:
            absent = fail(tree.place, str(error))
            if needed:
                raise absent from None
            return AbsentSecret(str(absent))

    return resolve


def _read(kind: str, name: str, base: Path) -> str:
    if kind == "env":
        if name not in os.environ:
            raise ContentError(f"the environment variable {name} is not set. Set it and try again.")
        return os.environ[name]
    path = base / name
    if kind == "credential":
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        if not directory:
            raise ContentError(
                "systemd gave no credentials (CREDENTIALS_DIRECTORY is not set). "
                f"Add LoadCredential={name}:… to the unit."
            )
        path = Path(directory) / name
    try:
        return path.read_text(encoding="utf-8").strip("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise ContentError(f"the secret file {name} cannot be read: {reason}.") from None
