"""The two logins of the RouterOS API: plain (6.43 and later) and MD5 challenge (before)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAnswer:
    """Accepted, refused with a sentence, or a challenge (32 hex digits) to be answered."""

    accepted: bool = False
    refusal: str = ""
    challenge: str | None = None


class Login:
    """The state of one connection's login. `user` is empty until it has succeeded."""

    def __init__(self, users: Mapping[str, str], encoding: str, old: bool) -> None:
        self._users = users
        self._encoding = encoding
        self._old = old
        self._challenge = b""
        self.user = ""

    def answer(self, attributes: Mapping[str, str]) -> LoginAnswer:
        """What the router says to `/login` with these attributes.

        An old router takes no notice of `password` and sends its challenge; a new one takes a
        challenge's response for a wrong password (the method went with 6.45.1).
        """
        name = attributes.get("name", "")
        if self._old and "response" in attributes:
            right = attributes["response"] == self._response(self._users.get(name, ""))
            return self._decide(name, right, "cannot log in")
        if self._old or not name:
            self._challenge = secrets.token_bytes(16)
            return LoginAnswer(challenge=self._challenge.hex())
        right = attributes.get("password") == self._users.get(name)
        return self._decide(name, right, "invalid user name or password (6)")

    def _decide(self, name: str, right: bool, refusal: str) -> LoginAnswer:
        if not right or name not in self._users:
            return LoginAnswer(refusal=refusal)
        self.user = name
        return LoginAnswer(accepted=True)

    def _response(self, password: str) -> str:
        # MD5 over a zero byte, the password and the challenge: the protocol's, not our choice.
        text = b"\x00" + password.encode(self._encoding, errors="replace") + self._challenge
        return "00" + hashlib.md5(text, usedforsecurity=False).hexdigest()
