"""FreeRADIUS, and the router that asks it: rows are written by FreeRADIUS itself."""

from __future__ import annotations

import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from realnet.databases import SCHEMAS, Database
from realnet.plan import ADDRESSES, SESSION_IP
from realnet.shell import until
from realnet.space import Space

_TEMPLATE = Path(__file__).with_name("radius.conf")
_POST_AUTH = re.compile(r"^post-auth \{.*?^\}", re.MULTILINE | re.DOTALL)
# The stock query leaves out who called and why he was refused: the columns that operators add.
_WITH_REASON = """post-auth {
	query = "INSERT INTO ${..postauth_table} \\
		(username, pass, reply, authdate, callingstationid, reason) \\
		VALUES ('%{SQL-User-Name}', '', '%{reply:Packet-Type}', '%S.%M', \\
		'%{Calling-Station-Id}', '%{Module-Failure-Message}')"
}"""
_REASON = "ALTER TABLE radpostauth {} COLUMN reason{};"


class Radius:
    """One FreeRADIUS on one database."""

    def __init__(self, space: Space, db: Database) -> None:
        self._space = space
        self.db = db
        self._name = f"radius-{db.dialect}"
        self._folder = space.folder / self._name
        self._folder.mkdir()
        self._secret = secrets.token_hex(8)
        self._queries = self._folder / "queries.conf"
        self._ask_with_reason()
        text = Template(_TEMPLATE.read_text()).substitute(
            folder=self._folder, secret=self._secret, queries=self._queries, dialect=db.dialect,
            host=db.host, port=db.port, user=db.user, password=db.password,
        )  # fmt: skip
        (self._folder / "radiusd.conf").write_text(text)

    def _ask_with_reason(self) -> None:
        stock = (SCHEMAS / self.db.dialect / "queries.conf").read_text()
        self._queries.write_text(_POST_AUTH.sub(lambda _: _WITH_REASON, stock))

    @contextmanager
    def as_packaged(self) -> Iterator[None]:
        """The table and the queries are those of the Debian package: no reason is kept."""
        self.stop()
        self._queries.write_text((SCHEMAS / self.db.dialect / "queries.conf").read_text())
        self.db.sql("radius", _REASON.format("DROP", ""))
        try:
            self.start()
            self.ready()
            yield
        finally:
            self.stop()
            self._ask_with_reason()
            self.db.sql("radius", _REASON.format("ADD", " VARCHAR(255)"))
            self.start()
            self.ready()

    def start(self) -> None:
        """Start the server; returns before it answers."""
        words = ["freeradius", "-f", "-n", "radiusd", "-d", str(self._folder), "-l", "stdout"]
        self._space.start("srv", self._name, words)

    def ready(self) -> None:
        """Wait until it answers a Status-Server."""
        until(self.alive, f"FreeRADIUS on {self.db.dialect}", 20)

    def stop(self) -> None:
        """Stop the server."""
        self._space.stop(self._name)

    def hang(self) -> None:
        """The server keeps its socket and says nothing."""
        self._space.signal(self._name, signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        self._space.signal(self._name, signal.SIGCONT)

    def alive(self) -> bool:
        """Whether it answers a Status-Server (RFC 5997)."""
        text = self._client(1812, "status", {"Message-Authenticator": "0x00"})
        return "Access-Accept" in text

    def register(self, login: str, password: str) -> None:
        """Give a login its password."""
        self.db.sql(
            "radius",
            f"DELETE FROM radcheck WHERE username = '{login}'; "
            "INSERT INTO radcheck (username, attribute, op, value) "
            f"VALUES ('{login}', 'Cleartext-Password', ':=', '{password}');",
        )

    def forget(self, login: str) -> None:
        """The login is not provisioned."""
        self.db.sql("radius", f"DELETE FROM radcheck WHERE username = '{login}';")

    def log_in(self, login: str, password: str, mac: str) -> bool:
        """A router logs in; whether it was let in."""
        words = {"User-Name": login, "User-Password": password}
        return "Access-Accept" in self._client(1812, "auth", {**words, **_line(mac)})

    def account(self, status: str, session: str, login: str, mac: str, **more: str) -> None:
        """Send one accounting record: Start, Interim-Update or Stop."""
        words = {"Acct-Status-Type": status, "Acct-Session-Id": session, "User-Name": login}
        extra = {name.replace("_", "-"): value for name, value in more.items()}
        self._client(1813, "acct", {**words, **_line(mac), **extra})

    def clear(self) -> None:
        """Forget every log-in and session."""
        self.db.sql("radius", "DELETE FROM radacct; DELETE FROM radpostauth;")

    def _client(self, port: int, kind: str, attributes: dict[str, str]) -> str:
        pairs = ", ".join(f'{name} = "{value}"' for name, value in attributes.items())
        pairs = pairs.replace('"0x00"', "0x00")
        words = ("radclient", "-x", "-r", "1", "-t", "1", f"{self.db.host}:{port}", kind)
        return self._space.run("bng", *words, self._secret, check=False, text_in=pairs + "\n")


def _line(mac: str) -> dict[str, str]:
    return {
        "NAS-IP-Address": ADDRESSES["bng"],
        "NAS-Port": "5",
        "Calling-Station-Id": mac.upper(),
        "Framed-IP-Address": SESSION_IP,
    }
