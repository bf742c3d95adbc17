"""The top command. Sub-commands are imported when they are called, so that --help is quick."""

from __future__ import annotations

import importlib
from difflib import get_close_matches

import click

from netdiag import __version__
from netdiag.cli.options import options

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("netdiag.cli.demo:demo", "Try it: a lab of faults, diagnosed before your eyes."),
    "diagnose": ("netdiag.cli.diagnose:diagnose", "Whose fault is it, and why."),
    "replay": ("netdiag.cli.replay:replay", "Judge saved facts again with today's rules."),
    "explain": ("netdiag.cli.explain:explain", "Every fault: matched, excluded, open, and why."),
    "sweep": ("netdiag.cli.sweep:sweep", "Visit every device; what is new since last time."),
    "impact": ("netdiag.cli.impact:impact", "Who is behind a device or port."),
    "locate": ("netdiag.cli.locate:locate", "The port where somebody is seen now."),
    "topology": (
        "netdiag.cli.topology:topology",
        "Ask devices for their neighbours; propose links.",
    ),
    "check": ("netdiag.cli.check:check", "Check configuration, inventory, probes and rules."),
    "check-port": ("netdiag.cli.check_port:check_port", "A monitoring plugin for one port."),
    "rules": ("netdiag.cli.rules:rules", "List, show, test and start rules."),
    "probes": ("netdiag.cli.probes:probes", "List, show, try, record and start probes."),
    "route": ("netdiag.cli.route:route", "Which desk would get it, offline; the tree of routes."),
    "outages": ("netdiag.cli.outages:outages", "Open outages; announce, note and close by hand."),
    "kpi": (
        "netdiag.cli.kpi:kpi",
        "How well it goes: verdicts, first contacts, deadlines, people.",
    ),
    "feedback": ("netdiag.cli.feedback:feedback", "What technicians found: import closing codes."),
    "tickets": ("netdiag.cli.tickets:tickets", "Tickets: list, show, what could not be sent."),
    "serve": ("netdiag.cli.serve:serve", "The daemon: API, durable work, schedules."),
    "worker": ("netdiag.cli.worker:worker", "Carries out the work of some sites."),
    "workers": ("netdiag.cli.workers:workers", "Who works for which site, and is alive."),
    "jobs": ("netdiag.cli.jobs:jobs", "Durable work: list, show, retry, cancel."),
    "store": ("netdiag.cli.store:store", "The store: its size, backup, schema."),
    "user": ("netdiag.cli.user:user", "Users of the board: add, list, change, remove."),
    "link": ("netdiag.cli.link:link", "A signed link to a customer's own page."),
    "token": ("netdiag.cli.token:token", "API tokens: make, list, revoke."),
    "doctor": (
        "netdiag.cli.doctor:doctor",
        "Can we ping, read databases and write the store; the mend.",
    ),
    "tests": (
        "netdiag.cli.tests:tests",
        "Tests that stop the service: list; undo interrupted ones.",
    ),
    "audit": ("netdiag.cli.tests:audit", "Who touched whose service, why, and how it ended."),
    "lab": ("netdiag.cli.lab:lab", "The simulated provider: start it, switch faults on."),
}


class LazyGroup(click.Group):
    """A group whose commands are known by name and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that is called."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A mistyped name gets the nearest one offered."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else " `netdiag --help` shows all."
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@options
@click.version_option(__version__, "--version", message="netdiag %(version)s")
def cli(**_: object) -> None:
    """netdiag tells an internet provider, within a second or two, whose fault it is.

    \b
    netdiag demo             look around, no configuration
    netdiag diagnose 100234  by id, login, phone, IP, MAC
                             or device:port
    netdiag locate 100234    on which port is he now?
    netdiag check            is what was taught in order?

    The options below may also follow the command.

    Exit codes of diagnose: 0 no fault, 10 provider, 11 subscriber, 12 account, 13 undetermined,
    2 bad usage or configuration, 3 subscriber unknown, 4 the run failed.
    """
