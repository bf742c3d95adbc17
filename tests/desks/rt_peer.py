"""A real Request Tracker 5 for a test, on SQLite or on a PostgreSQL, in a directory of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import httpx

from tests.addresses import free_port

ROOT = Path(__file__).resolve().parents[2]
SETUP = "/usr/sbin/rt-setup-database-5"
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
LIBRARY = "/usr/share/request-tracker5/lib"
_SITE = """
Set($rtname, 'isp.test');
Set($Organization, 'isp.test');
Set($CorrespondAddress, 'rt@isp.test');
Set($CommentAddress, 'rt-comment@isp.test');
Set($WebDomain, '127.0.0.1');
Set($WebPort, %(port)d);
Set($WebBaseURL, 'http://127.0.0.1:%(port)d');
Set($WebPath, '');
Set($DatabaseType, '%(kind)s');
Set($DatabaseName, '%(name)s');
Set($DatabaseHost, '%(host)s');
Set($DatabasePort, '%(db_port)s');
Set($DatabaseUser, 'rt_user');
Set($DatabasePassword, 'rt_pass');
Set($DatabaseAdmin, '%(admin)s');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'warning');
Set($MailCommand, 'testfile');
Set($Timezone, 'America/New_York');
Set($MaxAttachmentSize, 64_000_000);
Set($NetdiagHook, '%(hook)s');
Set($NetdiagSecret, '%(secret)s');
1;
"""
_TOKEN = (
    f"use lib '{LIBRARY}'; use RT -init; use RT::AuthToken;"
    "my $u = RT::User->new(RT->SystemUser); $u->Load('netdiag');"
    "my $t = RT::AuthToken->new(RT->SystemUser);"
    "my ($ok, $msg, $token) = $t->Create(Owner => $u->id, Description => 'test');"
    "die $msg unless $ok; print $token;"
)


def missing() -> str | None:
    """Why there is no Request Tracker here; None when there is one."""
    for path in (SETUP, SERVER):
        if not shutil.which(path) and not Path(path).exists():
            return "no Request Tracker 5 is installed; `make test-rt` installs it"
    return None


@dataclass
class Tracker:
    """A Request Tracker that can be stopped and started again."""

    directory: Path
    port: int
    environment: dict[str, str]
    workers: int = 3
    token: str = ""
    process: subprocess.Popen[bytes] | None = None
    people: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.directory / "rt.log").open("ab") as log:
            self.process = subprocess.Popen(
                [SERVER, "--host", "127.0.0.1", "--port", str(self.port), "--max-workers",
                 str(self.workers)],
                env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError(self.log[-2000:])
            try:
                httpx.get(f"{self.url}/REST/2.0/rt", timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise RuntimeError(f"Request Tracker does not answer: {self.log[-2000:]}")

    def stop(self) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.process = None

    @property
    def log(self) -> str:
        return (self.directory / "rt.log").read_text(encoding="utf-8", errors="replace")

    # -- people who work with it --

    def person(self, name: str) -> httpx.Client:
        if name not in self.people:
            password = "password" if name == "root" else f"{name}-password"
            made = httpx.Client(base_url=f"{self.url}/REST/2.0", auth=(name, password), timeout=60)
            # A person is logged in: no password is hashed again at every click.
            made.post(
                f"{self.url}/NoAuth/Login.html", data={"user": name, "pass": password}
            ).raise_for_status()
            self.people[name] = made
        return self.people[name]

    def create(self, who: str = "anna", **values: Any) -> str:
        body = {"Queue": "helpdesk", "Subject": "no Internet", "ContentType": "text/plain"}
        reply = self.person(who).post("/ticket", json=body | {"Content": "-"} | values)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])

    def set(self, ticket: str, who: str = "anna", **values: Any) -> None:
        reply = self.person(who).put(f"/ticket/{ticket}", json=values)
        assert reply.status_code == 200, reply.text

    def write(self, ticket: str, text: str, who: str = "anna", kind: str = "correspond") -> None:
        body = {"Content": text, "ContentType": "text/plain"}
        reply = self.person(who).post(f"/ticket/{ticket}/{kind}", json=body)
        assert reply.status_code == 201, reply.text

    def show(self, ticket: str) -> dict[str, Any]:
        """Status, Queue (its name), Priority, Due, fields by name, notes, parents."""
        person = self.person("root")
        item = person.get(f"/ticket/{ticket}").json()
        queue = person.get(f"/queue/{item['Queue']['id']}").json()["Name"]
        fields = {one["name"]: ", ".join(one["values"]) for one in item["CustomFields"]}
        links = item["_hyperlinks"]
        parents = [str(one["id"]) for one in links if one["ref"] == "parent"]
        return item | {"Queue": queue, "fields": fields, "parents": parents}

    def mails(self, ticket: str) -> list[str]:
        """Subjects of the mails that went out for it, but for RT's own first answer."""
        person, found = self.person("root"), []
        params = {"fields": "Type", "per_page": "100"}
        for item in person.get(f"/ticket/{ticket}/history", params=params).json()["items"]:
            if item["Type"] == "EmailRecord":
                path = f"/transaction/{item['id']}/attachments"
                listed = person.get(path, params={"fields": "Subject"}).json()["items"]
                found += [str(one["Subject"]) for one in listed if one.get("Subject")]
        decoded = [str(make_header(decode_header(subject))) for subject in found]
        return [subject for subject in decoded if "AutoReply" not in subject]

    def texts(self, ticket: str, who: str = "netdiag") -> list[tuple[str, str]]:
        """(Comment or Correspond, text) by that person, oldest first."""
        import base64

        person = self.person("root")
        params = {"fields": "Type,Creator", "per_page": "100"}
        found = []
        for item in person.get(f"/ticket/{ticket}/history", params=params).json()["items"]:
            if item["Type"] not in ("Comment", "Correspond") or item["Creator"]["id"] != who:
                continue
            listed = person.get(f"/transaction/{item['id']}/attachments").json()["items"]
            whole = person.get(f"/attachment/{listed[0]['id']}").json()
            text = base64.b64decode(whole["Content"]).decode()
            found.append((item["Type"], text))
        return found


@contextmanager
def tracker(
    directory: Path,
    *,
    hook: str,
    secret: str,
    postgresql: tuple[str, int] | None = None,
    workers: int = 3,
) -> Iterator[Tracker]:
    """A fresh Request Tracker with netdiag's own set-up (config/rt) and the desk of the tests.
    `postgresql`: (host, port) of a server where `postgres` may make a database."""
    port = free_port()
    database = directory / "rt.sqlite"
    values = {
        "port": port,
        "hook": hook,
        "secret": secret,
        "kind": "Pg" if postgresql else "SQLite",
        "name": f"rt_{port}" if postgresql else str(database),
        "host": postgresql[0] if postgresql else "",
        "db_port": postgresql[1] if postgresql else "",
        "admin": "postgres" if postgresql else "",
    }
    (directory / "RT_SiteConfig.pm").write_text(_SITE % values, encoding="utf-8")
    (directory / "conf.d").mkdir()
    environment = os.environ | {
        "RT_SITE_CONFIG": str(directory / "RT_SiteConfig.pm"),
        "RT_SITE_CONFIG_DIR": str(directory / "conf.d"),
        "PERL5LIB": LIBRARY,
    }
    init = ["--dba", "postgres", "--dba-password", "x"] if postgresql else ["--skip-create"]
    _run([SETUP, "--action", "init", *init], environment)
    for data in (
        ROOT / "config/rt/netdiag.initialdata",
        Path(__file__).parent / "rt_town.initialdata",
    ):
        _run([SETUP, "--action", "insert", "--skip-create", "--datafile", str(data)], environment)
    made = Tracker(directory=directory, port=port, environment=environment, workers=workers)
    made.token = _run(["/usr/bin/perl", "-e", _TOKEN], environment).strip()
    made.start()
    try:
        yield made
    finally:
        for person in made.people.values():
            person.close()
        made.stop()


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout
