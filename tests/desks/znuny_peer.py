"""A real Znuny for a test, on a PostgreSQL of its own, in a directory of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from tests.addresses import free_port
from tests.inventory.sql_servers import postgresql

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path("/usr/share/otrs")  # the Debian package otrs2 is Znuny
STATE = Path("/var/lib/otrs")
_CONFIG = """package Kernel::Config;
use strict; use warnings; use utf8;
sub Load {
    my $Self = shift;
    $Self->{DatabaseHost} = '127.0.0.1';
    $Self->{Database}     = 'otrs';
    $Self->{DatabaseUser} = 'otrs';
    $Self->{DatabasePw}   = 'otrs';
    $Self->{DatabaseDSN}  = 'DBI:Pg:dbname=otrs;host=127.0.0.1;port=%(db_port)d;';
    $Self->{Home}         = '%(home)s';
    $Self->{SecureMode}   = 1;
    $Self->{CheckMXRecord} = 0;
    $Self->{OTRSTimeZone} = 'Europe/Moscow';
    $Self->{SendmailModule} = 'Kernel::System::Email::DoNotSendEmail';
    $Self->{LogModule} = 'Kernel::System::Log::File';
    $Self->{'LogModule::LogFile'} = '%(home)s/znuny.log';
    $Self->{NetdiagHook}   = '%(hook)s';
    $Self->{NetdiagSecret} = '%(secret)s';
    $Self->{'Ticket::EventModulePost'}->{'9900-Netdiag'}
        = { Module => 'Kernel::System::Ticket::Event::Netdiag', Transaction => 1 };
    return 1;
}
use Kernel::Config::Defaults;
use parent qw(Kernel::Config::Defaults);
1;
"""


def missing() -> str | None:
    """Why there is no Znuny here; None when there is one."""
    if not (INSTALLED / "bin/otrs.Console.pl").exists() or not shutil.which("plackup"):
        return "no Znuny is installed; `make test-znuny` installs it"
    return None


@dataclass
class Znuny:
    """A Znuny that listens, and people who work with it over its own web service."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/otrs/nph-genericinterface.pl/Webservice/netdiag"

    def ask(self, operation: str, who: str = "anna", **body: Any) -> dict[str, Any]:
        login = {"UserLogin": who, "Password": f"{who}-password"}
        reply = httpx.post(f"{self.url}/{operation}", json=login | body, timeout=60)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        assert "Error" not in answer, answer
        return answer

    def create(self, text: str = "-", **values: Any) -> str:
        fields = _listed(values.pop("DynamicField", {}))
        usual = {
            "Title": "no Internet",
            "Queue": "helpdesk",
            "State": "new",
            "Priority": "3 normal",
            "CustomerUser": "home210",
        }
        article = {
            "CommunicationChannel": "Phone",
            "SenderType": "customer",
            "IsVisibleForCustomer": 1,
            "Subject": "no Internet",
            "Body": text,
            "ContentType": "text/plain; charset=utf-8",
        }
        body = {"Ticket": usual | values, "Article": article} | fields
        made = self.ask("TicketCreate", **body)
        return str(made["TicketID"])

    def set(self, ticket: str, who: str = "anna", **values: Any) -> None:
        fields = _listed(values.pop("DynamicField", {}))
        body = ({"Ticket": values} if values else {}) | fields
        self.ask("TicketUpdate", who, TicketID=ticket, **body)

    def show(self, ticket: str) -> dict[str, Any]:
        """The ticket with its articles; dynamic fields by name under `fields`."""
        found = self.ask("TicketGet", TicketID=ticket, DynamicFields=1, AllArticles=1)
        item: dict[str, Any] = found["Ticket"][0]
        return item | {"fields": {one["Name"]: one["Value"] for one in item["DynamicField"]}}

    @property
    def log(self) -> str:
        files = [self.home / "plackup.log", *sorted(self.home.glob("znuny.log*"))]
        return "".join(f.read_text(encoding="utf-8", errors="replace") for f in files if f.exists())


def _listed(fields: dict[str, str]) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in fields.items()]
    return {"DynamicField": listed} if listed else {}


@contextmanager
def znuny(directory: Path, *, hook: str = "", secret: str = "") -> Iterator[Znuny]:
    """A fresh Znuny with netdiag's own set-up (config/znuny) and the desk of the tests."""
    with postgresql() as (engine, _):
        home = directory / "znuny"
        _copy(home, engine, hook, secret)
        _fill(home, engine)
        made = Znuny(home=home, port=free_port())
        with (home / "plackup.log").open("wb") as log:
            process = subprocess.Popen(
                ["plackup", "-E", "deployment", "-o", "127.0.0.1", "-p", str(made.port),
                 "bin/cgi-bin/app.psgi"],
                cwd=home, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            _wait(made, process)
            yield made
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)


def _copy(home: Path, engine: sa.Engine, hook: str, secret: str) -> None:
    shutil.copytree(INSTALLED, home, symlinks=True)
    (home / "var").unlink()
    shutil.copytree(STATE, home / "var", symlinks=True)
    for name in ("run", "spool"):
        (home / "var" / name).unlink(missing_ok=True)
        (home / "var" / name).mkdir()
    for name in ("Files", "Backups"):
        (home / "Kernel/Config" / name).unlink()
        (home / "Kernel/Config" / name).symlink_to(home / "var/Config" / name)
    (home / "Kernel/Config.pm").unlink()
    values = {"home": home, "hook": hook, "secret": secret, "db_port": engine.url.port}
    (home / "Kernel/Config.pm").write_text(_CONFIG % values, encoding="utf-8")
    module = home / "Custom/Kernel/System/Ticket/Event/Netdiag.pm"
    module.parent.mkdir(parents=True)
    shutil.copy(ROOT / "config/znuny/Netdiag.pm", module)


def _fill(home: Path, engine: sa.Engine) -> None:
    with engine.connect() as db:
        access = Path(db.exec_driver_sql("SHOW hba_file").scalar_one())
        with access.open("a", encoding="utf-8") as file:
            file.write("host all otrs 127.0.0.1/32 trust\n")
        db.exec_driver_sql("SELECT pg_reload_conf()")
        db.exec_driver_sql("CREATE ROLE otrs LOGIN")
        db.exec_driver_sql("CREATE DATABASE otrs OWNER otrs")
    to = ["-q", "-h", "127.0.0.1", "-p", str(engine.url.port), "-U", "otrs", "otrs"]
    for name in ("schema", "initial_insert", "schema-post"):
        _run(home, ["psql", *to, "-f", f"scripts/database/{name}.postgresql.sql"])
    console = ["perl", "bin/otrs.Console.pl"]
    _run(home, [*console, "Maint::Config::Rebuild", "--allow-root"])
    _run(home, ["perl", str(Path(__file__).parent / "znuny_town.pl"), str(home)])
    source = ["--name", "netdiag", "--source-path", str(ROOT / "config/znuny/netdiag.yml")]
    _run(home, [*console, "Admin::WebService::Add", *source, "--allow-root"])


def _wait(made: Znuny, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            made.ask("TicketSearch", Limit=1)
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise RuntimeError(f"Znuny does not answer: {made.log[-2000:]}")


def _run(home: Path, command: list[str]) -> str:
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=180)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
