"""netdiag check."""

from __future__ import annotations

import click

from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import line, translator
from netdiag.model.content import Content
from netdiag.model.errors import NetdiagError


@click.command()
@click.option("--content", "content_only", is_flag=True, help="Only the shipped probes and rules.")
@common
def check(content_only: bool, common: Common) -> int:
    """Load configuration, inventory, probes, rules and routes; run every rule's examples."""
    from netdiag.content.load import load
    from netdiag.service.daemon.read_parts import read_parts
    from netdiag.service.diagnosis.routing import Router
    from netdiag.service.doctor.check_routes import routes_told, unknown_sites
    from netdiag.service.kpi.feedback import codes_of
    from netdiag.service.kpi.report import read_kpi
    from netdiag.service.setup import load_settings, open_inventory

    notes: list[str] = []
    problems: list[str] = []
    try:
        settings = None if content_only else load_settings(common.config)
        common.speak(settings.language if settings else "en")
        content = load(settings.content if settings else ())
        problems += _examples(content)
        notes += _counts(content)
        if settings:
            router = Router.open(settings, content)
            notes += routes_told(router)
            read_kpi(settings)
            if settings.feedback:
                codes_of(settings, content)
            desks = read_parts(settings).tickets.desks.values()
            notes += [f"ticket system {one.common.name}: {one.common.kind}" for one in desks]
            with_inventory = open_inventory(settings)
            notes += [str(line) for line in with_inventory.describe()]
            problems += [str(problem) for problem in with_inventory.problems()]
            problems += unknown_sites(router, with_inventory)
            with_inventory.close()
    except NetdiagError as error:
        problems += str(error).splitlines()
    if common.json:
        emit({"ok": not problems, "problems": problems, "notes": notes})
    else:
        for note in notes:
            click.echo(note)
        for problem in problems:
            click.echo(problem, err=True)
        say = translator(common.language)
        end = "All is in order." if not problems else f"{len(problems)} to mend."
        click.echo(line(say(end), common.language))
    return 2 if problems else 0


def _examples(content: Content) -> list[str]:
    from netdiag.service.doctor.check import examples_that_fail, rules_out_of_reach

    failing = [str(mismatch) for mismatch in examples_that_fail(content)]
    return failing + [str(rule) for rule in rules_out_of_reach(content)]


def _counts(content: Content) -> list[str]:
    examples = sum(len(rule.examples) for rule in content.rules)
    platforms = sum(not one.is_model for one in content.platforms.values())
    return [
        f"{len(content.vocabulary.types)} facts, {len(content.probes)} probes on {platforms} "
        f"platforms, {len(content.rules)} rules with {examples} examples, "
        f"revision {content.revision}"
    ]
